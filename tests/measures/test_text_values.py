"""Texts become numbers, flags or texts; a mixture is refused, and nothing is lost in silence."""

import polars as pl
import pytest

from workbench.exceptions import MeasureError
from workbench.measures.text_values import typed
from workbench.measures.value_types import clean


def values(*texts):
    column = typed(pl.Series("m", texts), file="m.csv", place=lambda row: f"line {row + 2}")
    return clean(column).to_list()


@pytest.mark.parametrize("word", ["nan", "NaN", "NA", "null", "", None, "inf", "-Infinity"])
def test_words_for_an_unknown_number_keep_the_type(word):
    assert values("0.5", word, "2") == [0.5, None, 2.0]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("1", " 2 ", "+3", "-4"), [1, 2, 3, -4]),
        (("1e3", ".5"), [1000.0, 0.5]),
        (("True", "false", "NA"), [True, False, None]),
        (("calm", "", "none"), ["calm", None, "none"]),
        (("1", "9" * 30), [1, None]),
    ],
)
def test_each_kind_is_recognized(texts, expected):
    assert values(*texts) == expected


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        (("1", "1,5", "2"), r"numbers and 1 other value: '1,5' \(line 3\)"),
        (("a", "b", "c", "d", "1"), r"4 other values: 'a' \(line 2\), .*'c' \(line 4\), …"),
        (("true", "maybe"), r"true or false and 1 other value: 'maybe'"),
        (("true", "1"), r"numbers and 1 other value: 'true'"),
    ],
)
def test_a_mixture_is_refused(texts, problem):
    with pytest.raises(MeasureError, match=problem):
        values(*texts)
