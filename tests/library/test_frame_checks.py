"""A frame of one's own becomes a table, or is refused by the names of its columns."""

import polars as pl
import pytest

from workbench.exceptions import StageError
from workbench.library import frame_checks
from workbench.schemas import Labels, Turns

ROWS = {"tweet_id": [1], "label": ["no"], "labeller": ["ann"], "text": ["x"]}


def test_unknown_columns_are_filled_and_others_dropped():
    rows = pl.DataFrame(ROWS | {"mood": ["a"]})
    at = pl.lit(0).cast(pl.Datetime("ms", "UTC"))
    versioned = rows.with_columns(labelled_at=at, text_version=pl.lit("0" * 16))
    complete = frame_checks.complete(versioned, Labels)
    assert complete.columns == Labels.column_names()
    assert complete["parent_id"].to_list() == [None]


def test_missing_columns_are_named():
    with pytest.raises(StageError, match=r"lacks `thread_id`, `tweet_id`(.|\n)*schemas\.Turns"):
        frame_checks.complete(pl.LazyFrame({"text": ["x"]}), Turns)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("tweet_id", [1.0], "`tweet_id` are floats, which cannot hold 19 digits(.|\n)*texts"),
        ("parent_id", [None, 1.0], "`parent_id` are floats"),
        ("tweet_id", [1, 1], "the rule `one_label_per_person` fails in 2 rows"),
        ("label", [None], "`label` is missing in 1 row"),
        ("tweet_id", ["one"], "`tweet_id` is of another type in 1 row"),
    ],
)
def test_wrong_values_are_named_in_plain_words(column, value, words):
    rows = ROWS | {"labelled_at": [0], "text_version": ["0" * 16], column: value}
    frame = pl.DataFrame({name: pl.Series(v * (len(value) // len(v))) for name, v in rows.items()})
    with pytest.raises(StageError, match=words):
        frame_checks.complete(frame.cast({"labelled_at": pl.Datetime("ms", "UTC")}), Labels)
