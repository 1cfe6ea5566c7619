"""Bins and slider steps."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.facets.score_axes import UNKNOWN, Axis, bins, edges

whole = st.lists(st.none() | st.integers(-5, 10**9), min_size=1, max_size=60)
shares = st.lists(st.none() | st.floats(-1, 1, width=32), min_size=1, max_size=60)


def frames(values, dtype):
    series = pl.Series("score", values, dtype=dtype)
    kept = pl.Series("kept", [n % 3 == 0 for n in range(len(values))], dtype=pl.Boolean)
    return pl.DataFrame([series, kept])


def counted(frame):
    filled = bins(frame, "score").filter(pl.col("threads") > 0)
    return {(row["start"], row["kept"]): row["threads"] for row in filled.to_dicts()}


def brute(frame):
    """Count by looking at every value in turn."""
    starts = edges(frame, "score")
    counts = {}
    for value, kept in frame.rows():
        slack = 0 if frame.schema["score"].is_integer() else 1e-7
        below = [start for start in starts if value is not None and start <= value + slack]
        key = (below[-1] if below else None, kept)
        counts[key] = counts.get(key, 0) + 1
    return counts


@given(whole)
def test_bins_of_whole_numbers_are_those_of_brute_force(values):
    frame = frames(values, pl.Int64)
    assert counted(frame) == brute(frame)


@given(shares)
def test_bins_of_shares_are_those_of_brute_force(values):
    frame = frames(values, pl.Float32)
    assert counted(frame) == brute(frame)


@given(whole | shares)
def test_edges_are_few_ascend_and_span_the_values(values):
    is_whole = all(value is None or isinstance(value, int) for value in values)
    frame = frames(values, pl.Int64 if is_whole else pl.Float64)
    starts = edges(frame, "score")
    assert 2 <= len(starts) < UNKNOWN
    assert starts == sorted(set(starts))
    known = [value for value in values if value is not None]
    if known:
        assert starts[0] <= min(known) + 1e-6
        assert starts[-1] >= max(known) - 1e-6


def test_bins_grow_with_the_value_if_the_mass_is_at_zero():
    values = [0.001] * 90 + [0.5] * 5 + [0.93] * 5
    starts = edges(frames(values, pl.Float32), "score")
    assert (starts[0], starts[-1]) == (0, 1)
    assert sum(start < 0.1 for start in starts) > len(starts) / 2
    even = edges(frames([0.0, 0.5, 1.0], pl.Float32), "score")
    assert even[1] == 0.01


def test_bins_of_an_empty_frame_are_empty():
    assert bins(frames([1], pl.Int64).clear(), "score")["threads"].sum() == 0


def test_axis_counts_a_new_selection_without_the_scores():
    values = np.random.default_rng(0).integers(0, 10**6, 1000)
    axis = Axis.of(pl.DataFrame({"score": values}), "score")
    for share in [0.0, 0.3, 1.0]:
        kept = pl.Series(np.random.default_rng(1).random(1000) < share)
        counts = axis.bins(kept)
        assert counts["threads"].sum() == 1000
        assert counts.filter("kept")["threads"].sum() == kept.sum()


@pytest.mark.parametrize("high", [61, 10**4, 2**62])
def test_edges_of_long_tails_stay_few(high):
    starts = edges(frames([0, high], pl.Int64), "score")
    assert len(starts) < UNKNOWN
    assert starts[-1] >= high
