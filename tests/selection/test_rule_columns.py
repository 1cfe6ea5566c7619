"""Rules on own measures need a column of the right type."""

import polars as pl
import pytest

from workbench.exceptions import StageError
from workbench.recipe import SelectSettings
from workbench.selection import rule_columns

COLUMNS = {
    "mood": pl.Float64(),
    "topic": pl.String(),
    "big": pl.Boolean(),
    "tags": pl.List(pl.String),
}


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({"gone": {"min": 1}}, r"no measure `gone`.*workbench scores add"),
        ({"topic": {"min": 1}}, r"whose values are texts.*`any_of`"),
        ({"big": {"any_of": ["a"]}}, r"whose values are true or false.*`require`"),
        ({"mood": {"require": True}}, r"whose values are numbers.*`min`"),
        ({"tags": {"any_of": ["a"]}}, r"List\(String\).*no rule"),
    ],
)
def test_rules_that_do_not_fit_are_refused(own, problem):
    with pytest.raises(StageError, match=f"(?s){problem}"):
        rule_columns.check(COLUMNS, settings=SelectSettings(own=own))


def test_rules_that_are_off_need_no_column():
    rule_columns.check(COLUMNS, settings=SelectSettings(own={"gone": {}, "mood": {"min": 1}}))
