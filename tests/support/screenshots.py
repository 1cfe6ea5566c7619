"""Screenshots: a picture of each app on the workspace of the demo, for the README.

python tests/support/screenshots.py [WORKSPACE] [APP...]
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support import browser as browsers
from workbench.dashboard.components.navigation import PLACES, link

FOLDER = browsers.APPS / "screenshots"

#: What the address of an app says, and the tab that is opened, so that there is something to see.
QUERIES = {"label.py": "labeller=ann"}
TABS = {"search.py": "Map"}


def main(workspace: str = "demo", *apps: str) -> None:
    """Write `apps/screenshots/<app>.png`, of every app or of those named."""
    FOLDER.mkdir(exist_ok=True)
    # The apps may write into what they show, and say where it is.
    copy = Path(tempfile.gettempdir()) / "thread-workbench" / "july"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(workspace, copy)
    with (
        browsers.serving("", workspace=copy) as address,
        browsers.browsing() as chromium,
    ):
        for file in apps or PLACES:
            shown = link(file, query=QUERIES.get(file, ""))
            page, _ = browsers.open_page(chromium, f"{address}/{shown}")
            page.get_by_role("heading", name=PLACES[file].title).wait_for()
            settle(page)
            if file in TABS:
                page.get_by_role("tab", name=TABS[file]).click()
                settle(page)
            target = FOLDER / Path(file).with_suffix(".png").name
            page.screenshot(path=target)
            page.close()
            print(f"{target}: {target.stat().st_size:,} bytes")


def settle(page: Page) -> None:
    """Wait until the page has shown the same for three seconds."""
    before, same = "", 0
    for _ in range(90):
        page.wait_for_timeout(500)
        now = page.locator("body").inner_html()
        same = same + 1 if now == before else 0
        if same >= 6:
            return
        before = now


if __name__ == "__main__":
    main(*sys.argv[1:])
