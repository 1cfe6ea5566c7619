"""Roots, depths and reading order, against recursion."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.property_tests import examples
from workbench.threads import pointer_jumping

#: Forests: the parent of each row has a lower row or is the row itself.
FORESTS = st.lists(st.integers(0, 30), min_size=1, max_size=30).map(
    lambda above: np.array([min(parent, row) for row, parent in enumerate(above)])
)


def depth_first(row, children):
    rows = [row]
    for child in sorted(children.get(row, [])):
        rows += depth_first(child, children)
    return rows


@given(FORESTS)
def test_follow_matches_a_walk(parents):
    ends, steps = pointer_jumping.follow(parents)
    for row in range(len(parents)):
        at, walked = row, 0
        while parents[at] != at:
            at, walked = parents[at], walked + 1
        assert (ends[row], steps[row]) == (at, walked)


@pytest.mark.parametrize("length", [0, 1, 100_000])
def test_follow_handles_long_chains(length):
    ends, steps = pointer_jumping.follow(np.maximum(np.arange(length) - 1, 0))
    assert not ends.any()
    assert steps.tolist() == list(range(length))


def test_reading_order_of_nothing_is_empty():
    nothing = np.array([], dtype=np.int64)
    assert pointer_jumping.reading_order(nothing, nothing).tolist() == []


@settings(max_examples=examples(100))
@given(FORESTS, st.integers(1, 4))
def test_reading_order_matches_recursion(parents, groups):
    root, _ = pointer_jumping.follow(parents)
    numbers = np.unique(root % groups, return_inverse=True)[1]
    children = {}
    for row, parent in enumerate(parents):
        if parent != row:
            children.setdefault(parent, []).append(row)
    expected = {}
    for number in set(numbers):
        tops = [row for row in np.unique(root) if numbers[row] == number]
        turns = [row for top in tops for row in depth_first(top, children)]
        expected |= {row: position for position, row in enumerate(turns)}
    positions = pointer_jumping.reading_order(parents, numbers)
    assert dict(enumerate(positions.tolist())) == expected
