"""The same value has the same digits everywhere."""

import math
from datetime import datetime

import pytest

from workbench.display import numbers


@pytest.mark.parametrize(
    ("value", "column", "shown"),
    [
        (0.87314, "suitability", "0.87"),
        (0.87314, "link_share", "0.87"),
        (1, "similarity", "1.00"),
        (1234, "turns", "1,234"),
        (7300, "first_reply_seconds", "2 h 1 min"),
        (None, "answer", "-"),
        (math.nan, "answer", "-"),
        (True, "is_complete", "yes"),
        ("en", "language", "en"),
        (datetime(2019, 7, 3, 6, 29), "started_at", "3 Jul 2019, 06:29 UTC"),
        (7, "a column without a text", "7"),
        (0.5, "a column without a text", "0.50"),
    ],
)
def test_a_value_is_shown_by_the_kind_of_its_column(value, column, shown):
    assert numbers.measure(value, column) == shown


def test_a_score_never_looks_equal_to_a_bound_that_it_misses():
    assert numbers.score(0.1796, bounds=[0.18]) != "0.18"
    assert numbers.score(0.18, bounds=[0.18]) == "0.18"
    assert numbers.score(0.25, bounds=[0.18]) == "0.25"


def test_percentages_do_not_round_a_few_to_none_or_most_to_all():
    assert numbers.percent(1, 10**6) == "<0.1%"
    assert numbers.percent(10**6 - 1, 10**6) == ">99.9%"
