"""Fixtures shared by all tests."""

import os
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a browser test that fails once more, and list it: a loaded machine misses a moment."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


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


@pytest.fixture
def finished_workspace(tmp_path, monkeypatch):
    """The workspace of this server, with every stage up to date."""
    workspace = Workspace.create(tmp_path / "ws")
    workspace.write_text("recipe.toml", FAST_RECIPE)
    sample.write(tmp_path / "a.tar", lines=2000)
    recipe = Recipe.from_toml(FAST_RECIPE)
    pipeline.ingest(workspace, recipe, paths=[str(tmp_path / "a.tar")])
    pipeline.bring_up_to_date(workspace, recipe)
    monkeypatch.setenv(VARIABLE, str(workspace.root))
    return workspace


@pytest.fixture
def missing_workspace(tmp_path, monkeypatch):
    """The folder of a workspace that does not exist yet."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ws"))
    return tmp_path / "ws"
