// Shows the item to label, the goals and the history, and sends the label of a button or its key.
// The HTML of the item is made by `workbench.display`; everything else is set as text.
function goal(name, count, needed) {
  const row = make("div", "wb-judge-goal");
  const bar = document.createElement("progress");
  bar.max = needed;
  bar.value = Math.min(count, needed);
  bar.setAttribute("aria-label", `Fair sample, ${name}`);
  const text = count < needed ? `${count} of ${needed}` : `${number(count)}, enough`;
  row.append(make("span", "", name), bar, make("b", "", text));
  return row;
}

function render({ model, el }) {
  const root = makeRoot(model, "div", "wb-judge");
  const card = make("section", "wb-judge-card");
  card.setAttribute("aria-label", "To label");
  const question = make("h2");
  const why = make("p", "wb-judge-why");
  const shown = make("div", "wb-judge-item");
  shown.dataset.testid = "item";
  shown.tabIndex = 0;
  shown.setAttribute("role", "region");
  shown.setAttribute("aria-label", "The text and its thread");
  const keys = make("div", "wb-judge-keys");
  keys.setAttribute("role", "group");
  keys.setAttribute("aria-label", "Your label");
  const others = make("div", "wb-judge-others");
  const note = make("p", "wb-judge-note");
  note.dataset.testid = "note";
  note.setAttribute("role", "status");
  others.append(note);
  card.append(question, why, shown, keys, others);
  const aside = make("aside", "wb-judge-aside");
  aside.setAttribute("aria-label", "Progress and history");
  const goals = make("section", "wb-judge-goals");
  goals.dataset.testid = "goals";
  const past = make("section", "wb-judge-past");
  past.dataset.testid = "history";
  aside.append(goals, past);
  root.append(card, aside);
  el.append(root);

  // One label at a time: a key pressed before the next item is shown is ignored.
  let isBusy = false;
  const send = (message) => {
    if (isBusy) return;
    isBusy = true;
    root.classList.add("is-busy");
    model.set("pressed", { ...message, turn: model.get("now").turn });
    model.save_changes();
  };
  const press = (action) => {
    if (model.get("now").actions.includes(action)) send({ action });
  };
  const buttons = model.get("buttons").map(({ action, label, key, meaning }) => {
    const button = make("button", `wb-judge-${action}`);
    button.type = "button";
    const name = make("span", "wb-judge-name", label);
    name.append(make("kbd", "", key));
    button.append(name);
    if (meaning) button.append(make("small", "", meaning));
    button.setAttribute("aria-label", meaning ? `${label}: ${meaning}` : label);
    button.setAttribute("aria-keyshortcuts", key);
    button.addEventListener("click", () => press(action));
    (meaning ? keys : others).append(button);
    return { button, action, isLabel: !!meaning };
  });
  const typed = (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping()) return;
    const pressed = model.get("buttons").find(({ key }) => key === event.key.toLowerCase());
    if (!pressed) return;
    event.preventDefault();
    press(pressed.action);
  };
  const drawAside = (now) => {
    const { yes, no, goal: needed, text, all, mine } = now.goals;
    goals.replaceChildren(
      make("h3", "", "Fair sample"),
      goal("yes", yes, needed),
      goal("no", no, needed),
      make("p", "", text),
      make("p", "wb-judge-total", `${all} labelled by all, ${mine} by you`),
    );
    const list = make("ol");
    now.history.forEach(({ label, text: excerpt }, place) => {
      const row = make("li");
      const open = make("button");
      open.type = "button";
      open.append(make("b", "", label), make("bdi", "", excerpt));
      open.setAttribute("aria-label", `Revise “${label}”: ${excerpt}`);
      open.addEventListener("click", () => send({ action: "open", place }));
      row.append(open);
      list.append(row);
    });
    const nothing = make("p", "", "Nothing yet.");
    past.replaceChildren(make("h3", "", "Your last labels"), now.history.length ? list : nothing);
  };
  const draw = () => {
    const now = model.get("now");
    const wasInAside = aside.contains(focused());
    isBusy = false;
    root.classList.remove("is-busy");
    question.textContent = now.html && now.why ? now.question : "Done";
    why.textContent = now.why;
    shown.innerHTML = now.html;
    shown.scrollTop = 0;
    note.textContent = now.note;
    note.classList.toggle("is-wrong", now.is_wrong);
    buttons.forEach(({ button, action, isLabel }) => {
      button.disabled = !now.actions.includes(action);
      if (isLabel) button.setAttribute("aria-pressed", String(now.chosen === action));
    });
    drawAside(now);
    // The button that was clicked is gone; what it opened is in the card.
    if (wasInAside) shown.focus({ preventScroll: true });
  };
  // While a text field has the focus, letters go there and the keys fade.
  const rest = () => setTimeout(() => root.classList.toggle("is-resting", isTyping()));
  model.on("change:now", draw);
  document.addEventListener("keydown", typed);
  document.addEventListener("focusin", rest);
  document.addEventListener("focusout", rest);
  // After typing a name or choosing an order, the next key is a label.
  if (isTyping()) focused().blur();
  rest();
  draw();
  return () => {
    model.off("change:now", draw);
    document.removeEventListener("keydown", typed);
    document.removeEventListener("focusin", rest);
    document.removeEventListener("focusout", rest);
  };
}

export default { render };
