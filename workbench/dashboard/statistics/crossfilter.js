// Draws the facets and sends the selected bins. Every text is set as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";
const number = (value) => value.toLocaleString("en-US");

function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function render({ model, el }) {
  const root = make("div", "wb-cf");
  for (const [name, value] of Object.entries(model.get("colours"))) {
    root.style.setProperty(`--wb-${name}`, value);
  }
  const bar = make("div", "wb-cf-bar");
  const grid = make("div", "wb-cf-grid");
  root.append(bar, grid);
  el.append(root);

  let chosen = { ...model.get("chosen") };
  let waiting = null;
  const state = { isRoot: false };

  const send = () => {
    waiting = null;
    model.set("chosen", { ...chosen });
    model.save_changes();
  };
  // During a drag, at most ten messages a second are sent.
  const choose = (name, slots, isLast = true) => {
    chosen = { ...chosen };
    if (slots.length) chosen[name] = slots;
    else delete chosen[name];
    cards.forEach((card) => card.mark());
    if (isLast) {
      clearTimeout(waiting);
      send();
    } else if (!waiting) waiting = setTimeout(send, 100);
  };
  const height = (count, most) => {
    if (!most || !count) return 0;
    const share = Math.min(count / most, 1);
    return Math.max(state.isRoot ? Math.sqrt(share) : share, 0.012);
  };

  const facts = { get: () => model.get("now").counts, state, height, choose, of: () => chosen };
  const cards = model.get("facets").map((facet) => {
    const card = facet.bins ? ordered(facet, facts) : named(facet, facts);
    grid.append(card.el);
    return card;
  });

  const count = make("b");
  count.dataset.testid = "threads";
  count.setAttribute("aria-live", "polite");
  const chips = make("div");
  chips.style.display = "contents";
  const label = make("label");
  const box = make("input");
  box.type = "checkbox";
  box.addEventListener("change", () => {
    state.isRoot = box.checked;
    cards.forEach((card) => card.draw());
  });
  label.append(box, "square-root heights");
  bar.append(count, make("span", "", `of ${number(model.get("threads"))} threads`), chips);
  bar.append(make("span", "wb-cf-note", "an equally large sample of all threads"), label);

  const summarize = () => {
    const { found, words } = model.get("now");
    count.textContent = number(found);
    chips.replaceChildren(
      ...model.get("facets").filter((facet) => words[facet.name] !== undefined).map((facet) => {
        const chip = make("button", "wb-cf-chip", `${facet.title}: ${words[facet.name]} ✕`);
        chip.title = `deselect ${words[facet.name]}`;
        chip.addEventListener("click", () => choose(facet.name, []));
        return chip;
      }),
    );
    if (Object.keys(words).length) {
      const clear = make("button", "wb-cf-clear", "clear all");
      clear.addEventListener("click", () => {
        chosen = {};
        cards.forEach((card) => card.mark());
        send();
      });
      chips.append(clear);
    } else chips.append(make("span", "", "Drag over bars, or click a bar or a name."));
  };
  const update = () => {
    summarize();
    cards.forEach((card) => card.draw());
  };
  model.on("change:now", update);
  update();
  return () => model.off("change:now", update);
}

// The expected count of each bin, beside the count of the selected threads.
function expected(facet, counts) {
  const every = facet.all.reduce((sum, count) => sum + count, 0);
  const now = counts.reduce((sum, count) => sum + count, 0);
  return facet.all.map((count) => (every ? (count * now) / every : 0));
}

function head(facet) {
  const made = make("div", "wb-cf-head");
  const note = make("span", "", facet.unit);
  const title = make("b", "", facet.title);
  title.title = facet.title;
  made.append(title, note);
  return [made, note];
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

function ordered(facet, facts) {
  const { state, height, choose, of } = facts;
  const { bins } = facet;
  const el = make("div", "wb-cf-card");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", facet.title);
  const [top, note] = head(facet);
  const plot = make("div", "wb-cf-plot");
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${bins} 100`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const all = document.createElementNS(SVG, "path");
  all.setAttribute("class", "all");
  svg.append(all);
  const bars = Array.from({ length: bins }, (_, slot) => {
    const bar = document.createElementNS(SVG, "rect");
    bar.setAttribute("x", slot + 0.06);
    bar.setAttribute("width", 0.88);
    svg.append(bar);
    return bar;
  });
  const brush = make("div", "wb-cf-brush");
  plot.append(svg, brush);
  const ticks = make("div", "wb-cf-ticks");
  for (const [slot, text] of facet.ticks) {
    const tick = make("span", "", text);
    tick.style.left = `${(slot / bins) * 100}%`;
    if (slot / bins > 0.75) tick.style.transform = "translateX(-100%)";
    ticks.append(tick);
  }
  const [line, button] = unknownOf(facet, facts);
  const ends = ["from", "to"].map((end) => {
    const input = make("input");
    Object.assign(input, { type: "range", min: 0, max: bins - 1, step: 1 });
    input.setAttribute("aria-label", `${facet.title}, ${end}`);
    return input;
  });
  const handles = make("div", "wb-cf-ends");
  handles.append(...ends);
  ticks.append(handles);
  el.append(top, plot, ticks, line);

  const range = () => (of()[facet.name] || []).filter((slot) => slot !== facet.unknown);
  const put = (low, high, isLast) => {
    const slots = [];
    for (let slot = Math.min(low, high); slot <= Math.max(low, high); slot++) slots.push(slot);
    choose(facet.name, slots.length === bins ? [] : slots, isLast);
  };
  const at = (event) => {
    const box = plot.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * bins);
    return Math.max(0, Math.min(bins - 1, place));
  };
  let began = null;
  plot.addEventListener("pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    const was = range();
    began = { slot: at(event), moved: false, again: was.length === 1 && was[0] === at(event) };
  });
  plot.addEventListener("pointermove", (event) => {
    const slot = at(event);
    const counts = facts.get()[facet.name];
    note.textContent = `${facet.labels[slot]}: ${number(counts[slot])}`;
    if (began && (began.moved || slot !== began.slot)) {
      began.moved = true;
      put(began.slot, slot, false);
    }
  });
  plot.addEventListener("pointerleave", () => { if (!began) note.textContent = facet.unit; });
  plot.addEventListener("pointerup", (event) => {
    if (!began) return;
    const { slot, moved, again } = began;
    began = null;
    if (!moved && again) choose(facet.name, []);
    else put(slot, moved ? at(event) : slot, true);
  });
  plot.addEventListener("pointercancel", () => { began = null; });
  ends.forEach((input, place) => input.addEventListener("input", () => {
    const other = +ends[1 - place].value;
    const value = +input.value;
    put(place ? Math.min(other, value) : value, place ? value : Math.max(other, value), false);
  }));

  const mark = () => {
    const slots = range();
    const [low, high] = slots.length ? [slots[0], slots[slots.length - 1]] : [0, bins - 1];
    el.classList.toggle("is-chosen", (of()[facet.name] || []).length > 0);
    brush.hidden = !slots.length;
    brush.style.left = `${(low / bins) * 100}%`;
    brush.style.width = `${((high - low + 1) / bins) * 100}%`;
    [low, high].forEach((slot, place) => {
      ends[place].value = slot;
      ends[place].setAttribute("aria-valuetext", facet.labels[slot]);
    });
    const has = new Set(slots);
    bars.forEach((bar, slot) => {
      bar.setAttribute("class", !slots.length || has.has(slot) ? "now" : "now off");
    });
    button.setAttribute("aria-pressed", (of()[facet.name] || []).includes(facet.unknown));
  };
  const draw = () => {
    const counts = facts.get()[facet.name];
    const usual = expected(facet, counts);
    const most = Math.max(...counts.slice(0, bins), ...usual.slice(0, bins));
    bars.forEach((bar, slot) => {
      const up = 100 * height(counts[slot], most);
      bar.setAttribute("y", 100 - up);
      bar.setAttribute("height", up);
    });
    const steps = usual.slice(0, bins).map((count) => `V${100 - 100 * height(count, most)}h1`);
    all.setAttribute("d", `M0 100${steps.join("")}V100Z`);
    if (facet.unknown !== null) button.textContent = `unknown: ${number(counts[facet.unknown])}`;
    mark();
  };
  return { el, draw, mark };
}

function named(facet, facts) {
  const { height, choose, of } = facts;
  const el = make("div", "wb-cf-card");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", facet.title);
  const list = make("div", "wb-cf-list");
  const rows = facet.labels.map((label, slot) => {
    const row = make("button", "wb-cf-row");
    const parts = [make("i"), make("i", "all"), make("span", "", label), make("span")];
    row.append(...parts);
    row.title = label;
    row.addEventListener("click", () => {
      const has = of()[facet.name] || [];
      const is = has.includes(slot);
      choose(facet.name, is ? has.filter((other) => other !== slot) : [...has, slot]);
    });
    list.append(row);
    return { row, parts };
  });
  el.append(head(facet)[0], list);
  const mark = () => {
    const has = new Set(of()[facet.name] || []);
    el.classList.toggle("is-chosen", has.size > 0);
    list.classList.toggle("has-choice", has.size > 0);
    rows.forEach(({ row }, slot) => row.setAttribute("aria-pressed", has.has(slot)));
  };
  const draw = () => {
    const counts = facts.get()[facet.name];
    const usual = expected(facet, counts);
    const most = Math.max(...counts, ...usual);
    rows.forEach(({ parts }, slot) => {
      parts[0].style.width = `${100 * height(counts[slot], most)}%`;
      parts[1].style.width = `${100 * height(usual[slot], most)}%`;
      parts[3].textContent = number(counts[slot]);
    });
    mark();
  };
  return { el, draw, mark };
}

export default { render };
