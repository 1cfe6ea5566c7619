// Cards of the charts: one draws bars along an axis, the other a list of names. `crossfilter.js`
// follows in the same module. Every text is set as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";
function svg(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

// The count of each bin in an equally large sample of all threads.
function expected(facet, counts) {
  const every = facet.all.reduce((sum, count) => sum + count, 0);
  const now = counts.reduce((sum, count) => sum + count, 0);
  return facet.all.map((count) => (every ? (count * now) / every : 0));
}

// A group with the title, the unit if there is room for it, and the buttons of a chart.
function card(facet, { save }) {
  const el = make("div", "wb-cf-card");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", facet.title);
  const head = make("div", "wb-cf-head");
  const title = make("div", "wb-cf-title");
  title.append(make("b", "", facet.title), make("span", "", facet.unit));
  const tools = make("div", "wb-cf-tools");
  if (facet.about) {
    head.title = facet.about;
    el.setAttribute("aria-description", facet.about);
  }
  head.append(title, tools);
  const button = make("button", "wb-cf-save", "⤓");
  button.setAttribute("aria-label", `Save ${facet.title}`);
  button.title = "save this chart as a picture or a table";
  button.setAttribute("aria-expanded", "false");
  const menu = make("div", "wb-cf-menu");
  menu.hidden = true;
  const toggle = (isOpen) => {
    menu.hidden = !isOpen;
    button.setAttribute("aria-expanded", isOpen);
  };
  for (const [kind, text] of [["png", "PNG"], ["svg", "SVG"], ["csv", "CSV"]]) {
    const item = make("button", "", text);
    item.setAttribute("aria-label", `Save ${facet.title} as ${text}`);
    item.addEventListener("click", () => {
      save(facet.name, kind);
      toggle(false);
      button.focus();
    });
    menu.append(item);
  }
  button.addEventListener("click", () => toggle(menu.hidden));
  tools.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    toggle(false);
    button.focus();
  });
  tools.addEventListener("focusout", (event) => {
    if (!tools.contains(event.relatedTarget)) toggle(false);
  });
  tools.append(button, menu);
  el.append(head);
  return { el, tools };
}

// Positions of the edges of the bins, from 0 to 1.
function places(facet, isTrue) {
  const { bins, edges } = facet;
  if (!isTrue) return Array.from({ length: bins + 1 }, (_, slot) => slot / bins);
  const span = edges[bins] - edges[0];
  return edges.map((edge) => (edge - edges[0]) / span);
}

function axis(facet, isTrue, at) {
  const made = make("div", "wb-cf-ticks");
  facet.ticks.forEach(([slot, text], order) => {
    const isEnd = order === facet.ticks.length - 1;
    if (isTrue && order && !isEnd && (at[slot] < 0.25 || at[slot] > 0.75)) return;
    const tick = make("span", "", text);
    tick.style.left = `${at[slot] * 100}%`;
    tick.style.transform = `translateX(${isEnd ? -100 : order ? -50 : 0}%)`;
    made.append(tick);
  });
  return made;
}

function unknownOf(facet, { choose, of }) {
  const line = make("div", "wb-cf-unknown");
  const button = make("button");
  button.addEventListener("click", () => {
    const has = of()[facet.name] || [];
    const is = has.includes(facet.unknown);
    choose(facet.name, is ? has.filter((slot) => slot !== facet.unknown) : [...has, facet.unknown]);
  });
  if (facet.unknown !== null) line.append(button);
  return [line, button];
}

function bars(facet, facts) {
  const { height, choose, of } = facts;
  const { bins } = facet;
  const { el, tools } = card(facet, facts);
  const top = make("div", "wb-cf-top");
  const [highest, note] = [make("span"), make("span")];
  top.append(highest, note);
  const plot = make("div", "wb-cf-plot");
  const drawing = svg("svg", {
    viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true",
  });
  const all = svg("path", { class: "all" });
  const rects = Array.from({ length: bins }, () => svg("rect", {}));
  drawing.append(all, ...rects);
  const brush = make("div", "wb-cf-brush");
  // A bin without an end holds more than its width shows.
  const hatches = facet.open.map((slot) => [slot, make("div", "wb-cf-hatch")]);
  plot.append(top, drawing, ...hatches.map(([, hatch]) => hatch), brush);
  const foot = make("div", "wb-cf-foot");
  const [line, button] = unknownOf(facet, facts);
  const ends = ["from", "to"].map((end) => {
    const input = make("input");
    Object.assign(input, { type: "range", min: 0, max: bins - 1, step: 1 });
    input.setAttribute("aria-label", `${facet.title}, ${end}`);
    return input;
  });
  const handles = make("div", "wb-cf-ends");
  handles.append(...ends);
  foot.append(handles);
  el.append(plot, foot, line);

  let isTrue = false;
  let at = places(facet, isTrue);
  const lay = () => {
    at = places(facet, isTrue);
    foot.replaceChildren(axis(facet, isTrue, at), handles);
    rects.forEach((rect, slot) => {
      const width = at[slot + 1] - at[slot];
      const gap = Math.min(0.12 / bins, width * 0.12);
      rect.setAttribute("x", 100 * (at[slot] + gap / 2));
      rect.setAttribute("width", 100 * Math.max(width - gap, 0.002));
    });
    hatches.forEach(([slot, hatch]) => {
      hatch.style.left = `${100 * at[slot]}%`;
      hatch.style.width = `${100 * (at[slot + 1] - at[slot])}%`;
    });
  };
  if (facet.edges.length) {
    const scale = make("button", "wb-cf-scale", "even steps");
    scale.setAttribute("aria-label", `${facet.title}: axis true to scale`);
    scale.setAttribute("aria-pressed", "false");
    scale.title = "switch between steps of even width and an axis true to scale";
    scale.addEventListener("click", () => {
      isTrue = !isTrue;
      scale.textContent = isTrue ? "true to scale" : "even steps";
      scale.setAttribute("aria-pressed", isTrue);
      lay();
      draw();
    });
    tools.prepend(scale);
  }

  const range = () => (of()[facet.name] || []).filter((slot) => slot !== facet.unknown);
  // The whole axis is no restriction.
  const put = (low, high, isLast) => {
    const slots = [];
    for (let slot = Math.min(low, high); slot <= Math.max(low, high); slot++) slots.push(slot);
    choose(facet.name, slots.length === bins ? [] : slots, isLast);
  };
  // The bin below the pointer; a place beyond an end means the bin at that end.
  const slotAt = (event) => {
    const box = plot.getBoundingClientRect();
    const place = (event.clientX - box.left) / box.width;
    let slot = 0;
    while (slot < bins - 1 && at[slot + 1] <= place) slot++;
    return slot;
  };
  const tell = (slot) => {
    note.textContent = `${facet.labels[slot]}: ${number(facts.get()[facet.name][slot])}`;
  };
  let began = null;
  plot.addEventListener("pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    const was = range();
    const slot = slotAt(event);
    began = { slot, moved: false, again: was.length === 1 && was[0] === slot };
  });
  plot.addEventListener("pointermove", (event) => {
    const slot = slotAt(event);
    tell(slot);
    if (began && (began.moved || slot !== began.slot)) {
      began.moved = true;
      put(began.slot, slot, false);
    }
  });
  plot.addEventListener("pointerleave", () => { if (!began) note.textContent = ""; });
  plot.addEventListener("pointerup", (event) => {
    if (!began) return;
    const { slot, moved, again } = began;
    began = null;
    if (!moved && again) choose(facet.name, []);
    else put(slot, moved ? slotAt(event) : slot, true);
  });
  plot.addEventListener("pointercancel", () => { began = null; });
  ends.forEach((input, place) => {
    input.addEventListener("input", () => {
      const other = +ends[1 - place].value;
      const value = +input.value;
      put(place ? Math.min(other, value) : value, place ? value : Math.max(other, value), false);
      tell(value);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") choose(facet.name, []);
    });
    input.addEventListener("blur", () => { note.textContent = ""; });
  });

  const mark = () => {
    const slots = range();
    const [low, high] = slots.length ? [slots[0], slots[slots.length - 1]] : [0, bins - 1];
    el.classList.toggle("is-chosen", (of()[facet.name] || []).length > 0);
    brush.hidden = !slots.length;
    brush.style.left = `${at[low] * 100}%`;
    brush.style.width = `${(at[high + 1] - at[low]) * 100}%`;
    [low, high].forEach((slot, place) => {
      ends[place].value = slot;
      ends[place].setAttribute("aria-valuetext", facet.labels[slot]);
    });
    const has = new Set(slots);
    rects.forEach((rect, slot) => {
      rect.setAttribute("class", !slots.length || has.has(slot) ? "now" : "now off");
    });
    button.setAttribute("aria-pressed", (of()[facet.name] || []).includes(facet.unknown));
  };
  const draw = () => {
    // On an axis that is true to scale, the area of a bar is its count.
    const widths = rects.map((_, slot) => (isTrue ? facet.edges[slot + 1] - facet.edges[slot] : 1));
    const counts = facts.get()[facet.name];
    const now = widths.map((width, slot) => counts[slot] / width);
    const usual = expected(facet, counts).slice(0, bins).map((count, slot) => count / widths[slot]);
    const most = Math.max(...now, ...usual);
    highest.textContent = isTrue ? `${number(+most.toPrecision(3))} per unit` : number(Math.round(most));
    rects.forEach((rect, slot) => {
      const up = 100 * height(now[slot], most);
      rect.setAttribute("y", 100 - up);
      rect.setAttribute("height", up);
    });
    const steps = usual.map((count, slot) => `V${100 - 100 * height(count, most)}H${100 * at[slot + 1]}`);
    all.setAttribute("d", `M0 100${steps.join("")}V100Z`);
    if (facet.unknown !== null) button.textContent = `unknown: ${number(counts[facet.unknown])}`;
    mark();
  };
  lay();
  return { el, draw, mark };
}

function names(facet, facts) {
  const { height, choose, of } = facts;
  const { el } = card(facet, facts);
  const list = make("div", "wb-cf-list");
  const rows = facet.rows.map((slot) => {
    const row = make("button", "wb-cf-row");
    const parts = [make("i"), make("i", "all"), make("span", "", facet.labels[slot]), make("span")];
    row.append(...parts);
    row.title = facet.labels[slot];
    row.addEventListener("click", () => {
      const has = of()[facet.name] || [];
      const is = has.includes(slot);
      choose(facet.name, is ? has.filter((other) => other !== slot) : [...has, slot]);
    });
    list.append(row);
    return { slot, row, parts };
  });
  el.append(list);
  const mark = () => {
    const has = new Set(of()[facet.name] || []);
    el.classList.toggle("is-chosen", has.size > 0);
    list.classList.toggle("has-choice", has.size > 0);
    rows.forEach(({ slot, row }) => row.setAttribute("aria-pressed", has.has(slot)));
  };
  const draw = () => {
    const counts = facts.get()[facet.name];
    const usual = expected(facet, counts);
    const most = Math.max(...counts, ...usual);
    rows.forEach(({ slot, parts }) => {
      parts[0].style.width = `${100 * height(counts[slot], most)}%`;
      parts[1].style.width = `${100 * height(usual[slot], most)}%`;
      parts[3].textContent = number(counts[slot]);
    });
    mark();
  };
  return { el, draw, mark };
}
