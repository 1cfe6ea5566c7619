"""A small dump, and the tables that every way of reading it must give."""

import pytest

from tests.support.dumps import minutes, table, tar
from workbench import ingest
from workbench.storage import Workspace


@pytest.fixture
def files() -> dict[str, bytes]:
    return minutes(12)


@pytest.fixture
def expected(files, tmp_path) -> dict[str, bytes]:
    workspace = Workspace.create(tmp_path / "expected")
    ingest.from_archives([tar(tmp_path / "expected.tar", files)], workspace=workspace)
    return table(workspace)
