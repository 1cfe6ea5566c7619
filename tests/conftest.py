"""Fixtures shared by all tests."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser

from tests.support import browser as browsers
from tests.support import (
    property_tests,  # noqa: F401 - sets how many examples are drawn
    remote,
)
from tests.support.command_line import FAST_RECIPE
from tests.support.paths import REAL_DATA
from workbench import pipeline, sample
from workbench.dashboard.session.server import SERVER
from workbench.recipe import Recipe
from workbench.remote import stores
from workbench.storage import VARIABLE, Workspace

# No test reads or writes the user's own cache, which is forgotten in even where it is off. Models
# that were downloaded stay where they are.
_OWN = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
_CACHE = TemporaryDirectory(prefix="workbench-tests-")
os.environ["WORKBENCH_CACHE"] = "off"
os.environ.setdefault("HF_HOME", str(_OWN / "huggingface"))
os.environ.setdefault("WORKBENCH_TEST_DOWNLOADS", str(_OWN / "workbench-tests"))
os.environ["XDG_CACHE_HOME"] = _CACHE.name


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run slow files first, and a browser test that fails once more.

    A slow file that comes last leaves all but one processor idle. A loaded machine misses a moment;
    tests that were run again are listed.
    """
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))
    slow = {item.path for item in items if _is_slow(item)}
    items.sort(key=lambda item: item.path not in slow)


def _is_slow(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("slow", "browser"))


@pytest.fixture
def real_data() -> Path:
    """Folder of the real samples; skips the test where they are absent."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"needs the real samples in {REAL_DATA}")
    return REAL_DATA


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium without a window; skips the test where there is none."""
    browsers.chromium()
    with browsers.browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def shared_bucket() -> Iterator[remote.Bucket]:
    """A bucket of moto's server, which the environment names."""
    with remote.bucket() as served:
        yield served


@pytest.fixture
def bucket(shared_bucket) -> Iterator[remote.Bucket]:
    """The bucket, empty."""
    yield shared_bucket
    shared_bucket.delete()


@pytest.fixture
def web() -> Iterator[remote.Web]:
    """A web server without files."""
    with remote.web() as served:
        yield served


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Let requests fail at once."""
    monkeypatch.setattr(stores, "RETRIES", 0)


@pytest.fixture(autouse=True)
def sound_pages() -> Iterator[None]:
    """Fail a test in whose pages a cell failed, whatever else it looks at."""
    browsers.failures.clear()
    with browsers.closing_pages():
        yield
    browsers.assert_sound()


@pytest.fixture(autouse=True)
def fresh_server(monkeypatch) -> None:
    """Forget the workspace that an earlier test chose for the server of this process."""
    monkeypatch.setattr(SERVER, "_folder", None)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to work in, with a recipe that needs no model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WORKBENCH_WORKSPACE", raising=False)
    (tmp_path / "fast.toml").write_text(FAST_RECIPE)
    return tmp_path


@pytest.fixture(scope="session")
def finished_once(tmp_path_factory):
    """A folder with a dump and a workspace with every stage up to date; tests work in copies."""
    folder = tmp_path_factory.mktemp("finished")
    workspace = Workspace.create(folder / "ws")
    workspace.write_text("recipe.toml", FAST_RECIPE)
    sample.write(folder / "a.tar", lines=2000)
    recipe = Recipe.from_toml(FAST_RECIPE)
    pipeline.ingest(workspace, recipe, paths=[str(folder / "a.tar")])
    pipeline.bring_up_to_date(workspace, recipe)
    return folder


@pytest.fixture
def finished_workspace(finished_once, tmp_path, monkeypatch):
    """The workspace of this server, with every stage up to date."""
    shutil.copytree(finished_once, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ws"))
    return Workspace.open(tmp_path / "ws")


@pytest.fixture
def missing_workspace(tmp_path, monkeypatch):
    """The folder of a workspace that does not exist yet."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ws"))
    return tmp_path / "ws"
