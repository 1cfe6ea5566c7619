"""The control for the filters; `tests/apps/test_read_threads.py` uses it in a browser."""

import json

import pytest

from tests.support import fakes
from tests.support.reader import RECIPE
from workbench.dashboard.read.facet_panel import SHOWN, FacetPanel
from workbench.dashboard.read.filters import Filters
from workbench.dashboard.session.scores_session import ScoresSession


def test_panel_is_told_facets_once_and_counts_each_time(live, verdicts):
    filters = Filters(live, verdicts)
    calls = []
    panel = FacetPanel({"language": [0]}, on_choice=lambda: calls.append(1))
    assert panel.value == {"language": [0]}
    panel.widget.chosen = {"language": [0], "turns": [1]}
    assert calls == [1]
    panel.tell(filters, {"language": [0]})
    first = panel.widget.facets
    assert [facet["name"] for facet in first] == list(SHOWN)
    en = filters.crossfilter.facets["language"].labels[0]
    assert panel.widget.now["words"] == {"language": en}
    total = sum(panel.widget.now["counts"]["verdict"])
    assert total == (live.scores["language"] == en).sum()
    panel.tell(filters, {})
    assert panel.widget.facets is first
    assert sum(panel.widget.now["counts"]["verdict"]) == live.scores.height


@pytest.mark.parametrize("count", [0, 60])
def test_labels_are_plain_texts_and_the_message_is_small(tmp_path, count):
    workspace = fakes.workspace(tmp_path / "ws", threads=60, hostile=True)
    scores = workspace.read("scores").head(count)
    session = ScoresSession(workspace, scores)
    panel = FacetPanel({})
    panel.tell(Filters(session, session.verdicts(RECIPE.select)), {})
    text = json.dumps([panel.widget.facets, panel.widget.now])
    assert "\\u202e" not in text
    assert len(text) < 100_000
