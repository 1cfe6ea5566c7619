"""Check reading, writing, locking and refusing of workspaces."""

import json
import multiprocessing

import polars as pl
import pytest

from tests.support import fakes
from workbench.exceptions import WorkspaceError
from workbench.schemas import Deletions, Verdicts
from workbench.storage import FORMAT, VARIABLE, Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "workspace")


@pytest.fixture
def verdicts():
    frame = pl.DataFrame(
        {"thread_id": [1, 2], "kept": [True, False], "removed_by": [None, "turns"]}
    )
    return Verdicts.validate(frame)


def test_create_opens_an_existing_workspace(workspace):
    assert Workspace.create(workspace.root).root == workspace.root


def test_create_refuses_a_folder_with_other_files(tmp_path):
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(WorkspaceError, match="is not a workspace"):
        Workspace.create(tmp_path)


def test_open_says_how_to_create_one(tmp_path):
    with pytest.raises(WorkspaceError, match="workbench ingest"):
        Workspace.open(tmp_path)


def test_open_refuses_a_newer_format(workspace):
    (workspace.root / "workspace.json").write_text(json.dumps({"format": FORMAT + 1}))
    with pytest.raises(WorkspaceError, match="install a newer version"):
        Workspace.open(workspace.root)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": "x"}', '{"version": 1}'])
def test_open_refuses_a_damaged_one(workspace, text):
    (workspace.root / "workspace.json").write_text(text)
    with pytest.raises(WorkspaceError, match=r"damaged|has format"):
        Workspace.open(workspace.root)


def test_here_follows_the_environment(workspace, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(workspace.root))
    assert Workspace.here().root == workspace.root


def test_read_returns_what_was_written(workspace, verdicts):
    workspace.write("verdicts", verdicts)
    assert workspace.read("verdicts").equals(verdicts)
    assert workspace.read("verdicts", columns=["kept"]).columns == ["kept"]


def test_read_of_a_missing_table_says_what_to_do(workspace):
    with pytest.raises(WorkspaceError, match="workbench status"):
        workspace.read("threads")


def test_last_run_returns_the_record(workspace):
    assert workspace.last_run("select") is None
    run = workspace.record("select", fingerprint="abc", seconds=1.5, counts={"kept": 2})
    assert workspace.last_run("select") == run
    workspace.forget("select")
    assert workspace.last_run("select") is None


def _try_to_lock(root: str, answers: "multiprocessing.Queue[str]") -> None:
    try:
        with Workspace.open(root).locked():
            answers.put("locked")
    except WorkspaceError as error:
        answers.put(error.problem)


def test_locked_refuses_a_second_process(workspace):
    spawn = multiprocessing.get_context("spawn")
    answers = spawn.Queue()
    with workspace.locked():
        other = spawn.Process(target=_try_to_lock, args=(str(workspace.root), answers))
        other.start()
        assert "is in use" in answers.get(timeout=60)
        other.join()
    with workspace.locked():
        pass


def test_without_deleted_drops_rows_that_name_a_deleted_tweet_in_any_column(workspace):
    rows = pl.DataFrame({"tweet_id": [3, 1, 2, 4], "parent_id": [None, 3, 9, 8]})
    assert workspace.without_deleted(rows).equals(rows)
    deletions = pl.DataFrame({"tweet_id": [2, 8, 99], "had_row": True})
    workspace.write("deletions", Deletions.validate(deletions))
    assert workspace.without_deleted(rows)["tweet_id"].to_list() == [3, 1, 4]
    both = workspace.without_deleted(rows, ids=["tweet_id", "parent_id"])
    assert both["tweet_id"].to_list() == [3, 1]
    assert workspace.without_deleted(rows.clear()).is_empty()


def test_a_damaged_table_is_named_with_what_to_do(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=5)
    path = workspace.path("scores")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(WorkspaceError, match=r"`scores`.* is damaged") as raised:
        workspace.scan("scores")
    assert "workbench doctor" in raised.value.hint
