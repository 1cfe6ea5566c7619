"""Dashboard: time to open each page, and from a moved threshold to new counts.

Run as `python tests/benchmarks/bench_dashboard.py [THREADS [VIEW...]]`, or with the folder of a
workspace instead of a number of threads to time its pages only. The browser part needs chromium.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import Browser, Page

from tests.support import browser as browsers
from tests.support import fakes, page_loads
from workbench.dashboard.components import thread_facets
from workbench.dashboard.components.navigation import PLACES
from workbench.dashboard.components.rule_controls import RuleControls
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.dashboard.statistics.crossfilter import Charts
from workbench.recipe import Bounds, Recipe, active
from workbench.storage import Workspace

MOVES = 20

#: Times that each page is opened, each time by a browser that was just started.
VISITS = 5

#: Longest wait for a count that a move may leave as it is, in milliseconds.
LIMIT = 3000

#: Returns the milliseconds until the count changes, or null if it stays as it is. It can be inside
#: a component of the page.
CLOCK = """
([name, limit]) => new Promise(done => {
  const hosts = root => [...root.querySelectorAll("*")].filter(element => element.shadowRoot);
  const inside = root => root.querySelector(`[data-testid=${name}]`)
    || hosts(root).map(host => inside(host.shadowRoot)).find(Boolean);
  const count = inside(document);
  const before = count.textContent, start = performance.now();
  const look = () => {
    const took = performance.now() - start;
    if (count.textContent !== before) done(took);
    else if (took > limit) done(null);
    else requestAnimationFrame(look);
  };
  look();
})
"""


def main() -> None:
    """Make a workspace of scores, or open one, and measure."""
    named = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    if not named.isdecimal():
        report_pages(Workspace.open(named))
        return
    with tempfile.TemporaryDirectory() as folder:
        made = fakes.workspace(Path(folder) / "ws", threads=int(named))
        report_pages(made)
        print(f"{int(named):,} threads, {MOVES} moves, median / worst in ms")
        report("server: verdicts, counts, attribution, bins", in_server(made))
        report("server: undo, all controls", undone(made))
        report("server: brush in the statistics", brushed_in_server(made))
        report("browser, Statistics: key to new charts", brushed_in_browser(made))
        for view in sys.argv[2:] or ["Threads", "Charts", "Compare"]:
            cold, warm, took = in_browser(made, view=view)
            report("browser: first count, server just started", [cold])
            report("browser: first count, opened again", [warm])
            report(f"browser, {view}: key to new count", took)


def report_pages(workspace: Workspace) -> None:
    """Print how long each page takes to open."""
    print(f"{VISITS} visits by a new browser, median / worst in ms")
    with browsers.serving("", workspace=workspace.root) as address:
        for file in PLACES:
            visits = [page_loads.opening(f"{address}/?file={file}") for _ in range(VISITS)]
            for what in visits[0]:
                report(f"{file}: {what}", [visit[what] for visit in visits])


def report(what: str, took: Sequence[float | None]) -> None:
    """Print one line; None is a move that left the count as it was, or a number that is missing."""
    known = [time for time in took if time is not None]
    missing = f"  ({len(took) - len(known)} without)" if len(known) < len(took) else ""
    numbers = f"{statistics.median(known):6.0f} / {max(known):6.0f}" if known else "     -"
    print(f"{what:52} {numbers}{missing}", flush=True)


def in_server(workspace: Workspace) -> list[float]:
    """Time what the server does between a moved threshold and the numbers beside it."""
    live, recipe = ScoresSession(workspace, workspace.read("scores")), Recipe()
    controls = RuleControls(live, recipe.select, on_change=lambda *_: None)
    values = {name: rule.model_dump() for name, rule in active(recipe.select).items()}
    took = []
    for move in range(MOVES + 1):
        start = time.perf_counter()
        controls.edit = {"values": values | {"similarity": {"min": 0.4 + move / 100}}}
        took.append((time.perf_counter() - start) * 1000)
    return took[1:]


def undone(workspace: Workspace) -> list[float]:
    """Time showing other rules in all controls, as after undo."""
    live, recipe = ScoresSession(workspace, workspace.read("scores")), Recipe()
    controls = RuleControls(live, recipe.select, on_change=lambda *_: None)
    took = []
    for move in range(MOVES // 2 + 1):
        start = time.perf_counter()
        bounds = {"similarity": Bounds(min=0.401 + move / 100)}
        controls.show(recipe.select.model_copy(update=bounds))
        took.append((time.perf_counter() - start) * 1000)
    return took[1:]


def brushed_in_server(workspace: Workspace) -> list[float]:
    """Time what the server does between a moved brush and the message with all new counts."""
    live = ScoresSession(workspace, workspace.read("scores"))
    charts = Charts(thread_facets.of(live, live.verdicts(Recipe().select)))
    took = []
    for move in range(MOVES + 1):
        start = time.perf_counter()
        charts.chosen = {"turns": list(range(move % 5, 9)), "suitability": list(range(move, 40))}
        took.append((time.perf_counter() - start) * 1000)
    return took[1:]


def brushed_in_browser(workspace: Workspace) -> list[float | None]:
    """Time arrow keys on an end of a chart of the statistics."""
    with (
        browsers.browsing() as browser,
        browsers.serving("thread_statistics.py", workspace=workspace.root) as address,
    ):
        page, _ = browsers.open_page(browser, address, until=["[data-testid=threads]"])
        browsers.wait_until_still(page)
        page.get_by_role("slider", name="Suitable request, from").focus()
        took = []
        for _ in range(MOVES):
            page.evaluate(f"window.took = ({CLOCK.strip()})(['threads', {LIMIT}]); null")
            page.keyboard.press("ArrowRight")
            took.append(page.evaluate("window.took"))
            browsers.wait_until_still(page, seconds=1)
        return took


def in_browser(workspace: Workspace, *, view: str) -> tuple[float, float, list[float | None]]:
    """Time the first count of two visits, and arrow keys on a threshold."""
    with (
        browsers.browsing() as browser,
        browsers.serving("curate_export.py", workspace=workspace.root) as address,
    ):
        cold = opened(browser, address)[0]
        warm, page = opened(browser, address)
        page.get_by_role("tab", name=view).click()
        browsers.wait_until_still(page)
        browsers.thumb(page, "Suitable request", 0).focus()
        took = []
        for _ in range(MOVES):
            page.evaluate(f"window.took = ({CLOCK.strip()})(['kept', {LIMIT}]); null")
            page.keyboard.press("ArrowRight")
            took.append(page.evaluate("window.took"))
            browsers.wait_until_still(page, seconds=1)
        return cold, warm, took


def opened(browser: Browser, address: str) -> tuple[float, Page]:
    """Open the app and time the first count."""
    start = time.perf_counter()
    page, _ = browsers.open_page(browser, address)
    page.get_by_test_id("kept").wait_for()
    return (time.perf_counter() - start) * 1000, page


if __name__ == "__main__":
    main()
