"""A stage that fails before it changes anything keeps its record."""

import pytest

from workbench.pipeline import run_records
from workbench.pipeline.stages import BY_NAME, INGEST
from workbench.storage import Workspace

SELECT = BY_NAME["select"]


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")
    workspace.path("verdicts").parent.mkdir(parents=True, exist_ok=True)
    workspace.path("verdicts").write_bytes(b"old")
    for stage in ("select", "ingest"):
        workspace.record(stage, fingerprint="a", seconds=1.0, counts={})
    return workspace


def run(workspace, stage, path, error):
    with run_records.forgotten(workspace, stage):
        assert workspace.last_run(stage.name) is None
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"new")
        raise error


def fail(workspace, stage, path=None, error=ValueError):
    with pytest.raises(error):
        run(workspace, stage, path, error)


def test_the_record_comes_back_if_nothing_has_changed(workspace):
    before = workspace.last_run("select")
    fail(workspace, SELECT)
    assert workspace.last_run("select") == before
    fail(workspace, SELECT, error=KeyboardInterrupt)
    assert workspace.last_run("select") is None


def test_the_record_is_gone_if_a_table_has_changed(workspace):
    fail(workspace, SELECT, workspace.path("verdicts"))
    assert workspace.last_run("select") is None


def test_the_record_of_ingest_is_gone_if_members_wait_to_be_merged(workspace):
    fail(workspace, INGEST)
    assert workspace.last_run("ingest") is not None
    fail(workspace, INGEST, run_records.staging.folder(workspace) / "1")
    assert workspace.last_run("ingest") is None
