// Buttons that lead to tables, and the progress of the job that they start. All texts are set as
// text. The page is loaded again as soon as its tables are there.
const PAUSE = 1500;

function render({ model, el }) {
  const root = makeRoot(model, "section", "wb-start");
  root.dataset.testid = "getting-started";
  root.setAttribute("aria-label", "Getting started");
  const link = make("a", "wb-start-link", "Choose dumps");
  link.href = model.get("dumps");
  const buttons = make("div", "wb-start-buttons");
  const notes = make("p", "wb-start-note");
  const status = make("p", "wb-start-status");
  status.setAttribute("role", "status");
  const bar = make("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", "Progress of this stage");
  const error = make("p", "wb-start-error");
  error.setAttribute("role", "alert");
  root.append(make("p", "wb-start-problem", model.get("problem")), buttons, notes, status, bar, error);
  el.append(root);

  let turn = 0;
  const ask = (action) => {
    model.set("asked", { action, turn: ++turn, at: Date.now() });
    model.save_changes();
  };
  let drawn = "";
  const draw = () => {
    const now = model.get("now");
    if (now.is_ready) return location.reload();
    const wanted = JSON.stringify([now.actions, now.may_stop]);
    if (wanted !== drawn) {
      drawn = wanted;
      const hadFocus = buttons.contains(root.getRootNode().activeElement);
      buttons.replaceChildren(link);
      const offers = now.may_stop ? { stop: ["Stop", ""] } : now.actions;
      for (const [action, [label]] of Object.entries(offers)) {
        const button = make("button", "", label);
        button.type = "button";
        button.addEventListener("click", () => { button.disabled = true; ask(action); });
        buttons.append(button);
      }
      notes.textContent = Object.values(offers).map(([, note]) => note).join(" ");
      if (hadFocus) buttons.lastElementChild.focus();
    }
    status.textContent = now.text;
    bar.hidden = !now.text;
    if (now.share === null) bar.removeAttribute("value");
    else bar.value = now.share;
    error.textContent = now.text ? "" : now.error;
  };
  model.on("change:now", draw);
  draw();
  const clock = setInterval(() => ask("look"), PAUSE);
  return () => {
    clearInterval(clock);
    model.off("change:now", draw);
  };
}

export default { render };
