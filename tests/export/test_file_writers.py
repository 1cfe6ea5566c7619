"""How threads are divided among splits."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from workbench.export import file_writers


@given(st.integers(1, 2**62), st.floats(0.01, 0.45), st.floats(0.01, 0.45))
def test_split_of_is_stable_and_only_moves_threads_out_of_train(thread_id, validation, test):
    split = file_writers.split_of(thread_id, shares={"validation": validation, "test": test})
    larger = {"validation": validation * 1.1, "test": test * 1.1}
    assert split == "train" or file_writers.split_of(thread_id, shares=larger) == split


def test_split_of_meets_the_shares_approximately():
    shares = {"validation": 0.1, "test": 0.2}
    counts = Counter(file_writers.split_of(thread_id, shares=shares) for thread_id in range(10_000))
    assert 850 < counts["validation"] < 1150
    assert 1800 < counts["test"] < 2200
