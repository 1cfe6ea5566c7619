// A tab list after the pattern of the ARIA Authoring Practices: one tab stop, the arrow keys, Home
// and End move the focus and open the tab.

// Milliseconds to wait for another key before the server is told, so that passing over a tab does
// not compute its view.
const PAUSE = 150;

function render({ model, el }) {
  const list = document.createElement("div");
  list.className = "wb-tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", model.get("label"));
  list.style.setProperty("--wb-tab", model.get("colour"));
  const tabs = model.get("names").map((name) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.setAttribute("role", "tab");
    tab.textContent = name;
    tab.addEventListener("click", () => choose(name, 0));
    return tab;
  });
  list.append(...tabs);
  el.append(list);

  let chosen = model.get("chosen");
  let timer = 0;

  const show = () => {
    for (const tab of tabs) {
      const isOpen = tab.textContent === chosen;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
    }
  };
  const choose = (name, pause) => {
    chosen = name;
    show();
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (model.get("chosen") === name) return;
      model.set("chosen", name);
      model.save_changes();
    }, pause);
  };
  const steps = { ArrowRight: 1, ArrowLeft: -1 };
  list.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = tabs.indexOf(event.target);
    let next = at + steps[event.key];
    if (event.key === "Home") next = 0;
    if (event.key === "End") next = tabs.length - 1;
    if (at < 0 || Number.isNaN(next)) return;
    event.preventDefault();
    const tab = tabs[(next + tabs.length) % tabs.length];
    tab.focus();
    choose(tab.textContent, PAUSE);
  });
  const follow = () => {
    clearTimeout(timer);
    chosen = model.get("chosen");
    show();
  };
  model.on("change:chosen", follow);
  show();
  return () => {
    clearTimeout(timer);
    model.off("change:chosen", follow);
  };
}

export default { render };
