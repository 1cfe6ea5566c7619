"""Turns searched for words and ids."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.threads import text_search

TURNS = pl.DataFrame(
    {
        "thread_id": [11, 11, 13, 14],
        "tweet_id": [11, 12, 13, 14],
        "reply_to_id": [None, 11, 10, None],
        "text": ["Why is (a|b)* red?", "because", "call 911 now", "STRASSE\n  ahead ÄÖ"],
    }
)


@pytest.mark.parametrize(
    ("words", "threads"),
    [
        ("RED?", [11]),
        ("(a|b)*", [11]),
        ("why -because", []),
        ("why -call", [11]),
        ('"is red" OR call', [13]),
        ("strasse ahead", [14]),
        ("äö", [14]),
        ("911", [13]),
        ("12", [11]),
        ("10", [13]),
        ("https://twitter.com/x/status/12?s=20", [11]),
        ("nothing", []),
        ("99999999999999999999999", []),
        ("\x00", []),
    ],
)
def test_find_threads_accepts_words_ids_and_addresses(words, threads):
    assert text_search.find_threads(TURNS, words).to_list() == threads


@pytest.mark.parametrize("text", ["", "0", "-5", "1.5", "20 ways", "²", "٣", str(2**63)])
def test_parse_id_rejects_other_texts(text):
    assert text_search.parse_id(text) is None


@given(st.text(max_size=300), st.text(max_size=20))
def test_excerpt_is_a_substring(text, words):
    assert text_search.excerpt(text, words).removeprefix("…").removesuffix("…") in text


@given(st.text(max_size=300), st.text(max_size=20))
def test_split_matches_joins_to_the_text(text, words):
    assert "".join(text_search.split_matches(text, words)) == text


def test_excerpt_is_short():
    assert len(text_search.excerpt("a" * 999, "b")) == 41
    assert len(text_search.excerpt("a" * 500 + " b " + "a" * 500, "B", around=10)) == 23


def test_excerpt_shows_the_words():
    assert "needle" in text_search.excerpt("hay " * 90 + "NEEDLE hay " * 90, "Needle").lower()
