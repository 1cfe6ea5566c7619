"""A conversation shows itself as text and as safe HTML."""

import polars as pl
import pytest
import rich.console
import rich.jupyter

import workbench as wb
from tests.support import fakes
from workbench.schemas import Deletions


def test_thread_has_turns_roles_scores_and_a_verdict(ready):
    kept = ready.verdicts.filter("kept").head(1).collect()["thread_id"][0]
    thread = ready.thread(kept)
    assert thread.verdict == "Kept by every rule."
    assert thread.scores["thread_id"] == thread.id == kept
    assert set(thread.roles.values()) <= {"prompter", "assistant"}
    assert thread.turns["position"].is_sorted()
    assert thread.verdict in repr(thread)
    assert all(line == line.rstrip() for line in repr(thread).splitlines())
    html = thread._repr_html_()
    assert html.startswith("<style>")
    assert thread.verdict in html
    assert "prompter" in html


def test_no_tweet_becomes_markup(hostile):
    for thread_id in hostile.threads.select("thread_id").collect()["thread_id"]:
        html = hostile.thread(thread_id)._repr_html_()
        assert not any(tag in html for tag in ("<script", "<img", "<iframe", "<svg", "<a "))
        assert "\u202e" not in repr(hostile.thread(thread_id))


def test_turns_that_were_deleted_since_are_missing(tmp_path):
    workspace = wb.Workspace(fakes.workspace(tmp_path / "ws", threads=10).root)
    turns = workspace.turns.collect()
    gone = turns.filter(pl.col("position") == 1).row(0, named=True)
    rows = pl.DataFrame({"tweet_id": [gone["tweet_id"]], "had_row": [True]})
    workspace.write("deletions", Deletions.validate(rows))
    thread = workspace.thread(gone["thread_id"])
    assert gone["tweet_id"] not in thread.turns["tweet_id"]
    assert "A tweet is missing here: deleted" in repr(thread)
    assert "A tweet is missing here: deleted" in thread._repr_html_()


def test_text_in_a_notebook_shows_nothing_beside_it(hostile, monkeypatch):
    monkeypatch.setattr(rich.console, "_is_jupyter", lambda: True)
    monkeypatch.setattr(rich.jupyter, "display", lambda *_: pytest.fail("rich shows an output"))
    first = hostile.threads.select("thread_id").head(1).collect().item()
    assert str(first) in repr(hostile.thread(first))
