// A list of threads. A click anywhere on a row opens its thread; arrows, j and k move the focus,
// Enter opens. All texts are set as text: nothing of a tweet becomes markup.
// A text in pieces; every other piece is a match of the search.
function pieces(name, texts) {
  const made = make("span", name);
  made.dir = "auto";
  made.append(...texts.map((text, place) => (place % 2 ? make("mark", "", text) : text)));
  return made;
}

function card(thread) {
  const row = make("div", "wb-list-row");
  row.dataset.thread = thread.id;
  row.setAttribute("role", "option");
  const tick = make("span", "wb-list-tick");
  tick.setAttribute("aria-hidden", "true");
  const body = make("div", "wb-list-body");
  body.append(pieces("wb-list-text", thread.text));
  if (thread.reply.length) {
    const reply = make("div", "wb-list-reply");
    reply.append(make("span", "wb-list-label", "reply"), pieces("", thread.reply));
    body.append(reply);
  }
  const facts = make("div", "wb-list-facts");
  if (thread.verdict) {
    const verdict = make("span", "wb-list-verdict", thread.verdict);
    verdict.classList.toggle("is-kept", thread.is_kept);
    facts.append(verdict);
  }
  facts.append(...thread.facts.map((text) => make("span", "", text)));
  for (const [label, value, about] of thread.values) {
    const score = make("span", "wb-list-value");
    score.append(`${label} `, make("b", "", value));
    score.title = about;
    facts.append(score);
  }
  body.append(facts);
  row.append(tick, body);
  return row;
}

function render({ model, el }) {
  const root = makeRoot(model, "div", "wb-list");
  root.style.setProperty("--wb-height", model.get("height"));
  root.setAttribute("role", "listbox");
  root.setAttribute("aria-label", model.get("name"));
  root.setAttribute("aria-keyshortcuts", "j k");
  root.classList.toggle("can-tick", model.get("can_tick"));
  if (model.get("can_tick")) root.setAttribute("aria-multiselectable", "true");
  el.append(root);

  let rows = [];
  let at = 0;

  const place = (id) => rows.findIndex((row) => row.dataset.thread === id);
  const reveal = (row) => {
    const top = row.offsetTop - root.offsetTop;
    const bottom = top + row.offsetHeight;
    if (top < root.scrollTop) root.scrollTop = top;
    else if (bottom > root.scrollTop + root.clientHeight) {
      root.scrollTop = bottom - root.clientHeight;
    }
  };
  const point = (to, isFocus) => {
    if (!rows.length) return;
    at = Math.max(0, Math.min(to, rows.length - 1));
    rows.forEach((row, number) => { row.tabIndex = number === at ? 0 : -1; });
    if (isFocus) rows[at].focus({ preventScroll: true });
    if (isFocus) reveal(rows[at]);
  };
  const mark = () => {
    const ticked = new Set(model.get("ticked"));
    for (const row of rows) {
      row.setAttribute("aria-selected", String(row.dataset.thread === model.get("opened")));
      if (model.get("can_tick")) {
        row.setAttribute("aria-checked", String(ticked.has(row.dataset.thread)));
      }
    }
  };
  const send = (name, value) => {
    model.set(name, value);
    model.save_changes();
    mark();
  };
  const open = (row) => {
    point(rows.indexOf(row), true);
    if (model.get("opened") !== row.dataset.thread) send("opened", row.dataset.thread);
  };
  const toggle = (row) => {
    const id = row.dataset.thread;
    const ticked = model.get("ticked");
    send("ticked", ticked.includes(id) ? ticked.filter((one) => one !== id) : [...ticked, id]);
  };

  root.addEventListener("click", (event) => {
    const row = event.target.closest(".wb-list-row");
    if (!row) return;
    if (event.target.closest(".wb-list-tick")) {
      point(rows.indexOf(row), true);
      toggle(row);
    } else if (!String(document.getSelection() || "")) open(row);
  });
  const page = () => Math.max(1, Math.floor(root.clientHeight / (rows[at].offsetHeight || 1)) - 1);
  const steps = {
    j: () => at + 1,
    ArrowDown: () => at + 1,
    k: () => at - 1,
    ArrowUp: () => at - 1,
    PageDown: () => at + page(),
    PageUp: () => at - page(),
    Home: () => 0,
    End: () => rows.length - 1,
  };
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !rows.length) return;
    const step = steps[event.key];
    if (step) point(step(), true);
    else if (event.key === "Enter") open(rows[at]);
    else if (event.key === " ") (model.get("can_tick") ? toggle : open)(rows[at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // From elsewhere on the page, j and k come to the list.
  const come = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!"jk".includes(event.key) || isTyping() || !rows.length || !root.offsetParent) return;
    event.preventDefault();
    point(at + (event.key === "j" ? 1 : -1), true);
  };

  const draw = () => {
    const hadFocus = root.contains(root.getRootNode().activeElement);
    rows = model.get("cards").map(card);
    root.replaceChildren(...rows);
    mark();
    point(Math.max(place(model.get("opened")), 0), hadFocus);
  };
  const follow = () => {
    mark();
    const now = place(model.get("opened"));
    if (now < 0) return;
    point(now, false);
    reveal(rows[now]);
  };
  model.on("change:cards", draw);
  model.on("change:opened", follow);
  model.on("change:ticked", mark);
  document.addEventListener("keydown", come);
  draw();
  requestAnimationFrame(() => rows[at] && reveal(rows[at]));
  return () => {
    model.off("change:cards", draw);
    model.off("change:opened", follow);
    model.off("change:ticked", mark);
    document.removeEventListener("keydown", come);
  };
}

export default { render };
