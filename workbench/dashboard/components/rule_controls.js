// Shows the rules in use with their controls, and sends the settings of all of them. Every text is
// set as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";
const shortly = (value) => String(+value.toPrecision(10));

function button(name, text, label) {
  const made = make("button", name, text);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  return made;
}

function render({ model, el }) {
  const root = makeRoot(model, "div", "wb-rules");
  const list = make("div", "wb-rules-list");
  const adder = make("details", "wb-rules-adder");
  adder.append(make("summary", "", "Add a rule"));
  const offers = make("ul");
  adder.append(offers);
  root.append(list, adder);
  el.append(root);

  const rules = model.get("rules");
  let values = {};
  let cards = new Map();
  let waiting = null;

  const send = (isFinal) => {
    clearTimeout(waiting);
    waiting = null;
    model.set("edit", { values: structuredClone(values), is_final: isFinal });
    model.save_changes();
  };
  // While a threshold is dragged, at most ten messages a second are sent.
  const change = (rule, changes, isFinal = true) => {
    values = { ...values, [rule.name]: { ...values[rule.name], ...changes } };
    cards.get(rule.name)?.mark();
    if (isFinal) send(true);
    else if (!waiting) waiting = setTimeout(() => send(false), 100);
  };
  const remove = (rule) => {
    const names = [...cards.keys()];
    const next = names[names.indexOf(rule.name) + 1];
    const { [rule.name]: removed, ...others } = values;
    values = others;
    layout();
    send(true);
    (cards.get(next)?.el.querySelector("button") ?? adder.firstChild).focus();
  };
  const add = (rule) => {
    values = { ...values, [rule.name]: structuredClone(rule.start) };
    adder.open = false;
    layout();
    send(true);
    const { el: card } = cards.get(rule.name);
    card.scrollIntoView({ block: "nearest" });
    const controls = ["[role=slider]", "input", "button"].map((each) => card.querySelector(each));
    controls.find(Boolean).focus();
  };
  const facts = { model, change, remove, of: (rule) => values[rule.name] };

  const layout = () => {
    const shown = rules.filter((rule) => rule.name in values);
    cards = new Map(shown.map((rule) => [rule.name, cards.get(rule.name) ?? makeCard(rule, facts)]));
    // Cards that stay are not moved, so that they keep the focus.
    for (const old of [...list.children]) {
      if (![...cards.values()].some((card) => card.el === old)) old.remove();
    }
    [...cards.values()].forEach((card, place) => {
      if (list.children[place] !== card.el) list.insertBefore(card.el, list.children[place] ?? null);
    });
    offers.replaceChildren(...rules.filter((rule) => !(rule.name in values)).map((rule) => {
      const item = make("li");
      const offer = button("wb-rules-offer");
      offer.append(make("b", "", rule.title), make("span", "", rule.why));
      offer.title = rule.about;
      offer.addEventListener("click", () => add(rule));
      item.append(offer);
      return item;
    }));
    adder.hidden = !offers.children.length;
  };
  const update = () => cards.forEach((card) => card.update());
  const show = () => {
    clearTimeout(waiting);
    waiting = null;
    values = structuredClone(model.get("shown").values);
    layout();
    cards.forEach((card) => card.mark());
    update();
  };
  // Another view of the same rules, for example the narrow layout, follows this one.
  const follow = () => {
    const sent = model.get("edit").values;
    if (!sent || JSON.stringify(sent) === JSON.stringify(values)) return;
    values = structuredClone(sent);
    layout();
    cards.forEach((card) => card.mark());
  };
  model.on("change:shown", show);
  model.on("change:edit", follow);
  model.on("change:now", update);
  model.on("change:axes", update);
  model.on("change:choices", update);
  show();
  follow();
  return () => {
    clearTimeout(waiting);
    model.off("change:shown", show);
    model.off("change:edit", follow);
    model.off("change:now", update);
    model.off("change:axes", update);
    model.off("change:choices", update);
  };
}

// A card: the title, the controls of the kind of rule, and what the rule removes.
function makeCard(rule, facts) {
  const { model, remove } = facts;
  const el = make("div", "wb-rules-card");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", rule.title);
  const head = make("div", "wb-rules-head");
  const title = make("b", "", rule.title);
  title.title = rule.about;
  const close = button("wb-rules-remove", "×", `Remove the rule ${rule.title}`);
  close.title = "Remove this rule";
  close.addEventListener("click", () => remove(rule));
  head.append(title, close);
  const wrong = make("div", "wb-rules-wrong");
  const effect = make("div", "wb-rules-effect");
  const makeControls = { bounds, choice: lists, words: lists, pattern: texts };
  const controls = makeControls[rule.kind]?.(rule, facts);
  el.append(head, ...(controls ? [controls.el] : []), wrong, effect);

  const update = () => {
    const { errors, effects } = model.get("now");
    const text = errors[rule.name];
    wrong.textContent = text ? `Not used. ${text}` : "";
    // An alert is only read out if it appears with its text.
    if (text) wrong.setAttribute("role", "alert");
    else wrong.removeAttribute("role");
    const [first, all, only] = effects[rule.name] ?? [0, 0, 0];
    effect.textContent = rule.name in effects
      ? `removes ${number(all)} · ${number(only)} only by this rule`
      : "removes nothing yet";
    effect.title = "The first number counts all threads that fail this rule. The second one counts "
      + `those that pass all other rules. ${number(first)} pass the rules above and fail this one.`;
    controls?.update?.();
  };
  const mark = () => controls?.mark();
  mark();
  update();
  return { el, mark, update };
}

// Thresholds on a histogram, and a number field for each.
function bounds(rule, { model, change, of }) {
  const el = make("div", "wb-rules-bounds");
  const plot = make("div", "wb-rules-plot");
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const [all, kept] = ["all", "kept"].map((name) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", name);
    svg.append(path);
    return path;
  });
  const out = { min: make("div", "wb-rules-out"), max: make("div", "wb-rules-out") };
  plot.append(svg, out.min, out.max);
  const ends = make("div", "wb-rules-ends");
  const [lowest, highest, unknown] = [make("span"), make("span"), make("div", "wb-rules-note")];
  ends.append(lowest, highest);
  const row = make("div", "wb-rules-fields");
  el.append(plot, ends, row);

  const thumbs = {};
  const fields = {};
  for (const side of ["min", "max"]) {
    const name = `${rule.title}: ${rule.labels[side]}`;
    const thumb = make("div", "wb-rules-thumb");
    thumb.tabIndex = 0;
    thumb.setAttribute("role", "slider");
    thumb.setAttribute("aria-label", name);
    thumb.addEventListener("keydown", (event) => press(event, side));
    plot.append(thumb);
    thumbs[side] = thumb;
    const field = make("input");
    field.type = "text";
    field.inputMode = "decimal";
    field.autocomplete = "off";
    field.placeholder = `no ${side}`;
    field.setAttribute("aria-label", `${name}, number`);
    field.addEventListener("change", () => {
      const text = field.value.trim().replaceAll(",", "");
      const value = text === "" ? null : Number(text);
      const isWrong = value !== null && !Number.isFinite(value);
      field.setAttribute("aria-invalid", isWrong);
      if (!isWrong) change(rule, { [side]: value });
    });
    fields[side] = field;
  }
  row.append(fields.min, make("span", "", "to"), fields.max, make("span", "wb-rules-unit", rule.unit));
  let box = null;
  if ("unknown" in rule.labels) {
    const label = make("label", "wb-rules-box");
    box = make("input");
    box.type = "checkbox";
    box.setAttribute("aria-label", `${rule.title}: ${rule.labels.unknown}`);
    box.addEventListener("change", () => change(rule, { unknown: box.checked ? "keep" : "remove" }));
    label.append(box, rule.labels.unknown);
    el.append(label);
  }
  el.append(unknown);

  const axis = () => model.get("axes")[rule.name];
  const chosen = (side) => of(rule)?.[side] ?? null;
  // Where a value is, in bins from the left end; all bins are equally wide.
  const place = (value) => {
    const { edges } = axis();
    let slot = edges.findLastIndex((edge) => edge <= value);
    if (slot < 0) return 0;
    if (slot >= edges.length - 1) return value > edges[slot] ? edges.length : edges.length - 1;
    return slot + (value - edges[slot]) / (edges[slot + 1] - edges[slot]);
  };
  const thumbPlace = (side) => {
    const value = chosen(side);
    if (value === null) return side === "min" ? 0 : axis().edges.length;
    // The highest whole number that passes fills its bin.
    return place(side === "max" && axis().is_whole ? value + 1 : value);
  };
  // One step at a value: two digits are enough for large and for small ones.
  const step = (value) => {
    const { edges, is_whole: isWhole } = axis();
    const digits = 10 ** (Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))) - 1);
    if (isWhole) return Math.max(1, digits);
    const even = (edges.at(-1) - edges[0]) / (edges.length - 1);
    const isEven = Math.abs(edges[1] - edges[0] - even) < even / 1000;
    return isEven ? +even.toPrecision(6) : Math.min(Math.max(digits, edges[1] / 10), 0.01);
  };
  const rounded = (value) => {
    const width = step(value);
    return +(Math.round(value / width) * width).toPrecision(10);
  };
  const valueAt = (position, side) => {
    const { edges, is_whole: isWhole } = axis();
    const last = edges.length - 1;
    const slot = Math.min(Math.floor(position), last);
    const width = slot < last ? edges[slot + 1] - edges[slot] : 0;
    const value = rounded(edges[slot] + (position - slot) * width);
    return side === "max" && isWhole ? value - 1 : value;
  };
  // At the end of the axis there is no bound. The thresholds do not pass each other.
  const put = (side, value, isFinal) => {
    const { edges } = axis();
    const other = chosen(side === "min" ? "max" : "min");
    let bound = value;
    if (side === "min") {
      if (other !== null) bound = Math.min(bound, other);
      if (bound <= edges[0]) bound = null;
    } else {
      if (other !== null) bound = Math.max(bound, other);
      if (bound >= edges.at(-1)) bound = null;
    }
    if (bound !== chosen(side) || isFinal) change(rule, { [side]: bound }, isFinal);
  };

  const press = (event, side) => {
    const { edges } = axis();
    const [low, high] = [edges[0], edges.at(-1)];
    const now = chosen(side) ?? (side === "min" ? low : high);
    const moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
    let next;
    if (event.key === "Home") next = low;
    else if (event.key === "End") next = high;
    else if (event.key in moves) {
      const by = moves[event.key];
      // Down from 100, a step is one of those below it.
      next = rounded(now + by * step(by < 0 ? now - step(now) / 2 : now));
    } else return;
    event.preventDefault();
    put(side, next, true);
  };
  let dragged = null;
  const at = (event) => {
    const frame = plot.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - frame.left) / frame.width, 0), 1);
    return share * axis().edges.length;
  };
  const drag = (event, isFinal) => {
    const position = at(event);
    const end = dragged === "min" ? 0 : axis().edges.length;
    // Within three pixels of its end, a threshold snaps to it.
    const near = 3 / plot.clientWidth * axis().edges.length;
    const isEnd = Math.abs(position - end) <= near;
    const value = isEnd ? (dragged === "min" ? -Infinity : Infinity) : valueAt(position, dragged);
    put(dragged, value, isFinal);
  };
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !axis()) return;
    const position = at(event);
    const [low, high] = ["min", "max"].map((side) => Math.abs(thumbPlace(side) - position));
    const isLeft = low === high ? position < thumbPlace("min") : low < high;
    dragged = isLeft ? "min" : "max";
    plot.setPointerCapture(event.pointerId);
    event.preventDefault();
    thumbs[dragged].focus();
    drag(event, false);
  });
  plot.addEventListener("pointermove", (event) => { if (dragged) drag(event, false); });
  for (const name of ["pointerup", "pointercancel"]) {
    plot.addEventListener(name, (event) => {
      if (dragged) drag(event, true);
      dragged = null;
    });
  }

  const mark = () => {
    if (!axis() || !of(rule)) return;
    const { edges } = axis();
    for (const side of ["min", "max"]) {
      const value = chosen(side);
      const where = `${Math.min(thumbPlace(side) / edges.length, 1) * 100}%`;
      thumbs[side].style.left = where;
      thumbs[side].classList.toggle("is-off", value === null);
      thumbs[side].setAttribute("aria-valuemin", edges[0]);
      thumbs[side].setAttribute("aria-valuemax", edges.at(-1));
      thumbs[side].setAttribute("aria-valuenow", value ?? (side === "min" ? edges[0] : edges.at(-1)));
      const text = value === null ? `no ${rule.labels[side]}` : `${shortly(value)} ${rule.unit}`;
      thumbs[side].setAttribute("aria-valuetext", text);
      if (document.activeElement !== fields[side] && el.getRootNode().activeElement !== fields[side]
        || fields[side].getAttribute("aria-invalid") !== "true") {
        fields[side].value = value === null ? "" : shortly(value);
      }
      out[side].style[side === "min" ? "left" : "right"] = 0;
      out[side].style.width = side === "min" ? where : `calc(100% - ${where})`;
    }
    if (box) box.checked = of(rule).unknown === "keep";
  };
  let drawn = null;
  const update = () => {
    const known = axis();
    if (!known) return;
    const inside = model.get("now").kept[rule.name] ?? known.threads.map(() => 0);
    const most = Math.sqrt(Math.max(...known.threads, 1));
    const skyline = (counts) => {
      const tops = counts.map((value) => {
        const height = value ? Math.max(100 * Math.sqrt(value) / most, 4) : 0;
        return `V${(100 - height).toFixed(1)}h1`;
      });
      return `M0 100${tops.join("")}V100Z`;
    };
    if (drawn !== known) {
      svg.setAttribute("viewBox", `0 0 ${known.edges.length} 100`);
      all.setAttribute("d", skyline(known.threads));
      lowest.textContent = shortly(known.edges[0]);
      highest.textContent = shortly(known.edges.at(-1));
      unknown.textContent = known.unknown ? `${number(known.unknown)} threads have no value` : "";
      unknown.hidden = !known.unknown;
      drawn = known;
      mark();
    }
    kept.setAttribute("d", skyline(inside));
  };
  return { el, mark, update };
}

// Lists of words or values: each is a chip, and a field adds more.
function lists(rule, { model, change, of }) {
  const el = make("div", "wb-rules-lists");
  const known = make("datalist");
  known.id = `wb-rules-${rule.name}-${Math.random().toString(36).slice(2)}`;
  el.append(known);
  const rows = Object.entries(rule.labels).map(([key, label]) => {
    const name = `${rule.title}: ${label}`;
    const row = make("div", "wb-rules-chips");
    const field = make("input");
    field.type = "text";
    field.autocomplete = "off";
    field.placeholder = "add…";
    field.setAttribute("aria-label", name);
    if (rule.kind === "choice") field.setAttribute("list", known.id);
    const chips = make("span", "wb-rules-chip-list");
    row.append(make("span", "wb-rules-label", label), chips, field);
    el.append(row);
    const put = (words) => change(rule, { [key]: [...new Set(words)] });
    const enter = () => {
      const typed = field.value.split(",").map((word) => word.trim()).filter(Boolean);
      field.value = "";
      if (typed.length) put([...of(rule)[key], ...typed]);
    };
    field.addEventListener("change", enter);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === ",") {
        event.preventDefault();
        enter();
      } else if (event.key === "Backspace" && field.value === "") put(of(rule)[key].slice(0, -1));
    });
    return { key, name, chips, field, put };
  });
  const shown = (value) => {
    const option = model.get("choices")[rule.name]?.find(([each]) => each === value);
    return option ? [option[1], option[2]] : [value.slice(0, 60), null];
  };
  const mark = () => {
    if (!of(rule)) return;
    for (const { key, name, chips, field, put } of rows) {
      chips.replaceChildren(...of(rule)[key].map((value) => {
        const [text, threads] = shown(value);
        const chip = button("wb-rules-chip", "", `${name}: remove ${text}`);
        chip.append(text, ...(threads === null ? [] : [make("small", "", number(threads))]), make("i", "", "×"));
        chip.title = `Remove ${text}`;
        chip.addEventListener("click", () => {
          put(of(rule)[key].filter((other) => other !== value));
          field.focus();
        });
        return chip;
      }));
    }
  };
  let offered = null;
  const update = () => {
    const options = model.get("choices")[rule.name];
    if (!options || options === offered) return;
    offered = options;
    known.replaceChildren(...options.map(([value, text, threads]) => {
      const option = make("option");
      option.value = value;
      option.label = `${text} (${number(threads)})`;
      return option;
    }));
    mark();
  };
  return { el, mark, update };
}

// Patterns: one text field each.
function texts(rule, { change, of }) {
  const el = make("div", "wb-rules-texts");
  const fields = Object.entries(rule.labels).map(([key, label]) => {
    const row = make("label");
    const field = make("input");
    field.type = "text";
    field.autocomplete = "off";
    field.spellcheck = false;
    field.setAttribute("aria-label", `${rule.title}: ${label}`);
    field.addEventListener("change", () => change(rule, { [key]: field.value }));
    row.append(make("span", "wb-rules-label", label), field);
    el.append(row);
    return { key, field };
  });
  const mark = () => {
    if (of(rule)) fields.forEach(({ key, field }) => { field.value = of(rule)[key]; });
  };
  return { el, mark };
}

export default { render };
