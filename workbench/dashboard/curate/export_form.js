// The name of an export, the button that writes it, and a card for each format. Every text is set
// as text, never as markup.

function render({ model, el }) {
  const root = makeRoot(model, "div", "wb-export");
  const form = make("form", "wb-export-bar");
  const label = make("label", "", "Name ");
  const name = make("input");
  name.type = "text";
  name.maxLength = 200;
  name.spellcheck = false;
  label.append(name);
  const write = make("button", "is-main", "Write the export");
  write.type = "submit";
  const boxLabel = make("label");
  const replace = make("input");
  replace.type = "checkbox";
  boxLabel.append(replace, " Replace an export of this name");
  const use = make("button", "");
  use.type = "button";
  const reason = make("p", "wb-export-reason");
  reason.setAttribute("role", "status");
  reason.dataset.testid = "obstacle";
  form.append(label, write, boxLabel, use, reason);
  const cards = make("div", "wb-export-formats");
  cards.setAttribute("role", "group");
  cards.setAttribute("aria-label", "Formats");
  root.append(form, cards);
  el.append(root);

  const send = (action) => model.send({ action, name: name.value, replace: replace.checked });
  let timer = 0;
  name.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => send("check"), 200);
  });
  replace.addEventListener("change", () => send("check"));
  use.addEventListener("click", () => {
    name.value = model.get("now").free;
    replace.checked = false;
    send("check");
    name.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    // Python checks once more: what is typed may not have been checked yet.
    send("write");
  });

  const choose = (box, format) => {
    const others = model.get("chosen").filter((other) => other !== format);
    const chosen = box.checked ? [...others, format] : others;
    if (!chosen.length) {
      box.checked = true;
      box.setCustomValidity("An export needs at least one format.");
      box.reportValidity();
      box.setCustomValidity("");
      return;
    }
    model.send({ action: "formats", chosen });
  };

  let parts = new Map();
  const build = () => {
    parts = new Map();
    cards.replaceChildren(...model.get("formats").map(({ name: format, about }) => {
      const card = make("section", "wb-export-card");
      card.setAttribute("role", "group");
      card.setAttribute("aria-label", format);
      const head = make("label", "wb-export-head");
      const box = make("input");
      box.type = "checkbox";
      box.setAttribute("aria-label", format);
      box.addEventListener("change", () => choose(box, format));
      const records = make("span", "wb-export-records");
      head.append(box, make("b", "", format), records);
      const problem = make("p", "wb-export-problem");
      const example = make("pre", "wb-record");
      example.tabIndex = 0;
      example.dir = "auto";
      example.setAttribute("aria-label", `A record as ${format}`);
      card.append(head, make("p", "", about), problem, example);
      parts.set(format, { card, box, records, problem, example });
      return card;
    }));
    draw();
  };
  const draw = () => {
    const chosen = model.get("chosen");
    const examples = model.get("examples");
    for (const [format, { card, box, records, problem, example }] of parts) {
      const known = examples[format] || { records: "", problem: "", example: "" };
      box.checked = chosen.includes(format);
      // What is chosen and does not work can be taken out again.
      box.disabled = !!known.problem && !box.checked;
      card.classList.toggle("is-chosen", box.checked);
      records.textContent = known.records;
      problem.textContent = known.problem;
      problem.hidden = !known.problem;
      example.textContent = known.example;
      example.hidden = !known.example;
    }
  };
  const tell = () => {
    const now = model.get("now");
    if (name.value !== now.name && focused() !== name) name.value = now.name;
    reason.textContent = now.problem.replace(/\s*\n\s*/g, "\n");
    // A disabled button would lose the focus, and nobody would hear why.
    write.setAttribute("aria-disabled", !!now.problem);
    use.textContent = `Use ${now.free}`;
    use.hidden = !now.problem || now.name === now.free;
  };
  name.value = model.get("now").name;
  build();
  tell();
  const listeners = { formats: build, chosen: draw, examples: draw, now: tell };
  for (const [trait, listen] of Object.entries(listeners)) model.on(`change:${trait}`, listen);
  return () => {
    for (const [trait, listen] of Object.entries(listeners)) model.off(`change:${trait}`, listen);
  };
}

export default { render };
