"""Serve an app and open it in chromium, for tests of what people see and do."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

from tests.support.paths import APPS
from workbench.storage import VARIABLE, Workspace

#: Seconds to wait for a page on a busy machine.
PATIENCE = 60

#: Pixels of a page on a small laptop.
SIZE: ViewportSize = {"width": 1280, "height": 720}

#: Text that a failed cell leaves in the console of the page.
FAILED = ("Traceback (most recent call last)", "NameError", '"type":"exception"')

_MIDDLEWARE = r"dashboard/(?:__main__|shell/(?:early_bar|routes|same_origin))\.py"
#: Lines of a traceback in this project. marimo logs tracebacks of its own if a page is closed
#: before it has read a file to its end; all of those pass through the middleware of the server.
_OURS = re.compile(rf'File "{re.escape(str(APPS.parent))}/(apps|workbench)/(?!{_MIDDLEWARE})')

#: Returns whether no cell has run and no element has changed for some milliseconds.
_IS_STILL = """
milliseconds => {
  const html = document.body.innerHTML, last = (window.lastChange ??= {});
  const isRunning = document.querySelector("[data-testid=loading-indicator]") !== null;
  if (isRunning || last.html !== html) Object.assign(last, {html, at: performance.now()});
  return performance.now() - last.at >= milliseconds;
}
"""

#: Failures in the pages of the current test; the fixture `sound_pages` checks them.
failures: list[str] = []

#: Pages that `open_page` has opened; `closing_pages` closes them.
_pages: list[Page] = []


def chromium() -> str:
    """Find the browser of the system, or skip the test if there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
    if not path:
        pytest.skip("needs chromium")
    return path


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start chromium without a window, and a context whose pages share a cache.

    A page that is loaded again takes half the time then.
    """
    with sync_playwright() as playwright:
        # The sandbox needs rights that containers lack, and we only open our own pages.
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        browser.new_context(viewport=SIZE)
        yield browser
        browser.close()


@contextmanager
def serving(app: str, *, workspace: Path, roots: Sequence[Path] = ()) -> Iterator[str]:
    """Serve an app on a free port of this machine and yield its address.

    Args:
        app: File of the app; empty for the folder of all apps.
        workspace: Folder of the workspace.
        roots: Folders below which people may choose files.

    Raises:
        AssertionError: If the server logged that something of this project failed.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", str(port)]
    named = [word for root in roots for word in ("--root", str(root))]
    words = [sys.executable, "-m", "workbench.dashboard", "run", str(APPS / app), *options]
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        server = subprocess.Popen(
            [*words, "--show-tracebacks", "--", *named],
            env=os.environ | {VARIABLE: str(workspace)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _await(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(10)
        log.seek(0)
        output = log.read()
    assert not _OURS.search(output), output


def site(app: str, *, at: str = "") -> Any:
    """Return the fixture `site` of a module: the address of an app that serves its `workspace`.

    Args:
        app: File of the app; empty for the folder of all apps.
        at: The address after the host.
    """

    @pytest.fixture(scope="module")
    def site(workspace: Workspace) -> Iterator[str]:
        chromium()
        with serving(app, workspace=workspace.root) as address:
            yield address + at

    return site


def open_page(
    browser: Browser, address: str, *, scheme: str = "light", until: Sequence[str] = ()
) -> tuple[Page, list[str]]:
    """Open a page of a small laptop's size, and list the requests it makes to other hosts.

    The page finds nothing that earlier ones have stored. Failures in it are added to `failures`.

    Args:
        browser: Result of `browsing`.
        address: Address of the page.
        scheme: `light` or `dark`.
        until: Selectors of elements to wait for.
    """
    shared = browser.contexts[0]
    # A second page at the same time would be a tab in the background, which does not draw.
    page = browser.new_page(viewport=SIZE) if shared.pages else shared.new_page()
    page.emulate_media(color_scheme=scheme)
    page.set_default_timeout(PATIENCE * 1000)
    host = urlsplit(address).netloc
    stored = {"origin": f"http://{host}", "storageTypes": "local_storage,indexeddb,cookies"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", stored)
    _pages.append(page)
    foreign: list[str] = []

    def note(url: str) -> None:
        if urlsplit(url).netloc != host and not url.startswith(("data:", "blob:")):
            foreign.append(url)

    def check(text: str) -> None:
        if any(mark in text for mark in FAILED):
            failures.append(text)

    page.on("request", lambda request: note(request.url))
    page.on("console", lambda message: check(message.text))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(address)
    for selector in until:
        page.locator(selector).first.wait_for()
    return page, foreign


def wait_until_still(page: Page, *, seconds: float = 3) -> None:
    """Wait until no cell of a page has run and no element has changed for some seconds."""
    page.evaluate("delete window.lastChange")
    page.wait_for_function(_IS_STILL, arg=1000 * seconds, polling=100)


def wait_until(page: Page, condition: Callable[[], bool]) -> None:
    """Wait until a condition on a page holds.

    Raises:
        AssertionError: It does not hold in time.
    """
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"not so within {PATIENCE} seconds"
        page.wait_for_timeout(100)


@contextmanager
def closing_pages() -> Iterator[None]:
    """Close the pages that are opened meanwhile, so that they cost later ones no time."""
    before = len(_pages)
    yield
    for page in _pages[before:]:
        if not page.is_closed():
            page.close()
    del _pages[before:]


def assert_sound() -> None:
    """Fail if a cell or a script of a page has failed since the last call."""
    new, failures[:] = failures.copy(), []
    assert not new, "\n".join(new)


def assert_harmless(page: Page, foreign: list[str]) -> None:
    """Fail if a text of `fakes.HOSTILE` ran, was loaded, or changed the order of characters."""
    assert page.evaluate("window.pwned") is None
    assert page.locator("a[href*='evil'], img[src*='evil'], iframe").count() == 0
    assert foreign == []
    assert "\u202e" not in page.content()


def threads(page: Page) -> Locator:
    """Find the rows of the lists of threads."""
    return page.locator(".wb-list-row")


def thumb(page: Page, rule: str, side: int) -> Locator:
    """Find a handle of the slider in the card of a rule."""
    card = page.get_by_role("group", name=rule)
    return card.get_by_role("slider").filter(visible=True).nth(side)


def _await(address: str, server: subprocess.Popen) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(f"{address}/health"):
                return
        except URLError:
            time.sleep(0.2)
    pytest.fail("the server did not start")
