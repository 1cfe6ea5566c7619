"""Rules on numbers and flags."""

import math

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from workbench.recipe import Bounds, Engagement, ForbiddenFlag, RequiredFlag


def passes(settings, values, dtype):
    frame = pl.DataFrame({"value": pl.Series(values, dtype=dtype)})
    return frame.with_columns(passes=settings.passes("value"))["passes"].to_list()


def test_bounds_include_both_ends_in_the_type_of_the_column():
    assert passes(Bounds(max=0.3), [0.3, 0.30001], pl.Float32) == [True, False]
    assert passes(Bounds(min=2, max=3), [1, 2, 3, 4], pl.UInt32) == [False, True, True, False]
    assert passes(Bounds(min=2.5), [2, 3], pl.UInt32) == [False, True]


@given(
    st.lists(st.none() | st.floats(allow_nan=True, width=32), max_size=20),
    st.none() | st.integers(-5, 5),
    st.none() | st.integers(0, 9),
)
def test_bounds_are_never_null_and_fail_unknown_values(values, low, span):
    high = None if span is None else (low or 0) + span
    expected = [
        (low is None and high is None)
        or (
            value is not None
            and not math.isnan(value)
            and (low is None or value >= low)
            and (high is None or value <= high)
        )
        for value in values
    ]
    assert passes(Bounds(min=low, max=high), values, pl.Float32) == expected


@given(
    st.lists(st.none() | st.integers(0, 5), max_size=12),
    st.none() | st.integers(0, 3),
    st.none() | st.integers(3, 5),
    st.sampled_from(["keep", "remove"]),
)
def test_engagement_does_not_treat_unknown_as_zero(values, low, high, unknown):
    expected = [
        unknown == "keep"
        if value is None
        else (low is None or value >= low) and (high is None or value <= high)
        for value in values
    ]
    rule = Engagement(min=low, max=high, unknown=unknown)
    assert passes(rule, values, pl.Int64) == expected
    assert rule.is_active == (low is not None or high is not None or unknown == "remove")


def test_required_and_forbidden_flags_are_opposites_and_fail_unknown_values():
    flags = [True, False, None]
    assert passes(RequiredFlag(require=True), flags, pl.Boolean) == [True, False, False]
    assert passes(ForbiddenFlag(require=True), flags, pl.Boolean) == [False, True, False]
