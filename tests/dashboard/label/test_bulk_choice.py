"""The threads to label in bulk: of a search or a cluster, and not too many."""

import polars as pl
import pytest

from tests.support import fakes
from workbench.classifiers import prompt_classifier
from workbench.dashboard.label import bulk, bulk_choice
from workbench.dashboard.session.scores_session import ScoresSession


@pytest.fixture
def session(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=120)
    return ScoresSession(workspace, workspace.read("scores"))


def everything(session):
    return pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)


def words(session, text):
    kind = prompt_classifier.KIND
    return bulk_choice.choose(session, text, {}, kind=kind, mask=everything(session))


def test_nothing_is_chosen_without_words_and_at_most_some_at_once(session, monkeypatch):
    assert words(session, " ").rows.is_empty()
    monkeypatch.setattr(bulk_choice, "MOST", 5)
    choice = words(session, "how")
    assert choice.rows.height == 5 < choice.matching
    assert "5 at a time" in bulk.preview(choice).text


def test_clusters_are_named_by_their_words(session):
    assert bulk_choice.clusters(session, everything(session)) == {}
    fakes.embed(session.workspace)
    groups = bulk_choice.clusters(session, everything(session))
    assert sum(map(len, groups.values())) == 120
    name, ids = next(iter(groups.items()))
    assert any(word in name for ask in fakes.DO for word in ask.split())
    choice = bulk_choice.choose(
        session, name, groups, kind=prompt_classifier.KIND, mask=everything(session)
    )
    assert choice.matching == len(ids)
