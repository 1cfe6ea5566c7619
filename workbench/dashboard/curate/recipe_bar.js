// Shows what is kept and the recipe's menu, and sends what somebody asks for. Every text is set as
// text, never as markup.

function button(text, name, act) {
  const made = make("button", name, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function render({ model, el }) {
  const root = makeRoot(model, "div", "wb-bar");
  let isAsking = false;
  const ask = (action, text = "", replace = false) => model.send({ action, text, replace });

  const counts = make("div", "wb-bar-counts");
  counts.setAttribute("aria-live", "polite");
  const [kept, all, turns, since] = ["b", "span", "span", "span"].map((tag) => make(tag));
  kept.dataset.testid = "kept";
  turns.dataset.testid = "turns";
  since.dataset.testid = "since";
  const line = make("div");
  line.append(turns, " ", since);
  const first = make("div");
  first.append(kept, " ", all);
  counts.append(first, line);

  const row = make("div", "wb-bar-buttons");
  const save = button("Save", "is-main", () => ask("save"));
  const undo = button("Undo", "", () => ask("undo"));
  const redo = button("Redo", "", () => ask("redo"));
  const opener = button("Recipe", "wb-bar-opener", () => open(panel.hidden));
  opener.setAttribute("aria-label", "Recipe");
  opener.setAttribute("aria-expanded", "false");
  row.append(save, undo, redo, opener);
  const note = make("p", "wb-bar-note");
  note.setAttribute("role", "status");
  note.dataset.testid = "recipe-note";

  const panel = make("div", "wb-bar-panel");
  panel.hidden = true;
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", "Recipes");
  const name = make("p");
  const form = make("form", "wb-bar-form");
  const field = make("input");
  field.type = "text";
  field.setAttribute("aria-label", "Name of the recipe to save");
  field.placeholder = "name";
  const saveAs = make("button", "", "Save as");
  const replace = button("Replace it", "", () => ask("save_as", field.value, true));
  replace.hidden = true;
  form.append(field, saveAs, replace);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask("save_as", field.value);
  });
  const recipes = make("ul");
  const file = make("input");
  file.type = "file";
  file.accept = ".toml";
  file.hidden = true;
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    const isTooLarge = chosen.size > model.get("largest");
    // The server checks the contents; a file that is too large is not even sent.
    if (isTooLarge) tell(`This file has ${number(chosen.size)} bytes, too many for a recipe.`, true);
    else ask("upload", await chosen.text());
  });
  const others = make("div", "wb-bar-buttons");
  others.append(
    button("Open a file…", "", () => file.click()),
    button("Download", "", () => { isAsking = true; ask("download"); }),
  );
  panel.append(name, form, recipes, others, file);
  root.append(counts, row, note, panel);
  el.append(root);

  const open = (isOpen) => {
    panel.hidden = !isOpen;
    opener.setAttribute("aria-expanded", isOpen);
  };
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    open(false);
    opener.focus();
  });
  const tell = (text, isWrong) => {
    note.textContent = text;
    note.classList.toggle("is-wrong", isWrong);
    note.hidden = !text;
  };
  const step = (made, title, what) => {
    // A button that is disabled loses the focus, and with it the place of whoever uses the keyboard.
    made.setAttribute("aria-disabled", !what);
    made.title = what ? `${title}: ${what}` : `Nothing to ${title.toLowerCase()}`;
  };
  const drawCounts = () => {
    const now = model.get("counts");
    kept.textContent = number(now.kept);
    const share = now.threads ? (100 * now.kept / now.threads).toFixed(1) : "0.0";
    all.textContent = `threads kept of ${number(now.threads)} (${share} %)`;
    turns.textContent = `${number(now.turns)} turns`;
    since.textContent = now.since;
    since.title = now.since_title;
  };
  const draw = () => {
    const now = model.get("now");
    name.textContent = `Recipe: ${now.name}`;
    opener.title = name.textContent;
    save.setAttribute("aria-disabled", !now.is_changed);
    save.title = now.is_changed ? `Save as ${now.name}` : "Nothing has changed since it was saved";
    step(undo, "Undo", now.undo);
    step(redo, "Redo", now.redo);
    replace.hidden = !now.is_taken;
    tell(now.note, now.is_wrong);
    recipes.replaceChildren(...now.recipes.map((other) => {
      const item = make("li");
      const [load, compare] = [
        button("Open", "", () => ask("load", other)),
        button("Compare", "", () => ask("compare", other)),
      ];
      load.setAttribute("aria-label", `Open ${other}`);
      compare.setAttribute("aria-label", `Compare with ${other}`);
      item.append(make("span", "", other), load, compare);
      return item;
    }));
  };
  const download = (message) => {
    if (!isAsking || message.download === undefined) return;
    isAsking = false;
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([message.download], { type: "application/toml" }));
    link.download = message.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  model.on("change:counts", drawCounts);
  model.on("change:now", draw);
  model.on("msg:custom", download);
  drawCounts();
  draw();
  return () => {
    model.off("change:counts", drawCounts);
    model.off("change:now", draw);
    model.off("msg:custom", download);
  };
}

export default { render };
