"""The folder of a project: atomic writes, records, and what it refuses."""

import json
import multiprocessing

import polars as pl
import pytest

from workbench.exceptions import WorkspaceError
from workbench.schemas import Deletions, Verdicts
from workbench.storage import FORMAT, VARIABLE, Workspace
from workbench.storage.atomic import replacing


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "workspace")


@pytest.fixture
def verdicts():
    frame = pl.DataFrame(
        {"thread_id": [1, 2], "kept": [True, False], "removed_by": [None, "turns"]}
    )
    return Verdicts.validate(frame)


def test_create_opens_what_is_there(workspace):
    assert Workspace.create(workspace.root).root == workspace.root


def test_create_refuses_a_folder_of_other_things(tmp_path):
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(WorkspaceError, match="is no workspace"):
        Workspace.create(tmp_path)


def test_open_tells_how_to_make_one(tmp_path):
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


def test_write_then_read_gives_the_same(workspace, verdicts):
    workspace.write("verdicts", verdicts)
    assert workspace.read("verdicts").equals(verdicts)
    assert workspace.read("verdicts", columns=["kept"]).columns == ["kept"]


def test_read_of_a_missing_table_says_what_to_do(workspace):
    with pytest.raises(WorkspaceError, match="workbench status"):
        workspace.read("threads")


def test_replacing_leaves_the_old_file_when_writing_fails(workspace, verdicts):
    workspace.write("verdicts", verdicts)
    path = workspace.path("verdicts")
    before = path.read_bytes()

    def write_half() -> None:
        with replacing(path) as aside:
            aside.write_bytes(before[:10])
            raise OSError(28, "no space left on device")

    with pytest.raises(OSError, match="no space"):
        write_half()
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_replacing_swaps_a_whole_folder(workspace):
    path = workspace.path("tweets")
    for text in ["old", "new"]:
        with replacing(path) as aside:
            aside.mkdir()
            (aside / f"{text}.txt").write_text(text)
    assert [item.name for item in path.iterdir()] == ["new.txt"]
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_replacing_overwrites_what_a_killed_run_left(workspace):
    path = workspace.path("verdicts")
    path.parent.mkdir()
    path.with_name(f".{path.name}.part").mkdir()
    with replacing(path) as aside:
        aside.write_text("whole")
    assert path.read_text() == "whole"


def test_locked_puts_back_what_a_run_killed_while_swapping_took_away(workspace):
    path = workspace.path("tweets")
    path.mkdir(parents=True)
    (path / "part-00000.parquet").write_text("rows")
    path.rename(path.with_name(f".{path.name}.old"))
    with workspace.locked():
        assert (path / "part-00000.parquet").read_text() == "rows"


def test_last_run_is_what_was_recorded(workspace):
    assert workspace.last_run("select") is None
    run = workspace.record("select", fingerprint="abc", seconds=1.5, counts={"kept": 2})
    assert workspace.last_run("select") == run
    workspace.forget("select")
    assert workspace.last_run("select") is None


def test_last_run_takes_a_damaged_record_for_none(workspace):
    workspace.write_text("runs/select.json", '{"stage": "sel')
    assert workspace.last_run("select") is None


def _try_to_lock(root: str, answers: "multiprocessing.Queue[str]") -> None:
    try:
        with Workspace.open(root).locked():
            answers.put("locked")
    except WorkspaceError as error:
        answers.put(error.problem)


def test_locked_keeps_a_second_process_out(workspace):
    spawn = multiprocessing.get_context("spawn")
    answers = spawn.Queue()
    with workspace.locked():
        other = spawn.Process(target=_try_to_lock, args=(str(workspace.root), answers))
        other.start()
        assert "Another process is writing" in answers.get(timeout=60)
        other.join()
    with workspace.locked():
        pass


def test_without_deleted_leaves_out_what_names_a_deleted_tweet_anywhere(workspace):
    rows = pl.DataFrame({"tweet_id": [3, 1, 2, 4], "parent_id": [None, 3, 9, 8]})
    assert workspace.without_deleted(rows).equals(rows)
    deletions = pl.DataFrame({"tweet_id": [2, 8, 99], "had_row": True})
    workspace.write("deletions", Deletions.validate(deletions))
    assert workspace.without_deleted(rows)["tweet_id"].to_list() == [3, 1, 4]
    both = workspace.without_deleted(rows, ids=["tweet_id", "parent_id"])
    assert both["tweet_id"].to_list() == [3, 1]
    assert workspace.without_deleted(rows.clear()).is_empty()
