"""Take a picture of each app with the workspace of the demo, for the README.

python tests/support/screenshots.py [WORKSPACE] [APP...]
"""

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support import browser as browsers
from workbench.dashboard.components.navigation import PLACES, link

FOLDER = browsers.APPS.parent / "docs" / "screenshots"

#: Query of an app's address, and tab to open, so that there is something to see.
QUERIES = {"label.py": "labeller=ann"}
TABS = {"search.py": "Map"}


def main(workspace: str = "demo", *apps: str) -> None:
    """Write `docs/screenshots/<app>.png` of the named apps, or of all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Pages may write into the workspace, and show where it is.
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
            browsers.wait_until_still(page)
            if file in TABS:
                page.get_by_role("tab", name=TABS[file]).click()
                browsers.wait_until_still(page)
            target = FOLDER / Path(file).with_suffix(".png").name
            page.screenshot(path=target)
            page.close()
            print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
