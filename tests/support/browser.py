"""Browser: a marimo server and a page of chromium for tests of what people see and do."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.support.paths import APPS
from workbench.storage import VARIABLE, Workspace

#: Seconds that a page may take to be ready on a machine busy with other things.
PATIENCE = 60

#: What a cell that failed leaves in the console of the page.
FAILED = ("Traceback (most recent call last)", "NameError", '"type":"exception"')

#: Lines of a traceback that are this project's. marimo has some of its own in the log of the server
#: where a page that is closed has not read a file to its end; the door is in all of those.
_OURS = re.compile(rf'File "{re.escape(str(APPS.parent))}/(apps|workbench)/(?!dashboard/__main__)')

#: What failed in the pages of the test that runs; the fixture `sound_pages` looks at it.
failures: list[str] = []


def chromium() -> str:
    """Find the browser of the system; skips the test where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
    if not found:
        pytest.skip("needs chromium")
    return found


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start chromium without a window."""
    with sync_playwright() as playwright:
        # The sandbox needs rights that containers withhold; only our own pages are opened.
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def serving(app: str, *, workspace: Path) -> Iterator[str]:
    """Serve an app on a free port of this machine and give its address.

    Raises:
        AssertionError: If the server logged that something of this project failed.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", str(port)]
    words = [sys.executable, "-m", "workbench.dashboard", "run", str(APPS / app), *options]
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        server = subprocess.Popen(
            [*words, "--show-tracebacks"],
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
        told = log.read()
    assert not _OURS.search(told), told


def site(app: str, *, at: str = "") -> Any:
    """Make the fixture `site` of a module: the address of an app, served on its `workspace`.

    Args:
        app: File of the app; empty for the gallery of all.
        at: What follows the host in the address.
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

    What fails in it is put to `failures`.

    Args:
        browser: What `browsing` gives.
        address: Address of the page.
        scheme: `light` or `dark`.
        until: Selectors of what must be seen before the page is used.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
    page.set_default_timeout(PATIENCE * 1000)
    host = urlsplit(address).netloc
    abroad: list[str] = []

    def note(url: str) -> None:
        if urlsplit(url).netloc != host and not url.startswith(("data:", "blob:")):
            abroad.append(url)

    def hear(told: str) -> None:
        if any(mark in told for mark in FAILED):
            failures.append(told)

    page.on("request", lambda request: note(request.url))
    page.on("console", lambda message: hear(message.text))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(address)
    for selector in until:
        page.locator(selector).first.wait_for()
    return page, abroad


def assert_sound() -> None:
    """Fail where a cell or a script of a page failed since the last look."""
    found, failures[:] = failures.copy(), []
    assert not found, "\n".join(found)


def assert_harmless(page: Page, abroad: list[str]) -> None:
    """Fail where a text of `fakes.HOSTILE` did what it tries to do."""
    assert page.evaluate("window.pwned") is None
    assert page.locator("a[href*='evil'], img[src*='evil'], iframe").count() == 0
    assert abroad == []
    assert "\u202e" not in page.content()


def thumb(page: Page, rule: str, side: int) -> Locator:
    """Find the handle of a rule's slider by the card that it is in."""
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
