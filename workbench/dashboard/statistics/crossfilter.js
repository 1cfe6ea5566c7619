// The charts, the bar above them, and the messages to the server. `chart_cards.js` comes before
// this file in the same module.
// Shortest time between two messages of a drag, in milliseconds.
const PAUSE = 100;

function segmented(label, options, change) {
  const group = make("div", "wb-cf-switch");
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-label", label);
  group.append(make("span", "", label));
  const name = `wb-cf-${Math.random().toString(36).slice(2)}`;
  const inputs = options.map((option) => {
    const line = make("label");
    const input = make("input");
    Object.assign(input, { type: "radio", name, value: option });
    input.addEventListener("change", () => change(option));
    line.append(input, make("span", "", option));
    group.append(line);
    return input;
  });
  return [group, (value) => inputs.forEach((input) => { input.checked = input.value === value; })];
}

// Offers a file that the server has made.
function download({ name, mime }, data) {
  const address = URL.createObjectURL(new Blob([data], { type: mime }));
  const link = make("a");
  Object.assign(link, { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function render({ model, el }) {
  const root = makeRoot(model, "div", "wb-cf");
  const bar = make("div", "wb-cf-bar");
  const chips = make("div", "wb-cf-chips");
  const grid = make("div", "wb-cf-grid");
  const same = make("p", "wb-cf-same");
  root.append(bar, chips, grid, same);
  el.append(root);

  let chosen = { ...model.get("chosen") };
  let waiting = null;
  let settling = null;
  let sent = -Infinity;
  const facets = model.get("facets");
  const state = { isLog: model.get("is_log") };

  const send = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  // The first change is sent at once; then, during a drag, at most ten messages a second. What the
  // page shows beside the charts follows once the selection has settled.
  const settle = () => {
    clearTimeout(settling);
    settling = setTimeout(() => send("settled", { ...chosen }), 250);
  };
  const choose = (name, slots, isLast = true) => {
    chosen = { ...chosen };
    if (slots.length) chosen[name] = slots;
    else delete chosen[name];
    cards.forEach((card) => card.mark());
    const now = () => {
      clearTimeout(waiting);
      waiting = null;
      sent = performance.now();
      send("chosen", { ...chosen });
    };
    const wait = sent + PAUSE - performance.now();
    if (isLast || wait <= 0) now();
    else waiting ??= setTimeout(now, wait);
    settle();
  };
  const height = (count, most) => {
    if (!most || !count) return 0;
    const share = state.isLog ? Math.log1p(count) / Math.log1p(most) : count / most;
    return Math.max(Math.min(share, 1), 0.012);
  };
  const save = (name, kind) => {
    const isLog = state.isLog;
    model.send({ save: name, kind, is_log: isLog, chosen });
  };

  const facts = { get: () => model.get("now").counts, state, height, choose, save, of: () => chosen };
  const cards = facets.filter((facet) => !facet.only).map((facet) => {
    const card = facet.bins ? bars(facet, facts) : names(facet, facts);
    grid.append(card.el);
    return card;
  });
  const constant = facets.filter((facet) => facet.only);
  if (constant.length) {
    const text = constant.map((facet) => `${facet.title}: ${facet.only}`).join(" · ");
    same.textContent = `The same in all threads: ${text}`;
  }

  const count = make("b");
  count.dataset.testid = "threads";
  count.setAttribute("aria-live", "polite");
  const [scale, setScale] = segmented("Counts", ["linear", "log"], (option) => {
    state.isLog = option === "log";
    cards.forEach((card) => card.draw());
    send("is_log", state.isLog);
  });
  setScale(state.isLog ? "log" : "linear");
  const drawer = make("button", "wb-cf-open");
  drawer.addEventListener("click", () => send("is_open", !model.get("is_open")));
  const problem = make("span", "wb-cf-problem");
  problem.setAttribute("role", "status");
  bar.append(count, make("span", "", `of ${number(model.get("threads"))} threads`), drawer, problem);
  bar.append(make("span", "wb-cf-note", "an equally large sample of all threads"), scale);
  chips.setAttribute("role", "group");
  chips.setAttribute("aria-label", "Restrictions");

  const clear = () => {
    chosen = {};
    cards.forEach((card) => card.mark());
    clearTimeout(waiting);
    waiting = null;
    send("chosen", {});
    settle();
  };
  const summarize = () => {
    const { found, words } = model.get("now");
    count.textContent = number(found);
    const restricted = facets.filter((facet) => words[facet.name] !== undefined);
    chips.replaceChildren(
      ...restricted.map((facet) => {
        const chip = make("button", "wb-cf-chip", `${facet.title}: ${words[facet.name]} ✕`);
        chip.title = `remove the restriction ${words[facet.name]}`;
        chip.setAttribute("aria-label", `Remove ${facet.title}: ${words[facet.name]}`);
        chip.addEventListener("click", () => choose(facet.name, []));
        return chip;
      }),
    );
    if (restricted.length) {
      const button = make("button", "wb-cf-clear", "clear all");
      button.addEventListener("click", clear);
      chips.append(button);
    } else {
      const hint = "Drag over bars, click a bar or a name, or press Tab and the arrow keys.";
      chips.append(make("span", "wb-cf-hint", hint));
    }
  };
  const update = () => {
    summarize();
    cards.forEach((card) => card.draw());
  };
  const label = () => {
    const isOpen = model.get("is_open");
    drawer.textContent = isOpen ? "Close the list" : "List these threads";
    drawer.setAttribute("aria-expanded", isOpen);
  };
  const receive = (message, buffers) => {
    problem.textContent = message.problem || "";
    if (message.file) download(message.file, buffers[0]);
  };
  model.on("change:now", update);
  model.on("change:is_open", label);
  model.on("msg:custom", receive);
  update();
  label();
  return () => {
    clearTimeout(waiting);
    clearTimeout(settling);
    model.off("change:now", update);
    model.off("change:is_open", label);
    model.off("msg:custom", receive);
  };
}

export default { render };
