// What the widgets share. `widget_files.script` puts it before the script of a widget.

// An element with a class and a text; the text is never markup.
function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

// The whole of a widget, with the colours that Python chose as CSS variables.
function makeRoot(model, tag, name) {
  const root = make(tag, name);
  for (const [colour, value] of Object.entries(model.get("colours"))) {
    root.style.setProperty(`--wb-${colour}`, value);
  }
  return root;
}

const number = (value) => (value === null ? "" : value.toLocaleString("en-US"));

// The element with the focus, also inside of other widgets.
function focused() {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

// Letters belong to text fields; lists and sliders use letters, too.
function isTyping() {
  const at = focused();
  return !!at && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
}
