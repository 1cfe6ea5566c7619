"""The text to label and its thread are safe HTML."""

import polars as pl
import pytest

from tests.support import fakes
from workbench.classifiers import prompt_classifier, reply_classifier
from workbench.dashboard.label import card
from workbench.dashboard.label.queue import Queue
from workbench.dashboard.session.scores_session import ScoresSession


def queue(workspace, mask, *, kind=prompt_classifier.KIND):
    session = ScoresSession(workspace, workspace.read("scores"))
    return Queue(session, mask, kind=kind, order="Fair sample", labeller="ann")


def test_only_a_sample_of_all_threads_is_called_fair(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=100)
    every = queue(workspace, pl.Series([True] * 100)).take()
    assert card.why(every) == "drawn at random, a fair sample of all"
    some = queue(workspace, pl.Series([True] * 50 + [False] * 50)).take()
    assert "fair sample" not in card.why(some)


@pytest.mark.parametrize("kind", [prompt_classifier.KIND, reply_classifier.KIND])
def test_hostile_texts_stay_texts(tmp_path, kind):
    workspace = fakes.workspace(tmp_path / "ws", threads=30, hostile=True)
    second = pl.col("thread_id") + 7_000_000_000
    workspace.write("scores", workspace.read("scores").with_columns(best_reply_id=second))
    waiting, seen = queue(workspace, pl.Series([True] * 30), kind=kind), 0
    while item := waiting.take():
        shown, seen = card.shown(item), seen + 1
        for markup in ["<script", "<img", "<iframe", "<svg", "<h1", "<style>*", "<a ", "\u202e"]:
            assert markup not in shown
    assert seen


def test_nothing_left_to_label_is_said():
    assert "Nothing is left" in card.shown(None)
