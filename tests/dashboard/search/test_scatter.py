"""The map in Python: what the browser gets, and what it may send."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.dashboard.search import scatter
from workbench.dashboard.search.scatter import Scatter

NUMBER = st.integers(0, 1000)


def make(count):
    places = np.arange(2 * count, dtype=np.uint16).reshape(count, 2)
    return Scatter(places, clusters=[], describe=lambda place: (str(place), []))


def even_odd(places, corners):
    """Mark the points in a polygon, edge by edge."""
    marked = np.zeros(len(places), dtype=bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crosses = (y0 > places[:, 1]) != (y1 > places[:, 1])
        at = x0 + (places[:, 1] - y0) * (x1 - x0) / np.where(y1 == y0, 1, y1 - y0)
        marked ^= crosses & (places[:, 0] < at)
    return marked


@given(st.lists(st.tuples(NUMBER, NUMBER), min_size=3, max_size=8), st.integers(0, 99))
def test_inside_agrees_with_a_look_at_every_edge(corners, seed):
    places = np.random.default_rng(seed).integers(0, 1001, size=(400, 2)).astype(np.uint16)
    corners = np.array(corners, dtype=float)
    marked = scatter.inside(places, corners)
    size = np.maximum(corners.max(axis=0) - corners.min(axis=0), 1)
    # A point may be counted wrong only if it is near an edge.
    nudges = [even_odd(places + size * 0.003 * np.array(way), corners) for way in WAYS]
    is_clear = np.all([nudge == nudges[0] for nudge in nudges], axis=0)
    assert (marked[is_clear] == nudges[0][is_clear]).all()


WAYS = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]


def test_a_point_costs_four_bytes_and_a_match_one_bit():
    made = make(80)
    made.ring(np.arange(80) < 3)
    made.show(np.ones(80, dtype=bool))
    assert (len(made.places), len(made.hits), len(made.shown)) == (320, 10, 0)
    made.ring(None)
    assert made.hits == b""


@pytest.mark.parametrize("clicked", [{}, {"place": 5}, {"place": "1"}, {"place": -1}, {"a": 1}])
def test_place_ignores_what_is_no_point(clicked):
    made = make(5)
    made.clicked = clicked
    assert made.place is None
    made.clicked = {"place": 4, "turn": 1}
    assert made.place == 4


@pytest.mark.parametrize(
    "lasso",
    [[], [[0, 0]], [[1, 2], [3, 4], [5]], [["a", "b"]] * 3, [[0, float("nan")]] * 3, [1, 2, 3]],
)
def test_corners_ignores_what_is_no_polygon(lasso):
    made = make(5)
    made.lasso = lasso
    assert made.corners.shape == (0, 2)


def test_corners_are_limited():
    made = make(5)
    made.lasso = [[0, number] for number in range(9999)]
    assert len(made.corners) == scatter.CORNERS
