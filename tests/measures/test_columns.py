"""Add own measures to scores, and refuse what code should not return."""

import numpy as np
import polars as pl
import pytest

from workbench.exceptions import MeasureError
from workbench.measures import add, rule, scorer
from workbench.measures.score_files import ScoreTable


@pytest.fixture
def scores():
    return pl.DataFrame({"thread_id": [10, 20, 30], "root_id": [1, 4, 6], "turns": [3, 2, 2]})


@pytest.fixture
def turns():
    return pl.DataFrame(
        {
            "thread_id": [10, 10, 10, 20, 20, 30, 30],
            "tweet_id": [1, 2, 3, 4, 5, 6, 7],
            "text": ["a", "bb", "ccc", "dddd", "e", "", "f"],
        }
    )


def length(by):
    return scorer(lambda rows: rows["text"].str.len_chars(), name="length", of="turns", by=by)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("opening", [1, 4, 0]),
        ("max", [3, 4, 1]),
        ("min", [1, 1, 0]),
        ("sum", [6, 5, 1]),
        ("mean", [2.0, 2.5, 0.5]),
    ],
)
def test_values_of_turns_become_one_of_their_thread(scores, turns, by, expected):
    assert add(scores, turns, measures=[length(by)]).scores["length"].to_list() == expected


@pytest.mark.parametrize(
    "values",
    [[1, 2, 3], np.array([1, 2, 3]), pl.Series([1, 2, 3]), pl.int_range(1, pl.len() + 1)],
)
def test_any_kind_of_column_is_taken(scores, turns, values):
    added = add(scores, turns, measures=[scorer(lambda _: values, name="mine")])
    assert added.scores["mine"].to_list() == [1, 2, 3]
    assert added.measures[0].kind == "count"


def test_rules_may_use_scorers_and_files(scores, turns):
    table = ScoreTable(
        "f.csv", "", "thread_id", "opening", pl.DataFrame({"thread_id": [10], "f": [5]})
    )
    both = rule(lambda: pl.col("f") > pl.col("half"), name="both")
    half = scorer(lambda threads: threads["turns"] / 2, name="half")
    added = add(scores, turns, measures=[both, half], tables=[table])
    assert added.scores.columns[3:] == ["f", "half", "both"]
    assert added.scores["both"].to_list() == [True, None, None]
    assert [own.made_by for own in added.measures] == ["file", "scorer", "rule"]


def test_odd_numbers_become_unknown_and_are_counted(scores, turns):
    odd = scorer(lambda _: [1.5, float("nan"), float("inf")], name="odd")
    added = add(scores, turns, measures=[odd])
    assert added.scores["odd"].to_list() == [1.5, None, None]
    assert added.notes == ["odd: 2 of 3 values are NaN, infinite or too large, now unknown"]


@pytest.mark.parametrize("largest", [2**62, -(2**62) - 1, 1e308])
def test_a_sum_that_is_too_large_becomes_unknown_and_is_counted(scores, turns, largest):
    large = scorer(
        lambda rows: pl.when(rows["thread_id"] == 10).then(largest).otherwise(1),
        name="large",
        of="turns",
        by="sum",
    )
    added = add(scores, turns, measures=[large])
    assert added.scores["large"].to_list() == [None, 2, 2]
    assert added.notes == ["large: 1 of 3 values are NaN, infinite or too large, now unknown"]
    table = ScoreTable(
        "f.csv",
        "",
        "tweet_id",
        "sum",
        pl.DataFrame({"tweet_id": [1, 2, 4], "f": [largest, largest, 1]}, strict=False),
    )
    assert add(scores, turns, tables=[table]).scores["f"].to_list() == [None, 1, None]


def test_unknown_ids_of_a_file_are_counted(scores, turns):
    rows = pl.DataFrame({"tweet_id": [1, 5, 99], "mood": [0.5, 0.9, 1.0]})
    added = add(scores, turns, tables=[ScoreTable("m.csv", "", "tweet_id", "max", rows)])
    assert added.scores["mood"].to_list() == [0.5, 0.9, None]
    assert added.notes == ["m.csv: 1 of 3 ids are not those of tweets of threads"]


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        ([1, 2], r"returned 2 values for 3 threads"),
        ([[1], [2], [3]], r"values of the type List"),
        (pl.DataFrame({"a": [1, 2, 3]}), r"a frame of 1 columns"),
        (7, r"TypeError"),
        (pl.col("gone"), r"ColumnNotFoundError"),
        ([1, "a", 2], r"test_columns.py.*TypeError"),
    ],
)
def test_other_results_are_refused_with_file_and_line(scores, turns, result, problem):
    wrong = scorer(lambda _: result, name="wrong")
    with pytest.raises(MeasureError, match=problem) as error:
        add(scores, turns, measures=[wrong])
    assert "@scorer `wrong` (test_columns.py, line" in error.value.problem


def test_rule_must_return_an_expression(scores, turns):
    with pytest.raises(MeasureError, match="returned Series, not a polars expression"):
        add(scores, turns, measures=[rule(lambda: pl.Series([True] * 3), name="wrong")])


def test_two_measures_of_one_name_are_refused(scores, turns):
    with pytest.raises(MeasureError, match="Two measures are called `length`"):
        add(scores, turns, measures=[length("max"), length("min")])


def test_columns_of_an_earlier_run_are_replaced(scores, turns):
    before = add(scores, turns, measures=[length("max"), rule(lambda: pl.lit(1), name="one")])
    after = add(before.scores, turns, measures=[length("min")])
    assert after.scores.columns == [*scores.columns, "length"]
    assert after.scores["length"].to_list() == [1, 1, 0]
