"""The split of each thread: stable, near the shares, and the same for near duplicates."""

from collections import Counter

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from workbench.export import splits


@given(st.integers(1, 2**62), st.floats(0.01, 0.45), st.floats(0.01, 0.45))
def test_split_of_is_stable_and_only_moves_threads_out_of_train(group, validation, test):
    split = splits.split_of(group, shares={"validation": validation, "test": test})
    larger = {"validation": validation * 1.1, "test": test * 1.1}
    assert split == "train" or splits.split_of(group, shares=larger) == split


def test_split_of_meets_the_shares_approximately():
    shares = {"validation": 0.1, "test": 0.2}
    counts = Counter(splits.split_of(group, shares=shares) for group in range(10_000))
    assert 850 < counts["validation"] < 1150
    assert 1800 < counts["test"] < 2200


def test_threads_of_one_group_get_one_split():
    groups = pl.Series([number // 3 for number in range(3_000)])
    assigned = splits.assign(groups, shares={"train": 0.5, "validation": 0.2, "test": 0.3})
    by_group = pl.DataFrame({"group": groups, "split": assigned}).group_by("group")
    assert by_group.agg(pl.col("split").n_unique())["split"].max() == 1
    assert set(assigned) == {"train", "validation", "test"}
    assert splits.assign(groups, shares={"train": 1.0}).null_count() == 3_000
