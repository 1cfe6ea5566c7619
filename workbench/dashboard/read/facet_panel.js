// Filters with counts. Names are set as text: nothing of a tweet becomes markup.
// Milliseconds to wait for another step of a slider before the server is asked.
const PAUSE = 250;

function render({ model, el }) {
  const root = makeRoot(model, "div", "wb-facets-panel");
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", "Filters");
  const top = make("div", "wb-facets-top");
  const title = make("button", "wb-facets-title", "Filters");
  title.type = "button";
  title.setAttribute("aria-expanded", "false");
  const clear = make("button", "wb-facets-clear", "Clear");
  clear.type = "button";
  top.append(title, clear);
  const list = make("div", "wb-facets-list");
  root.append(top, list);
  el.append(root);

  let chosen = { ...model.get("chosen") };
  let timer = 0;
  let cards = [];
  const choose = (name, slots, pause = 0) => {
    chosen = { ...chosen };
    if (slots.length) chosen[name] = slots;
    else delete chosen[name];
    update();
    clearTimeout(timer);
    timer = setTimeout(() => {
      model.set("chosen", { ...chosen });
      model.save_changes();
    }, pause);
  };
  const of = (name) => chosen[name] || [];
  // In a narrow window the filters are folded behind their title.
  title.addEventListener("click", () => {
    const isOpen = root.classList.toggle("is-open");
    title.setAttribute("aria-expanded", String(isOpen));
  });
  clear.addEventListener("click", () => {
    chosen = {};
    choose("", []);
  });
  const facts = { choose, of, counts: (name) => (model.get("now").counts || {})[name] || [] };
  const build = () => {
    cards = model.get("facets").map((facet) => section(facet, facts));
    list.replaceChildren(...cards.map((card) => card.el));
    update();
  };
  const update = () => {
    const count = Object.keys(chosen).length;
    title.textContent = count ? `Filters (${count})` : "Filters";
    clear.hidden = !count;
    cards.forEach((card) => card.draw((model.get("now").words || {})));
  };
  model.on("change:facets", build);
  model.on("change:now", update);
  build();
  return () => {
    clearTimeout(timer);
    model.off("change:facets", build);
    model.off("change:now", update);
  };
}

function section(facet, facts) {
  const el = make("details", "wb-facet");
  el.open = facet.is_open || facts.of(facet.name).length > 0;
  const head = make("summary");
  const text = make("span", "wb-facet-words");
  head.append(make("span", "", facet.title), text);
  const part = facet.bins ? ordered(facet, facts) : named(facet, facts);
  const body = make("div");
  body.setAttribute("role", "group");
  body.setAttribute("aria-label", facet.title);
  body.append(...part.els);
  el.append(head, body);
  return {
    el,
    draw: (words) => {
      const has = facts.of(facet.name).length > 0;
      el.classList.toggle("is-chosen", has);
      text.textContent = has ? words[facet.name] || "" : "";
      part.draw();
    },
  };
}

function choice(facet, facts, slot) {
  const button = make("button", "wb-facet-name");
  button.type = "button";
  const bar = make("i");
  const count = make("span");
  button.append(bar, make("span", "", facet.labels[slot]), count);
  button.title = facet.labels[slot];
  button.addEventListener("click", () => {
    const has = facts.of(facet.name);
    const next = has.includes(slot) ? has.filter((one) => one !== slot) : [...has, slot];
    facts.choose(facet.name, next);
  });
  const draw = (most) => {
    const now = facts.counts(facet.name)[slot] || 0;
    const isChosen = facts.of(facet.name).includes(slot);
    count.textContent = number(now);
    bar.style.width = `${most ? (100 * now) / most : 0}%`;
    button.setAttribute("aria-pressed", String(isChosen));
    button.classList.toggle("is-empty", !now && !isChosen);
    return now || isChosen;
  };
  return { button, draw };
}

function named(facet, facts) {
  const FEW = 8;
  const choices = facet.labels.map((_, slot) => choice(facet, facts, slot));
  const box = make("div", "wb-facet-names");
  box.append(...choices.map(({ button }) => button));
  const more = make("button", "wb-facet-more");
  more.type = "button";
  let isLong = false;
  more.addEventListener("click", () => { isLong = !isLong; draw(); });
  const draw = () => {
    const most = Math.max(0, ...facts.counts(facet.name));
    // The most frequent are shown, and all that are chosen.
    const order = choices.map((_, slot) => slot);
    order.sort((a, b) => (facts.counts(facet.name)[b] || 0) - (facts.counts(facet.name)[a] || 0));
    const first = new Set(order.slice(0, FEW));
    choices.forEach(({ button, draw: drawn }, slot) => {
      const isUsed = drawn(most);
      const isChosen = facts.of(facet.name).includes(slot);
      button.hidden = !(isChosen || isLong || (isUsed && first.has(slot)));
    });
    more.hidden = choices.length <= FEW;
    more.textContent = isLong ? "Show fewer" : `Show all ${number(choices.length)}`;
  };
  return { els: [box, more], draw };
}

function ordered(facet, facts) {
  const { bins } = facet;
  const plot = make("div", "wb-facet-plot");
  plot.setAttribute("aria-hidden", "true");
  const bars = Array.from({ length: bins }, () => make("i"));
  plot.append(...bars);
  const ends = ["from", "to"].map((end) => {
    const input = make("input");
    Object.assign(input, { type: "range", min: 0, max: bins - 1, step: 1 });
    input.setAttribute("aria-label", `${facet.title}, ${end}`);
    return input;
  });
  const sliders = make("div", "wb-facet-ends");
  sliders.append(...ends);
  const scale = make("div", "wb-facet-scale");
  scale.append(make("span", "", facet.labels[0]), make("span", "", facet.labels[bins - 1]));
  const unknown = facet.unknown === null ? null : choice(facet, facts, facet.unknown);

  const known = () => facts.of(facet.name).filter((slot) => slot !== facet.unknown);
  const rest = () => facts.of(facet.name).filter((slot) => slot === facet.unknown);
  ends.forEach((input, place) => input.addEventListener("input", () => {
    const other = Number(ends[1 - place].value);
    if (place ? Number(input.value) < other : Number(input.value) > other) input.value = other;
    const [low, high] = ends.map((one) => Number(one.value));
    const slots = [];
    for (let slot = low; slot <= high; slot++) slots.push(slot);
    facts.choose(facet.name, slots.length === bins ? rest() : [...slots, ...rest()], PAUSE);
  }));
  const draw = () => {
    const counts = facts.counts(facet.name);
    const slots = known();
    const has = new Set(slots);
    // Square roots: otherwise one tall bar hides all others.
    const most = Math.sqrt(Math.max(1, ...counts.slice(0, bins)));
    bars.forEach((bar, slot) => {
      const share = Math.sqrt(counts[slot] || 0) / most;
      bar.style.height = `${100 * share}%`;
      bar.classList.toggle("is-off", slots.length > 0 && !has.has(slot));
    });
    const [low, high] = slots.length ? [slots[0], slots[slots.length - 1]] : [0, bins - 1];
    [low, high].forEach((slot, place) => {
      ends[place].value = slot;
      ends[place].setAttribute("aria-valuetext", facet.labels[slot]);
    });
    if (unknown) unknown.draw(Math.max(...counts));
  };
  return { els: [plot, sliders, scale, ...(unknown ? [unknown.button] : [])], draw };
}

export default { render };
