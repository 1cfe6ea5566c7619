"""Names and kinds of own measures."""

import polars as pl
import pytest

from workbench.schemas import Scores
from workbench.schemas.own_measures import OwnMeasure, of_columns, problem_of_name


@pytest.mark.parametrize(
    "name", [*Scores.column_names(), "by_hand", "kept_by_hand", "passes_x", "Mood", "", "a" * 61]
)
def test_names_with_another_meaning_are_refused(name):
    assert problem_of_name(name)


def test_columns_beyond_the_schema_are_own_measures():
    columns = Scores.create_empty().schema | {"mood": pl.Float64(), "tags": pl.List(pl.String)}
    assert of_columns(columns) == [OwnMeasure("mood", "score")]
    known = OwnMeasure("mood", "score", about="Known.")
    assert of_columns(columns, {"mood": known}) == [known]
    assert known.measure.title == "Mood"
