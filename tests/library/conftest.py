"""Workspaces for tests of the library: one of fakes, and one in which every stage has run."""

from pathlib import Path

import pytest

import workbench as wb
from tests.support import fakes

RECIPE = wb.Recipe().with_(embed={"model": "hashing"}, similarity={"min": 0.2})


@pytest.fixture(scope="session")
def dump(tmp_path_factory) -> Path:
    """A small synthetic dump."""
    path = tmp_path_factory.mktemp("library") / "sample.tar"
    wb.sample.write(path, lines=2_000)
    return path


@pytest.fixture(scope="session")
def ready(dump):
    """A workspace in which every stage has run. Tests do not change it."""
    return wb.run(dump, workspace=dump.parent / "ready", recipe=RECIPE, workers=1)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """A workspace whose tweets try to become markup."""
    folder = tmp_path_factory.mktemp("hostile") / "ws"
    fakes.embed(fakes.workspace(folder, threads=20, hostile=True))
    return wb.open(folder)
