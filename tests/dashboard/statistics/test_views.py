"""The list of selected threads and the role policies."""

import polars as pl
import pytest

from tests.support import fakes
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.dashboard.statistics import views
from workbench.facets import thread_facts
from workbench.facets.crossfilter import Crossfilter
from workbench.recipe import Recipe


@pytest.fixture
def session(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=50)
    return ScoresSession(workspace, workspace.read("scores"))


def test_the_panel_says_if_no_thread_matches(session):
    rows = session.scores.clear().with_columns(text=pl.lit(""))
    shown = views.drawer(
        session, rows, None, controls=[], caption="0 of 50 threads; <b>", recipe=Recipe()
    )
    assert "No threads match" in shown.text
    assert "&lt;b&gt;" in shown.text


def test_roles_say_which_threads_they_count(session):
    crossfiltered = Crossfilter(thread_facts.from_scores(session.scores), threads=50)
    shown = views.roles_of(session, crossfiltered, {"turns": [0]}, is_asked=False)
    assert "of 50 threads; Turns: 2" in shown.text
