"""Take pictures of each app, light and dark, with the workspace of the demo, for the docs.

python tests/support/screenshots.py [WORKSPACE] [APP...]

If `pngquant` is installed, it makes the pictures a third of their size.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import Browser

from tests.support import browser as browsers
from tests.support.doc_commands import PAGES
from workbench.dashboard.components.navigation import PLACES, link

FOLDER = PAGES / "screenshots"

#: Ending of the names of the pictures by color scheme.
SCHEMES = {"light": "", "dark": "-dark"}

#: Query of an app's address, so that there is something to see.
QUERIES = {"label.py": "labeller=ann", "read_threads.py": "kind=Kept"}


def main(workspace: str = "demo", *apps: str) -> None:
    """Write `<app>.png` and `<app>-dark.png` of the named apps, or of all, to `FOLDER`."""
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
            for scheme, ending in SCHEMES.items():
                target = FOLDER / f"{Path(file).stem}{ending}.png"
                _take(chromium, address, file, scheme=scheme, target=target)
                print(f"{target}: {target.stat().st_size:,} bytes")


def _take(chromium: Browser, address: str, file: str, *, scheme: str, target: Path) -> None:
    shown = link(file, query=QUERIES.get(file, ""))
    page, _ = browsers.open_page(chromium, f"{address}/{shown}", scheme=scheme)
    page.get_by_role("heading", name=PLACES[file].title).wait_for()
    browsers.wait_until_still(page)
    page.screenshot(path=target)
    page.close()
    if quantize := shutil.which("pngquant"):
        subprocess.run([quantize, "--force", "--ext", ".png", "--strip", target], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
