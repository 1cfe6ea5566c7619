// The ledger as a table: a row per archive, which opens to its members. Python sorts and filters
// all rows and sends a page. All texts are set as text.
const title = (name) => name[0].toUpperCase() + name.slice(1);

function render({ model, el }) {
  const root = makeRoot(model, "div", "wb-ledger");
  root.dataset.testid = "ledger";
  const state = { words: "", damaged: false, sort: "", descending: true, page: 1, open: "",
                  member_page: 1, ...model.get("asked") };
  const ask = (change) => {
    Object.assign(state, change);
    model.set("asked", { ...state, turn: (state.turn = (state.turn || 0) + 1) });
    model.save_changes();
  };

  const words = make("input");
  words.type = "search";
  words.value = state.words;
  words.maxLength = 200;
  words.placeholder = "Archive, member, format or damage";
  const label = make("label", "", "Filter ");
  label.append(words);
  let timer;
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask({ words: words.value, page: 1, member_page: 1 }), 200);
  });
  const damaged = make("input");
  damaged.type = "checkbox";
  damaged.checked = state.damaged;
  damaged.addEventListener("change", () => ask({ damaged: damaged.checked, page: 1, member_page: 1 }));
  const only = make("label");
  only.append(damaged, " Damaged only");
  const range = make("span", "wb-ledger-range");
  range.setAttribute("role", "status");
  const bar = make("div", "wb-ledger-bar");
  bar.append(label, only, range);

  const wide = make("div", "wb-ledger-wide");
  wide.tabIndex = 0;
  wide.setAttribute("role", "region");
  wide.setAttribute("aria-label", "Ledger");
  const table = make("table");
  const head = make("thead");
  const body = make("tbody");
  table.append(head, body);
  wide.append(table);
  const pages = make("div", "wb-ledger-pages");
  root.append(bar, wide, pages, make("p", "wb-ledger-note",
    "Each line is a tweet, a carrier (plain retweet), a deletion, a notice, blank or rejected. " +
    "Embedded tweets are inside other lines."));
  el.append(root);

  const columns = ["archive", ...model.get("heads")];
  const headers = columns.map((column) => {
    const cell = make("th", column === "archive" ? "" : "is-number");
    cell.scope = "col";
    const button = make("button", "", title(column));
    button.type = "button";
    button.addEventListener("click", () => {
      const isSame = state.sort === column;
      // Numbers first show the largest, names the first of the alphabet.
      ask({ sort: column, page: 1, member_page: 1,
            descending: isSame ? !state.descending : column !== "archive" });
    });
    cell.append(button);
    return cell;
  });
  const top = make("tr");
  const format = make("th", "", "Format");
  format.scope = "col";
  top.append(headers[0], format, ...headers.slice(1));
  head.append(top);

  const cells = (row) => row.counts.map((count, at) =>
    make("td", at === row.counts.length - 1 && count ? "is-number is-bad" : "is-number", number(count)));
  const pager = (page, count, name, go) => {
    const line = make("div", "wb-ledger-pager");
    for (const [text, to] of [["Previous", page - 1], ["Next", page + 1]]) {
      const button = make("button", "", text);
      button.type = "button";
      button.setAttribute("aria-label", `${text} page of ${name}`);
      button.disabled = to < 1 || to > count;
      button.addEventListener("click", () => go(to));
      line.append(button);
    }
    line.append(make("span", "", `page ${number(page)} of ${number(count)}`));
    return line;
  };

  const draw = () => {
    const now = model.get("now");
    const focused = root.getRootNode().activeElement;
    const key = focused && body.contains(focused) ? focused.dataset.key : null;
    headers.forEach((cell, at) => {
      const isSorted = state.sort === columns[at];
      cell.setAttribute("aria-sort", isSorted ? (state.descending ? "descending" : "ascending") : "none");
    });
    range.textContent = now.range;
    const total = make("tr", "is-total");
    const name = make("th", "", `All ${number(now.total[0])} members`);
    name.scope = "row";
    total.append(name, make("td"), ...cells({ counts: now.total }));
    const rows = [total];
    for (const row of now.rows) {
      const line = make("tr");
      const first = make("th");
      first.scope = "row";
      const isOpen = row.opens && row.key === state.open;
      if (row.opens) {
        const button = make("button", "", row.name);
        button.type = "button";
        button.dataset.key = row.key;
        button.setAttribute("aria-expanded", String(isOpen));
        button.addEventListener("click", () => ask({ open: isOpen ? "" : row.key, member_page: 1 }));
        first.append(button);
      } else {
        first.textContent = row.name;
      }
      line.append(first, make("td", "", row.format), ...cells(row));
      rows.push(line);
      if (!isOpen || !now.members) continue;
      for (const member of now.members.rows) {
        const inner = make("tr", "is-member");
        const own = make("th", "", member.name);
        own.scope = "row";
        if (member.damage) own.append(make("small", "", member.damage));
        inner.append(own, make("td", "", member.format), ...cells(member));
        rows.push(inner);
      }
      if (now.members.pages > 1) {
        const inner = make("tr", "is-member");
        const cell = make("td");
        cell.colSpan = columns.length + 1;
        cell.append(pager(now.members.page, now.members.pages, "members",
          (to) => ask({ member_page: to })));
        inner.append(cell);
        rows.push(inner);
      }
    }
    body.replaceChildren(...rows);
    pages.replaceChildren(...(now.pages > 1
      ? [pager(now.page, now.pages, "archives", (to) => ask({ page: to }))] : []));
    if (key !== null) [...body.querySelectorAll("button")].find((b) => b.dataset.key === key)?.focus();
  };
  model.on("change:now", draw);
  draw();
  return () => {
    clearTimeout(timer);
    model.off("change:now", draw);
  };
}

export default { render };
