// Files and folders with a box for each. The arrow keys move between the rows, Tab within a row.
// All texts are set as text.
function render({ model, el }) {
  const root = makeRoot(model, "div", "wb-files-box");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Dumps");
  const crumbs = make("nav", "wb-files-path");
  crumbs.setAttribute("aria-label", "Folder");
  const list = make("ul");
  const note = make("p");
  note.setAttribute("role", "status");
  root.append(crumbs, list, note);
  el.append(root);

  let isMoving = false;
  const go = (folder) => {
    isMoving = true;
    model.set("folder", folder);
    model.save_changes();
  };
  const tick = (path, isTicked) => {
    const others = model.get("chosen").filter((other) => other !== path);
    model.set("chosen", isTicked ? [...others, path] : others);
    model.save_changes();
    count();
  };
  const count = () => {
    const more = model.get("now").more;
    const ticked = model.get("chosen").length;
    note.textContent = [
      ticked ? `${number(ticked)} chosen.` : "",
      more ? `${number(more)} more entries are not listed: choose the folder, or type a glob.` : "",
    ].join(" ").trim();
  };
  const draw = () => {
    const now = model.get("now");
    crumbs.replaceChildren(...now.crumbs.map(([path, name], at) => {
      const isLast = at === now.crumbs.length - 1;
      if (isLast) {
        const here = make("span", "", name);
        here.setAttribute("aria-current", "true");
        return here;
      }
      const button = make("button", "", name);
      button.type = "button";
      button.addEventListener("click", () => go(path));
      return button;
    }));
    const rows = now.entries.map((entry) => {
      const row = make("li");
      const box = make("input");
      box.type = "checkbox";
      box.checked = model.get("chosen").includes(entry.path);
      box.setAttribute("aria-label", `Choose ${entry.name}`);
      box.addEventListener("change", () => tick(entry.path, box.checked));
      const name = make(entry.is_folder ? "button" : "span", "wb-files-name", entry.name);
      if (entry.is_folder) {
        name.type = "button";
        name.setAttribute("aria-label", `Open ${entry.name}`);
        name.addEventListener("click", () => go(entry.path));
      } else {
        name.addEventListener("click", () => box.click());
      }
      row.append(box, name, make("small", "", entry.size));
      return row;
    });
    list.replaceChildren(...(rows.length ? rows : [make("li", "is-empty", "Nothing here can be read.")]));
    count();
    if (isMoving) list.querySelector("input,button")?.focus();
    isMoving = false;
  };
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const boxes = [...list.querySelectorAll("input")];
    const at = boxes.findIndex((box) => box.parentElement.contains(event.target));
    const next = boxes[at + step];
    if (next) next.focus();
    event.preventDefault();
  });
  model.on("change:now", draw);
  draw();
  return () => model.off("change:now", draw);
}

export default { render };
