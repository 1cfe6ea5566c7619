// Shows the item to label, and sends the label of a button or its key. The HTML of the item is made
// by `workbench.display`; everything else is set as text.
function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function focused() {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

function isTyping() {
  const at = focused();
  return !!at && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
}

function render({ model, el }) {
  const root = make("div", "wb-judge");
  for (const [name, value] of Object.entries(model.get("colours"))) {
    root.style.setProperty(`--wb-${name}`, value);
  }
  const shown = make("div", "wb-judge-item");
  shown.dataset.testid = "item";
  const keys = make("div", "wb-judge-keys");
  const note = make("p", "wb-judge-note");
  note.dataset.testid = "note";
  note.setAttribute("aria-live", "polite");
  root.append(keys, note, shown);
  el.append(root);

  // One label at a time: a key pressed before the next item is shown is ignored.
  let isBusy = false;
  const press = (action) => {
    const now = model.get("now");
    if (isBusy || !now.actions.includes(action)) return;
    isBusy = true;
    root.classList.add("is-busy");
    model.set("pressed", { action, turn: now.turn });
    model.save_changes();
  };
  const buttons = model.get("buttons").map(({ action, label, key }) => {
    const button = make("button", `wb-judge-${action}`);
    button.append(make("span", "", label), make("kbd", "", key));
    button.setAttribute("aria-keyshortcuts", key);
    button.addEventListener("click", () => press(action));
    keys.append(button);
    return { button, action };
  });
  const typed = (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping()) return;
    const found = model.get("buttons").find(({ key }) => key === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    press(found.action);
  };
  const draw = () => {
    const now = model.get("now");
    isBusy = false;
    root.classList.remove("is-busy");
    shown.innerHTML = now.html;
    note.textContent = now.note;
    note.classList.toggle("is-wrong", now.is_wrong);
    buttons.forEach(({ button, action }) => { button.disabled = !now.actions.includes(action); });
  };
  // While a text field has the focus, letters go there and the keys fade.
  const rest = () => setTimeout(() => root.classList.toggle("is-resting", isTyping()));
  model.on("change:now", draw);
  document.addEventListener("keydown", typed);
  document.addEventListener("focusin", rest);
  document.addEventListener("focusout", rest);
  // After typing a name, the next key is a label.
  if (focused() && focused().tagName === "INPUT") focused().blur();
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
