"""Candidate pairs by MinHash."""

import numpy as np
import polars as pl

from workbench.scores import minhash
from workbench.scores.word_sets import Words


def test_candidates_of_a_large_group_grow_linearly():
    lists = pl.Series([["one", "two", "three", "four", f"only{i}"] for i in range(3000)])
    pairs = minhash.candidates(Words.from_lists(lists), least=4)
    assert len(pairs) <= minhash.BANDS * (minhash.NEAREST + 1) * len(lists)
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert len(np.unique(pairs, axis=0)) == len(pairs)


def test_candidates_find_nearly_all_close_pairs():
    random = np.random.default_rng(1)
    texts = []
    for number in range(500):
        words = [f"w{number}x{i}" for i in range(10)]
        texts += [words, [*words[:9], f"other{random.integers(10**9)}"]]
    pairs = minhash.candidates(Words.from_lists(pl.Series(texts)), least=4)
    close = {(2 * i, 2 * i + 1) for i in range(500)}
    assert len(close & set(map(tuple, pairs.tolist()))) > 495


def test_candidates_skip_short_texts():
    words = Words.from_lists(pl.Series([["a", "b"], ["a", "b"], [], []], dtype=pl.List(pl.String)))
    assert minhash.candidates(words, least=2).tolist() == [[0, 1]]
    assert minhash.candidates(words, least=3).shape == (0, 2)
