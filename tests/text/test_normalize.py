"""Texts normalized for measuring and comparing."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text import normalize, patterns


def apply(expression, *texts):
    return (
        pl.DataFrame({"text": texts}, schema={"text": pl.String})
        .select(expression("text"))["text"]
        .to_list()
    )


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_bare_is_one_trimmed_line_without_links(text):
    (bare,) = apply(normalize.bare, text)
    assert bare == " ".join(bare.split())
    assert not pl.Series([bare]).str.contains(patterns.LINK).item()


def test_bare_keeps_addresses_and_hashtags():
    assert apply(normalize.bare, "RT @ann: mail me@host #help", None) == [
        "mail me@host #help",
        None,
    ]


@pytest.mark.parametrize("sign", ["'", "\u2019", "\u2018", "\u02bc"])
def test_straighten_apostrophes_knows_all_of_them(sign):
    assert apply(normalize.straighten_apostrophes, f"don{sign}t") == ["don't"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's 10:30, NOT 1,500.5!", "its 0 not 0"),
        ("\uff26\uff35ll width", "full width"),
        ("今日は暑い", "今 日 は 暑 い"),
        ("why? #help", "why"),
        ("#one #two", "one two"),
        ("😀", ""),
    ],
)
def test_comparison_words(text, words):
    assert apply(normalize.comparison_words, text) == [words]


def test_comparison_key_is_null_without_letters():
    keys = apply(normalize.comparison_key, "a b", "a b", "b a", "0", "")
    assert keys[0] == keys[1] != keys[2]
    assert keys[3:] == [None, None]


@pytest.mark.parametrize(
    ("word", "text", "matches"),
    [
        ("cat", "the CAT.", True),
        ("cat", "concat", False),
        ("cat*", "cats", True),
        ("a cat", "a \n cat", True),
        ("c++", "c+++", True),
        (".", "x", False),
        ("don't", "don\u2019t", True),
    ],
)
def test_whole_words_pattern(word, text, matches):
    pattern = normalize.whole_words_pattern(["unrelated", word])
    assert pl.Series([text]).str.contains(pattern).item() is matches


def test_share_of_words_is_at_most_one():
    column = normalize.share_of_words("text", "a")
    assert pl.DataFrame({"text": ["aaa b", "b", " "]}).select(column)["text"].to_list() == [1, 0, 0]


@given(st.lists(st.text(max_size=3), min_size=1), st.data())
def test_replace_rows_matches_assignment(texts, data):
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1), unique=True))
    new = [f"new {row}" for row in rows]
    replaced = normalize.replace_rows(
        pl.Series("text", texts), pl.Series(rows, dtype=pl.Int64), pl.Series(new, dtype=pl.String)
    )
    expected = [f"new {row}" if row in rows else text for row, text in enumerate(texts)]
    assert replaced.to_list() == expected


@given(st.lists(st.text(), max_size=5))
def test_without_invisible_is_done_after_one_pass(texts):
    once = normalize.without_invisible(pl.Series(texts, dtype=pl.String))
    assert normalize.without_invisible(once).to_list() == once.to_list()


@given(st.text(st.characters(codec="latin-1")))
def test_without_invisible_changes_no_ordinary_text(text):
    kept = text.replace("\u00ad", "")
    assert normalize.without_invisible(pl.Series([text])).item() == kept


@pytest.mark.parametrize("mark", ["\u200b", "\u200d", "\u2066", "\u200f", "\ufeff"])
def test_bare_strips_mentions_between_invisible_characters(mark):
    frame = pl.DataFrame({"text": [f"{mark}@ann{mark} rub{mark} it {mark}https://t.co/x{mark}"]})
    assert frame.select(normalize.bare("text")).item() == "rub it"
