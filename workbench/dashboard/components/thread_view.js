// One conversation: why it is kept or removed, its turns with branches that fold, and its labels.
// The HTML of the head and the turns is made by `workbench.display`; everything else is set as text.
const level = (turn) => Number(turn.dataset.level);

// The turns of the branch below a turn.
function branch(turn) {
  const turns = [];
  let next = turn.nextElementSibling;
  while (next && next.matches(".wb-turn") && level(next) > level(turn)) {
    turns.push(next);
    next = next.nextElementSibling;
  }
  return turns;
}

// Hides the turns below folded ones, in one pass.
function hideFolded(turns) {
  let folded = Infinity;
  for (const turn of turns) {
    if (level(turn) <= folded) folded = Infinity;
    turn.hidden = folded !== Infinity;
    if (!turn.hidden && turn.classList.contains("is-folded")) folded = level(turn);
  }
}

function render({ model, el }) {
  const root = makeRoot(model, "div", "wb-view");
  root.dataset.testid = `thread-${model.get("thread")}`;
  root.style.setProperty("--wb-height", model.get("height"));
  root.classList.toggle("is-tall", model.get("height") !== "none");
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", "Conversation");
  root.tabIndex = 0;
  const bar = make("div", "wb-view-bar");
  const head = make("div");
  head.innerHTML = model.get("head");
  const body = make("article", "wb-thread");
  const more = make("button", "wb-view-more");
  root.append(bar, head, body, more);
  el.append(root);

  const ask = (action, value = "") => {
    model.set("asked", { action, value, turn: (model.get("asked").turn || 0) + 1 });
    model.save_changes();
  };

  // Turns come in parts; a part that is here already is not drawn again.
  let drawn = 0;
  const turns = () => [...body.querySelectorAll(":scope>.wb-turn")];
  const fold = (turn, isFolded) => {
    const button = turn.querySelector(".wb-fold");
    turn.classList.toggle("is-folded", isFolded);
    button.setAttribute("aria-expanded", String(!isFolded));
    button.textContent = isFolded ? `▸ ${button.dataset.count}` : "▾";
  };
  const addFolds = () => {
    for (const turn of turns()) {
      const below = branch(turn).length;
      let button = turn.querySelector(".wb-fold");
      if (!below) continue;
      if (!button) {
        button = make("button", "wb-fold");
        button.type = "button";
        (turn.querySelector(".wb-head") || turn.querySelector("p")).prepend(button);
      }
      button.dataset.count = `${number(below)} below`;
      button.setAttribute("aria-label", `Replies below this turn: ${number(below)}`);
      fold(turn, turn.classList.contains("is-folded"));
    }
    hideFolded(turns());
  };
  // Each turn can be kept or dropped by hand; its id comes with it as text.
  const hands = { keep: ["Keep", "Keep this turn in exports, however well it answers"],
    drop: ["Drop", "Leave this turn out of exports, with what answers it"] };
  const addHands = () => {
    if (!("turns" in model.get("hand"))) return;
    for (const turn of turns()) {
      const head = turn.querySelector(".wb-head");
      if (!head || !turn.dataset.tweet || turn.querySelector(".wb-view-hand")) continue;
      const group = make("span", "wb-view-hand");
      for (const [decision, [text, about]] of Object.entries(hands)) {
        const button = make("button", `wb-view-turn-${decision}`, text);
        button.type = "button";
        button.title = about;
        button.setAttribute("aria-label", about);
        button.addEventListener("click", () => ask("hand", { turn: turn.dataset.tweet, decision }));
        group.append(button);
      }
      head.append(group);
    }
    showHand();
  };
  const draw = () => {
    const parts = model.get("parts");
    for (; drawn < parts.length; drawn++) body.insertAdjacentHTML("beforeend", parts[drawn]);
    addFolds();
    addHands();
    const left = model.get("left");
    more.hidden = !left;
    more.disabled = false;
    more.textContent = `Show more: ${number(left)} turns are left`;
  };
  more.type = "button";
  more.addEventListener("click", () => { more.disabled = true; ask("more"); });
  body.addEventListener("click", (event) => {
    const button = event.target.closest(".wb-fold");
    if (!button) return;
    const turn = button.closest(".wb-turn");
    fold(turn, !turn.classList.contains("is-folded"));
    hideFolded(turns());
  });

  // The bar: labels, links, switches.
  const buttons = [];
  const note = make("span", "wb-view-note");
  note.dataset.testid = "label-note";
  note.setAttribute("role", "status");
  const known = make("span", "wb-view-known");
  known.dataset.testid = "labels";
  const name = make("input");
  if (model.get("buttons").length) {
    const group = make("div", "wb-view-labels");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Label the opening tweet");
    for (const { action, label, key, about } of model.get("buttons")) {
      const button = make("button", `wb-view-${action}`);
      button.type = "button";
      button.title = about;
      button.setAttribute("aria-keyshortcuts", key);
      button.append(make("span", "", label), make("kbd", "", key));
      button.addEventListener("click", () => labelAs(action));
      buttons.push({ button, action, key });
      group.append(button);
    }
    name.type = "text";
    name.maxLength = 40;
    name.placeholder = "your name";
    name.setAttribute("aria-label", "Your name, for labels");
    name.addEventListener("change", () => ask("name", name.value));
    name.addEventListener("keydown", (event) => { if (event.key === "Enter") name.blur(); });
    bar.append(group, name, known, note);
  }
  const threadHands = [];
  const why = make("input");
  const said = make("span", "wb-view-note");
  if ("turns" in model.get("hand")) {
    const group = make("div", "wb-view-labels");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Decide on the thread by hand");
    for (const [decision, text] of [["keep", "Keep by hand"], ["drop", "Drop by hand"]]) {
      const button = make("button", "", text);
      button.type = "button";
      button.title = "Whatever the rules say; press again to take it back";
      button.addEventListener("click", () => ask("hand", { decision, note: why.value }));
      threadHands.push({ button, decision });
      group.append(button);
    }
    why.type = "text";
    why.maxLength = 500;
    why.placeholder = "why";
    why.setAttribute("aria-label", "Why you keep or drop this thread");
    said.dataset.testid = "hand-note";
    said.setAttribute("role", "status");
    bar.append(group, why, said);
  }
  function showHand() {
    const now = model.get("hand");
    if (!("turns" in now)) return;
    if (focused() !== why) why.value = now.note || "";
    said.textContent = now.message || "";
    said.classList.toggle("is-wrong", !!now.is_wrong);
    for (const { button, decision } of threadHands) {
      button.setAttribute("aria-pressed", String(now.thread === decision));
    }
    for (const turn of turns()) {
      const decided = now.turns[turn.dataset.tweet];
      turn.classList.toggle("is-dropped", decided === "drop");
      for (const decision of Object.keys(hands)) {
        const button = turn.querySelector(`.wb-view-turn-${decision}`);
        if (button) button.setAttribute("aria-pressed", String(decided === decision));
      }
    }
  }
  const tools = make("div", "wb-view-tools");
  for (const { text, address } of model.get("links")) {
    const link = make("a", "", text);
    link.href = address;
    tools.append(link);
  }
  const toggle = (text, change) => {
    const label = make("label");
    const box = make("input");
    box.type = "checkbox";
    box.addEventListener("change", () => change(box.checked));
    label.append(box, text);
    tools.append(label);
  };
  toggle("where each tweet comes from", (isOn) => root.classList.toggle("has-sources", isOn));
  toggle("fold all replies", (isOn) => {
    for (const turn of turns()) {
      if (turn.querySelector(".wb-fold") && level(turn) >= 1) fold(turn, isOn);
    }
    hideFolded(turns());
  });
  tools.append(make("span", "wb-view-id", `thread ${model.get("thread")}`));
  bar.append(tools);

  const labelAs = (action) => {
    if (!model.get("labels").name && !name.value.trim()) {
      note.textContent = "Enter your name first: a label names who set it.";
      name.focus();
      return;
    }
    ask("label", action);
  };
  const showLabels = () => {
    const now = model.get("labels");
    if (focused() !== name) name.value = now.name || "";
    note.textContent = now.note || "";
    note.classList.toggle("is-wrong", !!now.is_wrong);
    known.textContent = now.known || "";
    for (const { button, action } of buttons) {
      button.setAttribute("aria-pressed", String(now.mine === action));
    }
  };
  const typed = (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping() || !root.offsetParent) return;
    const hit = buttons.find(({ key }) => key === event.key.toLowerCase());
    if (!hit) return;
    event.preventDefault();
    labelAs(hit.action);
  };
  model.on("change:parts", draw);
  model.on("change:labels", showLabels);
  model.on("change:hand", showHand);
  document.addEventListener("keydown", typed);
  draw();
  showLabels();
  return () => {
    model.off("change:parts", draw);
    model.off("change:labels", showLabels);
    model.off("change:hand", showHand);
    document.removeEventListener("keydown", typed);
  };
}

export default { render };
