"""Pairs of texts compared word by word."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.scores import word_comparison
from workbench.scores.word_sets import Words

word_lists = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), min_size=1, max_size=8)


@given(word_lists)
def test_compare_matches_brute_force(texts):
    words = Words.from_lists(pl.Series(texts, dtype=pl.List(pl.String)))
    pairs = np.array([(i, j) for i in range(len(texts)) for j in range(len(texts))])
    jaccard, _ = word_comparison.compare(words, pairs, threshold=0.5)
    weight = {
        word: np.log1p(len(texts) / sum(word in text for text in texts))
        for word in {word for text in texts for word in text}
    }
    for (i, j), value in zip(pairs.tolist(), jaccard.tolist(), strict=True):
        both, either = set(texts[i]) & set(texts[j]), set(texts[i]) | set(texts[j])
        total = sum(weight[word] for word in either)
        expected = sum(weight[word] for word in both) / total if total else 0
        assert value == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("bread", "bread", True),
        ("bread", "braed", True),
        ("recipe", "recipie", True),
        ("recipe", "recpe", True),
        ("bread", "bred", True),
        ("house", "mouse", False),
        ("cats", "cars", False),
        ("bread", "beards", False),
        ("python", "pascal", False),
        ("a" * 40, "a" * 39, True),
    ],
)
def test_typos_change_one_letter_after_the_first_of_a_long_word(left, right, expected):
    words = Words.from_lists(pl.Series([["x", left], ["x", right]]))
    _, is_same = word_comparison.compare(words, np.array([[0, 1]]), threshold=0.1)
    assert is_same.tolist() == [expected or left == right]


def test_compare_works_in_chunks(monkeypatch):
    words = Words.from_lists(pl.Series([["red", "wine"], ["red", "ink"], ["white", "wine"]]))
    pairs = np.array([[0, 1], [0, 2], [1, 2]])
    jaccard, is_same = word_comparison.compare(words, pairs, threshold=0.3)
    monkeypatch.setattr(word_comparison, "CHUNK", 2)
    in_chunks = word_comparison.compare(words, pairs, threshold=0.3)
    assert [values.tolist() for values in in_chunks] == [jaccard.tolist(), is_same.tolist()]
