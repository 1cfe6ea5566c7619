"""Bulk labels: what they match, what they leave alone, and how they are taken back."""

import marimo as mo
import polars as pl
import pytest

from tests.support import fakes
from tests.support.marimo_state import fake_state
from workbench import labels
from workbench.classifiers import prompt_classifier, reply_classifier
from workbench.dashboard.label import bulk, bulk_choice
from workbench.dashboard.label.bulk import Bulk
from workbench.dashboard.session.scores_session import ScoresSession


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.setattr(mo, "state", fake_state)
    workspace = fakes.workspace(tmp_path / "ws", threads=120)
    second = pl.col("thread_id") + 7_000_000_000
    workspace.write("scores", workspace.read("scores").with_columns(best_reply_id=second))
    return ScoresSession(workspace, workspace.read("scores"))


def everything(session):
    return pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)


def words(session, text, kind=prompt_classifier.KIND):
    return bulk_choice.choose(session, text, {}, kind=kind, mask=everything(session))


def test_batch_is_marked_leaves_labels_alone_and_is_undone(session):
    openings = session.workspace.read("turns").filter(position=0)
    matching = openings.filter(pl.col("text").str.contains("bread"))
    labels.add(
        session.workspace,
        matching.head(1).select("tweet_id", "text", label=pl.lit("fits")),
        labeller="bob",
    )
    choice = words(session, "bake bread")
    assert (choice.matching, choice.labelled) == (matching.height, 1)
    assert f"<b>{matching.height - 1}</b> would be labelled" in bulk.preview(choice).text
    batches = Bulk(session, labeller="ann")
    assert not batches.can_undo
    batches.apply(choice, "no")
    known = labels.load(session.workspace)
    mine = known.filter(labeller="ann")
    assert mine["method"].unique().to_list() == ["bulk"]
    assert not mine["is_random"].fill_null(value=False).any()
    assert set(mine["tweet_id"]) == set(matching["tweet_id"][1:])
    assert mine["text"].str.contains("bread").all()
    assert words(session, "bake bread").rows.is_empty()
    assert f"Labelled {mine.height:,} threads" in batches.get_note().text
    batches.undo()
    assert labels.load(session.workspace)["labeller"].to_list() == ["bob"]
    assert not batches.can_undo


def test_replies_are_labelled_with_their_parents(session):
    choice = words(session, "slowly", reply_classifier.KIND)
    assert 0 < choice.matching < 120
    Bulk(session, labeller="ann").apply(choice, "answers")
    known = labels.load(session.workspace)
    assert known.height == choice.matching
    assert known["parent_text"].null_count() == 0
    assert known["text"].str.contains("slowly").all()


def test_failed_batch_says_that_nothing_was_changed(session, monkeypatch):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    batches = Bulk(session, labeller="ann")
    choice = words(session, "bread")
    monkeypatch.setattr(labels, "add", full)
    batches.apply(choice, "no")
    assert "Nothing was changed" in batches.get_note().text
    assert not batches.can_undo
