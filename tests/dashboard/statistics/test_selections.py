"""Selections in words."""

from tests.support import fakes
from workbench.dashboard.statistics import selections
from workbench.facets import thread_facts
from workbench.facets.crossfilter import Crossfilter


def test_a_selection_is_told_with_its_count():
    scores = fakes.scores(400)
    crossfiltered = Crossfilter(thread_facts.from_scores(scores), threads=400)
    assert selections.sentence(crossfiltered, {}) == "all 400 threads"
    count = scores.filter(turns=2).height
    assert selections.sentence(crossfiltered, {"turns": [0]}) == f"{count} of 400 threads; Turns: 2"
