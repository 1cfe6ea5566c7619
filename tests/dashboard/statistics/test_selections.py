"""Selections in words and in addresses."""

import pytest

from tests.support import fakes
from workbench.dashboard.statistics import selections
from workbench.facets import thread_facts
from workbench.facets.crossfilter import Crossfilter


@pytest.mark.parametrize("bins", [{"turns": [0, 2]}, {"turns": [*range(5)], "language": [1]}, {}])
def test_a_selection_survives_the_address(bins):
    assert (selections.from_query(selections.to_query(bins)) or {}) == bins


@pytest.mark.parametrize(
    "junk", [None, "{" * 100_000, "[]", '{"turns":3}', '{"turns":[[0,1e9],"x",[1],null,-1]}']
)
def test_junk_in_the_address_selects_nothing(junk):
    chosen = selections.from_query(junk) or {}
    assert not any(chosen.values())


def test_a_selection_is_told_with_its_count():
    scores = fakes.scores(400)
    crossfiltered = Crossfilter(thread_facts.from_scores(scores), threads=400)
    assert selections.sentence(crossfiltered, {}) == "all 400 threads"
    count = scores.filter(turns=2).height
    assert selections.sentence(crossfiltered, {"turns": [0]}) == f"{count} of 400 threads; Turns: 2"
