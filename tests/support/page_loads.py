"""Time how long a page takes to open in a browser that was just started."""

from tests.support import browser as browsers

#: Notes when the first number of the workspace is in the bar or the skeleton, and when the first
#: number is in the page itself, outside its heading.
OPENING = r"""
(() => {
  const times = (window.opening = {});
  const hasNumber = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return /\d/.test(node.data);
    if (node.matches?.("style, script, .wb-title")) return false;
    return [node.shadowRoot, ...node.childNodes].some((child) => child && hasNumber(child));
  };
  const look = () => {
    const root = document.getElementById("root");
    const small = document.querySelector(".wb-switch small");
    if (!times.bar && /\d/.test(small?.textContent ?? "")) times.bar = performance.now();
    if (root && hasNumber(root)) times.page = performance.now();
    else requestAnimationFrame(look);
  };
  look();
})();
"""


def opening(address: str) -> dict[str, float | None]:
    """Open a page in a new browser: what is on the screen -> milliseconds since navigation."""
    with browsers.browsing() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.add_init_script(OPENING)
        page.goto(address)
        page.wait_for_function("window.opening.page")
        painted = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        times = page.evaluate("window.opening")
        return {
            "bar and skeleton": page.evaluate(painted),
            "first number in the bar": times.get("bar"),
            "first number in the page": times["page"],
        }
