"""Selections of bins in an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.facets import bin_ranges


@given(st.dictionaries(st.text(), st.sets(st.integers(0, 255), min_size=1).map(sorted)))
def test_a_selection_survives_the_address(bins):
    assert bin_ranges.from_text(bin_ranges.to_text(bins)) == bins


@pytest.mark.parametrize("junk", ["", "[", "[1]", "7", '{"a":"b"}', '{"a":[[0,1e9],true,null]}'])
def test_junk_selects_nothing(junk):
    assert not any(bin_ranges.from_text(junk).values())
