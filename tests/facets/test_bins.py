"""Bins of numbers and times contain what their labels say."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from workbench.facets import bins
from workbench.facets.crossfilter import MORE


@given(st.lists(st.integers(0, 10**7) | st.integers(0, 2**53) | st.none(), min_size=1, max_size=50))
def test_number_bins_whole_numbers_as_the_label_says(values):
    facet = bins.number(pl.Series("likes", values, dtype=pl.Int64), title="Likes")
    for value, slot in zip(values, facet.slots, strict=True):
        label = facet.labels[slot].replace(",", "")
        if value is None:
            assert label == "unknown"
        elif label.endswith(MORE):
            assert value >= int(label.split()[0])
        else:
            low, high = int(label.split(" to ")[0]), int(label.split(" to ")[-1])
            assert low <= value <= high


def test_number_opens_the_last_bin_if_there_are_too_many():
    facet = bins.number(pl.Series("likes", [0, 50, 10**18, None]), title="Likes")
    assert len(facet.labels) == bins.MOST
    labels = [facet.labels[slot] for slot in facet.slots]
    assert (labels[0], labels[1], labels[3]) == ("0", "50 to 69", "unknown")
    assert labels[2] == facet.labels[-2]
    assert labels[2].endswith(MORE)


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=40))
def test_number_bins_other_numbers_as_the_label_says(values):
    facet = bins.number(pl.Series("answer", values, dtype=pl.Float32), title="Answer")
    assert len(facet.labels) <= bins.MOST
    for value, slot in zip(values, facet.slots, strict=True):
        ends = list(map(float, facet.labels[slot].split(" to ")))
        low, high = ends[0], ends[-1]
        assert low - 1e-6 <= value <= high + 1e-6


def test_time_uses_longer_bins_for_a_longer_range():
    start = datetime(2019, 7, 3, 6, tzinfo=UTC)
    first_labels = {
        timedelta(minutes=30): "3 Jul 2019, 06:00",
        timedelta(days=2): "3 Jul 2019, 06:00",
        timedelta(days=40): "3 Jul 2019",
        timedelta(days=3000): "Jul 2019",
        timedelta(days=20_000): "2019",
    }
    for span, first in first_labels.items():
        times = pl.Series([start + span * place / 199 for place in range(200)])
        facet = bins.time(times.cast(pl.Datetime("ms", "UTC")), title="Opened")
        assert facet.labels[0] == first
        assert len(facet.labels) <= bins.MOST


def test_time_collects_stray_times_and_ignores_impossible_ones():
    start = datetime(2019, 7, 3, tzinfo=UTC)
    stamps = [int((start + timedelta(hours=hour)).timestamp() * 1000) for hour in range(1000)]
    stamps += [1_200_000_000_000, 10**15, -5, None]
    times = pl.Series(stamps, dtype=pl.Int64).cast(pl.Datetime("ms", "UTC"))
    facet = bins.time(times, title="Opened")
    counts = dict(zip(facet.labels, facet.counts(), strict=True))
    assert counts["before 3 Jul 2019"] == 1
    assert counts["4 Jul 2019"] == 24
    assert counts["unknown"] == 3


def test_number_of_equal_values_is_one_bin():
    facet = bins.number(pl.Series("answer", [0.5, 0.5]), title="Answer")
    assert facet.labels == ("0.5",)


def test_duration_puts_negative_values_into_the_first_bin():
    facet = bins.duration(pl.Series("latency", [-3, 4, 5, 10**9, None]), title="First reply after")
    labels = [facet.labels[slot] for slot in facet.slots]
    assert labels == ["0 s to 5 s", "0 s to 5 s", "5 s to 10 s", f"365 d{MORE}", "unknown"]


def test_axes_know_where_they_end():
    turns = bins.number(pl.Series("turns", [2, 3, 180]), title="Turns")
    assert (turns.end, turns.labels[-1]) == ("180", f"150{MORE}")
    assert len(turns.edges) == len(turns.starts) + 1
    score = bins.number(pl.Series("answer", [0.0, 0.5, 1.0]), title="Answer")
    assert (score.starts[0], score.end, score.edges) == ("0", "1", ())
    delay = bins.duration(pl.Series("latency", [4, 70]), title="First reply after")
    assert (delay.starts[-1], delay.end) == ("1 min", "2 min")
