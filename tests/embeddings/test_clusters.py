"""Hills on the map and their names."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from workbench.embeddings import clusters


def hills(*sizes, seed=0):
    """Return points in round hills on a circle, and the hill of each."""
    draw = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    angles = group / len(sizes) * 2 * np.pi
    middles = 0.7 * np.column_stack([np.cos(angles), np.sin(angles)])
    points = middles + draw.normal(size=(len(group), 2)) * 0.05
    return np.clip(points, -1, 1).astype(np.float32), group


def test_each_hill_is_a_cluster_and_the_largest_is_the_first():
    points, group = hills(100, 400, 200)
    numbers, tops = clusters.of_points(points)
    assert len(tops) == 3
    assert [np.bincount(numbers[group == hill]).argmax() for hill in range(3)] == [3, 1, 2]
    middles = np.array([points[group == hill].mean(axis=0) for hill in (1, 2, 0)])
    assert np.abs(tops - middles).max() < 0.1


@given(st.integers(0, 300), st.integers(0, 99))
def test_points_of_any_number_are_on_a_hill_or_on_none(count, seed):
    points = np.random.default_rng(seed).uniform(-1, 1, size=(count, 2)).astype(np.float32)
    numbers, tops = clusters.of_points(points)
    assert numbers.shape == (count,)
    assert numbers.max(initial=0) == len(tops) <= clusters.MOST
    again, _ = clusters.of_points(points)
    assert (numbers == again).all()


def test_equal_points_are_one_cluster():
    numbers, tops = clusters.of_points(np.zeros((50, 2), dtype=np.float32))
    assert set(numbers) == {1}
    assert np.abs(tops).max() < 0.05


def test_names_need_several_threads_and_work_without_spaces():
    texts = ["a garden pond", "my garden", "no garden", *["青空と海"] * 3, "rare", "words"]
    frame = pl.DataFrame({"cluster": [1, 1, 1, 2, 2, 2, 3, 3], "text": texts})
    assert clusters.names(frame, 3) == ["garden", "青空", ""]


def test_names_are_plain_words():
    hostile = [f"<b>@ann https://evil.example/{n} \u202egarden</b> {'so ' * n}" for n in range(6)]
    frame = pl.DataFrame({"cluster": [1] * 6 + [2] * 6, "text": [*hostile, *["else"] * 6]})
    (name, _) = clusters.names(frame, 2)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz, ")
    assert "ann" not in name
    assert "evil" not in name
