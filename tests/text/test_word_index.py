"""Words and pairs of characters that the word search looks up."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text import word_index


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("blue sky", "blue sky"),
        ("青い空", "青い い空"),
        ("コーヒー", "コー ヒー ーヒ"),
        ("空 and 青い", "and 青い 空"),
        ("", ""),
    ],
)
def test_a_query_asks_for_words_and_pairs(text, words):
    assert word_index.query(text) == words


@given(st.text("ab 青い空สี", min_size=1), st.data())
def test_every_part_of_a_run_is_among_the_entries(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    part = "".join(each for each in text[start:end] if not each.isascii())
    if part in text:
        entries = word_index.entries(pl.Series([text])).item().split()
        assert set(word_index.query(part).split()) <= set(entries)
