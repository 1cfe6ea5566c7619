"""Mark functions as measures."""

import polars as pl
import pytest

import workbench
from workbench.exceptions import MeasureError
from workbench.measures import RuleExpression, Scorer


def test_scorer_takes_name_and_meaning_from_the_function():
    @workbench.scorer
    def shouting(threads):
        """Capital letters, as a share.

        Not more.
        """
        return threads["prompt"]

    assert isinstance(shouting, Scorer)
    assert (shouting.name, shouting.of, shouting.by) == ("shouting", "threads", "opening")
    assert shouting.about == "Capital letters, as a share."
    assert shouting(pl.DataFrame({"prompt": ["A"]})).to_list() == ["A"]


def test_rule_takes_its_name_from_an_argument():
    big = workbench.rule(name="big", unit="turns")(lambda: pl.col("turns") > 9)
    assert isinstance(big, RuleExpression)
    assert (big.name, big.unit) == ("big", "turns")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"name": "turns"}, "built-in"),
        ({"name": "Shout!"}, "lower-case"),
        ({"name": "passes_x"}, "built-in"),
        ({"of": "tweets"}, "of='tweets'"),
        ({"by": "median"}, "by='median'"),
        ({"higher": "good"}, "higher='good'"),
    ],
)
def test_wrong_arguments_are_refused(arguments, problem):
    with pytest.raises(MeasureError, match=problem):
        workbench.scorer(**({"name": "fine"} | arguments))(lambda frame: frame)
