"""Texts as sets of weighted words."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.scores.word_sets import LETTERS, Words, pack, unpack
from workbench.text.normalize import NUMBER


def from_texts(*texts):
    return Words.from_lists(pl.Series(texts, dtype=pl.String).str.split(" "))


def weight_of(words, text, place=0):
    return words.weights[words.ids[words.starts[text] + place]]


def test_from_lists_counts_each_word_of_a_text_once():
    words = from_texts("why why not", "why")
    assert words.sizes().tolist() == [2, 1]
    assert words.ids.tolist() == [0, 1, 1]


def test_rare_words_and_negations_are_heavy_and_numbers_are_light():
    words = from_texts("rare", "not", "not", "often", "often", NUMBER)
    assert weight_of(words, 0) == pytest.approx(words.highest_weight())
    assert weight_of(words, 1) == pytest.approx(words.highest_weight())
    assert weight_of(words, 3) == pytest.approx(np.log1p(6 / 2))
    assert weight_of(words, 5) == pytest.approx(np.log1p(1))


def test_characters_of_scripts_without_spaces_are_joined_with_the_next():
    assert from_texts("今 日 は").sizes().tolist() == [3]
    # The same characters in another order share only the last one.
    first, second = from_texts("今 日 は", "日 今 は").ids.reshape(2, 3).tolist()
    assert len(set(first) & set(second)) == 1


def test_letters_are_cut_and_padded():
    words = from_texts("ab", "x" * 40)
    assert words.letters.shape == (2, LETTERS)
    assert words.letters[0].tolist() == [ord("a"), ord("b"), *[0] * (LETTERS - 2)]
    assert set(words.letters[1].tolist()) == {ord("x")}


@given(st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1)), min_size=1))
def test_unpack_reverses_pack_and_pack_keeps_the_order(pairs):
    high, low = np.array(pairs, dtype=np.int64).T
    assert list(zip(*(side.tolist() for side in unpack(pack(high, low))), strict=True)) == pairs
    order = np.argsort(pack(high, low), kind="stable")
    assert [pairs[i] for i in order] == sorted(pairs)
