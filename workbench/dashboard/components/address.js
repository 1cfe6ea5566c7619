// Sends the address to the server after Back or Forward. The script in apps/head.html asks before it
// loads the page again: cancelling its event says that the page follows by itself.
function render({ model, el }) {
  el.hidden = true;
  const follow = (event) => {
    event.preventDefault();
    model.set("entries", [...new URLSearchParams(location.search)]);
    model.set("turn", model.get("turn") + 1);
    model.save_changes();
  };
  window.addEventListener("workbench:address", follow);
  return () => window.removeEventListener("workbench:address", follow);
}

export default { render };
