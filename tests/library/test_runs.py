"""Run the stages from Python: in order, only the stale ones, with everything checked first."""

import pytest

import workbench as wb
from tests.library.conftest import RECIPE
from workbench.exceptions import RecipeError, StageError, WorkspaceError


def test_run_stops_where_it_is_told_to_and_goes_on_later(dump, tmp_path):
    workspace = wb.run(dump, workspace=tmp_path / "ws", recipe=RECIPE, until="threads", workers=1)
    assert workspace.has("threads")
    assert workspace.last_run("embed") is None
    before = workspace.last_run("threads")
    again = wb.run(workspace=tmp_path / "ws", recipe=RECIPE, until="embed")
    assert again.last_run("embed").counts["vectors"] > 0
    assert again.last_run("threads") == before
    assert again.last_run("score") is None


def test_everything_is_checked_before_anything_runs(dump, tmp_path):
    workspace = wb.Workspace.create(tmp_path / "ws")
    with pytest.raises(WorkspaceError, match="no tweets yet"):
        workspace.run()
    with pytest.raises(StageError, match="ingest, threads, embed"):
        workspace.run(dump, until="everything")
    with pytest.raises(RecipeError, match=r"score\.profanity"):
        workspace.run(dump, recipe=RECIPE.with_(score={"profanity": "none.txt"}))
    assert not workspace.has("tweets")


def test_a_file_without_tweets_is_a_warning(tmp_path):
    (tmp_path / "notes.jsonl").write_text('{"a": 1}\n')
    with pytest.warns(UserWarning, match="No line contains a tweet"):
        wb.run(tmp_path / "notes.jsonl", workspace=tmp_path / "ws", until="ingest", workers=1)
