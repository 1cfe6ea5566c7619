"""Read one thread by its id or by the id of a tweet in it."""

import polars as pl
import pytest

from tests.support import fakes
from workbench.exceptions import StageError, WorkspaceError
from workbench.library import thread_lookup
from workbench.recipe import Recipe
from workbench.schemas import Deletions, Gone


@pytest.fixture
def workspace(tmp_path):
    return fakes.workspace(tmp_path / "ws", threads=60)


@pytest.fixture
def thread(workspace):
    """The row of a long thread."""
    return workspace.read("scores").sort("turns", descending=True).row(0, named=True)


def test_every_id_of_a_thread_names_it(workspace, thread):
    turns = workspace.read("turns").filter(pl.col("thread_id") == thread["thread_id"])
    last = turns["tweet_id"][-1]
    for name in (thread["thread_id"], last, f"https://twitter.com/a/status/{last}?s=20"):
        read = thread_lookup.read(workspace, Recipe(), str(name))
        assert read.thread_id == thread["thread_id"]
        assert read.turns.equals(turns)
        assert read.scores["suitability"] == pytest.approx(thread["suitability"])
        assert read.verdict is None
        assert set(read.roles.values()) == {"prompter", "assistant"}
        assert read.nearest


def test_a_missing_parent_names_its_thread(workspace):
    fragment = workspace.read("scores").filter(~pl.col("is_complete")).row(0, named=True)
    missing = workspace.read("turns").filter(
        pl.col("thread_id") == fragment["thread_id"], pl.col("parent_id").is_null()
    )["reply_to_id"][0]
    read = thread_lookup.read(workspace, Recipe(), str(missing))
    assert read.thread_id == fragment["thread_id"]


def test_a_workspace_without_scores_shows_the_turns(workspace, thread):
    workspace.path("scores").unlink()
    workspace.path("reply_scores").unlink()
    read = thread_lookup.read(workspace, Recipe(), str(thread["thread_id"]))
    assert (read.scores, read.answers, read.nearest) == ({}, {}, None)
    assert read.turns.height == thread["turns"]


def test_deleted_turns_are_gone(workspace, thread):
    deleted = pl.DataFrame({"tweet_id": [thread["root_id"]], "had_row": [True]})
    workspace.write("deletions", Deletions.validate(deleted))
    read = thread_lookup.read(workspace, Recipe(), str(thread["thread_id"]))
    assert read.gone == {thread["root_id"]: "deleted"}


def test_an_unknown_id_says_what_is_known_of_it(workspace):
    gone = pl.DataFrame({"tweet_id": [5], "reason": ["protected"]})
    workspace.write("gone", Gone.validate(gone))
    workspace.write("tweets", pl.DataFrame({"tweet_id": [7]}))
    for name, problem in {
        "5": "missing: its author is protected",
        "7": "in no thread",
        "9": "contains no tweet 9",
    }.items():
        with pytest.raises(WorkspaceError, match=problem):
            thread_lookup.read(workspace, Recipe(), name)
    with pytest.raises(StageError, match="is not the id"):
        thread_lookup.read(workspace, Recipe(), "cats")


def test_threads_of_an_earlier_version_have_to_be_written_again(workspace, thread):
    workspace.write("turns", workspace.read("turns").drop("is_placed"))
    with pytest.raises(WorkspaceError, match="An earlier version"):
        thread_lookup.read(workspace, Recipe(), str(thread["thread_id"]))
