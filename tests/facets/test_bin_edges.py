"""Edges of bins cover the values, and values fall between them."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.facets import bin_edges

whole = st.integers(-50, 10**12)
shares = st.floats(-1000, 1000)


@pytest.mark.parametrize("density", [bin_edges.SLIDER, bin_edges.CHART])
@given(ends=st.tuples(whole, whole))
def test_whole_numbers_cover_the_values_with_few_edges(density, ends):
    low, high = sorted(ends)
    edges = bin_edges.whole_numbers(low, high, density=density)
    assert edges == sorted(set(edges))
    assert edges[0] <= low
    assert edges[-1] > high
    assert len(edges) < 200


@given(ends=st.tuples(shares, shares))
def test_equal_steps_cover_the_values_with_few_edges(ends):
    low, high = sorted(ends)
    for width in (bin_edges.decimal_width(low, high), bin_edges.round_width(low, high)):
        edges = bin_edges.equal_steps(low, high, width=width)
        assert edges == sorted(set(edges))
        assert edges[0] <= low + 2e-6 * width
        assert edges[-1] >= high - 2e-6 * width
        assert 2 <= len(edges) <= 160


@given(st.lists(st.integers(-10, 110), max_size=50))
def test_slots_are_those_of_a_search_through_all_edges(values):
    edges = [0, 1, 5, 100]
    slots = bin_edges.slots(pl.Series(values, dtype=pl.Int64), edges, unknown=255)
    for value, slot in zip(values, slots, strict=True):
        below = [place for place, edge in enumerate(edges) if edge <= value]
        assert slot == (below[-1] if below else 0)


def test_slots_of_null_and_nan_are_unknown():
    values = pl.Series([0.3, None, float("nan")], dtype=pl.Float32)
    assert bin_edges.slots(values, [0.0, 0.3], unknown=9).tolist() == [1, 9, 9]
