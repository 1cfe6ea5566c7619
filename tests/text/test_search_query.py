"""The syntax of all search fields."""

import re
import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text import search_query

TEXTS = [
    "How long do I boil an EGG?",
    "boil, then fry. An egg too!",
    "Crème brûlée ＠Ann #Sweet_Tooth",
    "cre\u0301me fraiche @annabel",
    "😂😂 so true ❤️",
    "青い空と海",
    "I don’t like c++ (a|b)*",
    "eggs",
]


def find(text):
    query = search_query.parse(text)
    frame = pl.DataFrame({"text": TEXTS}).with_row_index()
    return frame.filter(query.matches(), ~query.excludes())["index"].to_list()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("egg boil", [0, 1]),
        ("EGG AND boil", [0, 1]),
        ('"boil an egg"', [0]),
        ("“Boil  an egg”", [0]),
        ("boil -fry", [0]),
        ('boil -"an egg"', []),
        ("-egg -@ann -ship", [3, 4, 5, 6, 7]),
        ("egg*", [0, 1, 7]),
        ("fry OR true", [1, 4]),
        ("egg fry OR long OR x", [0, 1]),
        ("creme", [2, 3]),
        ("CRÈME", [2, 3]),
        ("@ann", [2]),
        ("@ANN*", [2, 3]),
        ("#sweet_tooth", [2]),
        ("sweet", []),
        ("😂", [4]),
        ("❤", [4]),
        ("青い", [5]),
        ("don't", [6]),
        ("c++", [6]),
        ("(a|b)*", [6]),
        ("egg?", [0, 1]),
        ('"egg?"', [0]),
        ("", list(range(8))),
    ],
)
def test_syntax(text, rows):
    assert find(text) == rows


@pytest.mark.parametrize(
    ("text", "note", "same_as"),
    [
        ('"boil an', "quote is not closed", '"boil an"'),
        ('egg ""', "no words between the quotes", "egg"),
        ("egg OR", "both sides", "egg"),
        ("OR egg", "both sides", "egg"),
        ("fry OR -egg", "both sides", "fry -egg"),
        ("egg -", "a word after -", "egg"),
        ("egg *", "a word before *", "egg"),
        ("egg " * 200, "first 500 characters", "egg"),
    ],
)
def test_what_is_not_understood_is_said_and_the_rest_is_searched(text, note, same_as):
    assert note in " ".join(search_query.parse(text).notes)
    assert find(text) == find(same_as)
    assert search_query.parse("boil -fry OR").notes != ()
    assert search_query.parse(same_as).notes == ()


def test_a_model_gets_the_words_without_operators():
    query = search_query.parse('Why OR how "boil AN egg" -salt tomat*')
    assert query.meaning == "why how boil an egg tomat"
    assert [[term.words for term in group] for group in query.filters.groups] == [
        [("boil", "an", "egg")]
    ]
    assert [term.words for term in query.filters.excluded] == [("salt",)]


@pytest.mark.parametrize(
    ("words", "text", "marked"),
    [
        ("egg* -fry", "Eggs fry an egg", ["Eggs", "egg"]),
        ("creme OR ann", "CRÈME @Ann cre\u0301me", ["CRÈME", "Ann", "cre\u0301me"]),
        ('"boil an"', "boil\n an", ["boil\n an"]),
        ("-egg", "egg", []),
    ],
)
def test_spans_are_what_matches(words, text, marked):
    assert [text[slice(*span)] for span in search_query.parse(words).spans(text)] == marked


PIECES = st.sampled_from(
    [
        "a",
        "é",
        "A\u0301",
        "ß",
        "'",
        "’",
        " ",
        "\n",
        "@",
        "#",
        "*",
        "-",
        '"',
        "OR",
        "日",
        "😂",
        "_",
        "1",
        "(",
        ".",
    ]
)


@given(st.lists(PIECES, max_size=7).map("".join), st.lists(PIECES, max_size=12).map("".join))
def test_a_word_is_highlighted_where_it_is_found(words, text):
    query = search_query.parse(words)
    spans = query.spans(text)
    frame = pl.DataFrame({"text": [text]})
    if len(query.groups) == 1:
        assert frame.select(query.matches())["text"].item() == bool(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    ends = [end for span in spans for end in span]
    assert ends == sorted(ends)


@given(st.text(max_size=600))
def test_any_text_is_a_query(text):
    query = search_query.parse(text)
    frame = pl.DataFrame({"text": ["a b", None]})
    frame.filter(query.matches(), ~query.excludes())
    query.spans("a b")


@pytest.mark.parametrize(
    "words", ["e" * 500, "e " * 250, '"' + "e " * 200, "e* " * 160, "e OR " * 99]
)
def test_hostile_queries_take_linear_time(words):
    query = search_query.parse(words)

    def seconds(size):
        texts = ["é" * size, "e" * size, "e " * (size // 2), "e\u0301" * (size // 2)]
        start = time.process_time()
        pl.DataFrame({"text": texts}).filter(query.matches(), ~query.excludes())
        for text in texts:
            query.spans(text)
        return time.process_time() - start

    seconds(100)
    # Ten times the text may not take a hundred times as long.
    assert seconds(20_000) < 40 * seconds(2000) + 0.2


def test_patterns_are_valid_for_both_engines():
    for text in search_query.SYNTAX:
        query = search_query.parse(text)
        for group in (*query.groups, query.excluded):
            for term in group:
                re.compile(term.python)
                pl.Series(["a"]).str.contains(term.plain)
