"""Counts of a crossfilter are those of a plain filter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import fakes
from tests.support.property_tests import examples
from workbench.exceptions import StageError
from workbench.facets import thread_facts
from workbench.facets.crossfilter import Crossfilter

THREADS = 400


@pytest.fixture(scope="module")
def crossfiltered():
    return Crossfilter(thread_facts.from_scores(fakes.scores(THREADS)), threads=THREADS)


def brute(crossfiltered, bins, *, but=None):
    """Mark the threads chosen in every facet but one, a thread at a time."""
    marked = []
    for thread in range(crossfiltered.threads):
        inside = True
        for name, slots in bins.items():
            facet = crossfiltered.facets[name]
            own = facet.slots[[thread]] if facet.rows is None else facet.slots[facet.rows == thread]
            inside &= name == but or bool(set(own.tolist()) & set(slots))
        marked.append(inside)
    return np.array(marked)


@settings(max_examples=examples(25))
@given(data=st.data())
def test_counts_are_those_of_a_plain_filter(crossfiltered, data):
    names = data.draw(st.sets(st.sampled_from(sorted(crossfiltered.facets)), max_size=4))
    bins = {
        name: sorted(
            data.draw(
                st.sets(
                    st.integers(0, len(crossfiltered.facets[name].labels) - 1),
                    min_size=1,
                    max_size=12,
                )
            )
        )
        for name in names
    }
    assert crossfiltered.mask(bins).tolist() == brute(crossfiltered, bins).tolist()
    counts = crossfiltered.counts(bins)
    for name, facet in crossfiltered.facets.items():
        assert counts[name] == facet.counts(brute(crossfiltered, bins, but=name))


def test_checked_keeps_only_existing_bins(crossfiltered):
    wild = {"turns": [0, 1, 10**9, -1, "2", None, 1.5], "nonsense": [1], "depth": "0", "likes": []}
    assert crossfiltered.checked(wild) == {"turns": [0, 1]}
    assert crossfiltered.checked(["turns"]) == {}


def test_mask_names_the_existing_facets(crossfiltered):
    with pytest.raises(StageError, match="turns"):
        crossfiltered.mask({"nonsense": [0]})
