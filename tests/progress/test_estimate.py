"""Estimates of the time left are unknown at first, and do not jump later."""

from itertools import pairwise

import pytest

from workbench.progress.estimate import Estimate


def simulate(rates, *, total, later=0.0, step=0.3):
    """Yield (time, seconds left according to the estimate, true seconds left)."""
    ends, done, now = [], 0.0, 0.0
    while done < total:
        now += step
        done += step * rates(now)
        ends.append((now, min(done, total)))
    estimate = Estimate()
    estimate.begin(later=later)
    estimate.add(0, total, 0.0)
    for at, units in ends:
        estimate.add(int(units), total, at)
        yield at, estimate.left(at), now + later - at


def test_nothing_is_known_in_the_first_seconds():
    assert all(left is None for at, left, _ in simulate(lambda _: 10, total=5000) if at < 2.9)
    estimate = Estimate()
    estimate.begin(later=0.0)
    estimate.add(5, 10, 0.0)
    assert estimate.left(99.0) is None


def test_steady_work_is_estimated_exactly():
    known = [row for row in simulate(lambda _: 10, total=5000, later=60.0) if row[1] is not None]
    assert all(left == pytest.approx(true, rel=0.02) for _, left, true in known)


def test_a_slow_start_does_not_make_the_estimate_jump():
    """The first ten seconds run at a tenth of the speed: once the page went from 8 min to 35 s."""
    rows = list(simulate(lambda now: 10 if now < 10 else 100, total=4000))
    known = [(at, left) for at, left, _ in rows if left is not None and left > 10]
    drops = [(before - after) / before for (_, before), (_, after) in pairwise(known)]
    assert max(drops) < 0.15
    late = [(left, true) for at, left, true in rows if at > 38]
    assert all(left == pytest.approx(true, abs=3) for left, true in late)


def test_large_steps_keep_a_rate():
    estimate = Estimate()
    estimate.begin(later=None)
    for step in range(6):
        estimate.add(step * 1000, 10_000, step * 30.0)
        estimate.add(step * 1000, 10_000, step * 30.0 + 29.0)
    assert estimate.rate == pytest.approx(1000 / 30, rel=0.3)
    assert estimate.stage_left(180.0) == pytest.approx(150, rel=0.2)
    assert estimate.left(180.0) is None
