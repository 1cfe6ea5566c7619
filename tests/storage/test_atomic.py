"""Check that files and folders appear whole or not at all."""

import polars as pl
import pytest

from workbench.schemas import Verdicts
from workbench.storage import Workspace
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


def test_replacing_overwrites_the_partial_file_of_a_killed_run(workspace):
    path = workspace.path("verdicts")
    path.parent.mkdir()
    path.with_name(f".{path.name}.part").mkdir()
    with replacing(path) as aside:
        aside.write_text("whole")
    assert path.read_text() == "whole"


def test_locked_restores_a_folder_that_a_killed_run_had_moved_away(workspace):
    path = workspace.path("tweets")
    path.mkdir(parents=True)
    (path / "part-00000.parquet").write_text("rows")
    path.rename(path.with_name(f".{path.name}.old"))
    with workspace.locked():
        assert (path / "part-00000.parquet").read_text() == "rows"


PART = "part-00000.parquet"


@pytest.mark.parametrize("is_exchanged", [True, False])
def test_a_file_takes_the_place_of_a_table_in_parts_and_back(tmp_path, monkeypatch, is_exchanged):
    if not is_exchanged:
        monkeypatch.setattr("workbench.storage.atomic.exchange", lambda *_: False)
    path = tmp_path / "turns.parquet"
    for text in ("folder", "file", "folder again"):
        with replacing(path) as aside:
            if "folder" in text:
                aside.mkdir()
            (aside / PART if "folder" in text else aside).write_text(text)

        assert (path / PART if "folder" in text else path).read_text() == text
        assert list(tmp_path.iterdir()) == [path]


def test_unfinished_parts_do_not_keep_a_file_from_taking_the_place(tmp_path):
    folder = tmp_path / "turns.parquet"
    folder.mkdir()
    for name in ("part-0.parquet", ".part-1.parquet.0abc.part"):
        (folder / name).touch()

    with replacing(folder) as partial:
        partial.write_text("new")

    assert folder.read_text() == "new"


def test_a_file_never_takes_the_place_of_another_folder(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")

    with pytest.raises(OSError, match="directory"), replacing(tmp_path / "notes") as aside:
        aside.write_text("a file")

    assert (tmp_path / "notes" / "mine.txt").read_text() == "mine"
