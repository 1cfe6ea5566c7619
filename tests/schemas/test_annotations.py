"""Schemas of instructions and labels: which label suits a tweet, and one label per person."""

from datetime import UTC, datetime

import polars as pl
import pytest

from workbench.schemas import Labels

ROW = {
    "tweet_id": 1,
    "parent_id": None,
    "thread_id": None,
    "author_id": None,
    "label": "fits",
    "labeller": "ann",
    "labelled_at": datetime(2024, 1, 1, tzinfo=UTC),
    "text": "why?",
    "parent_text": None,
    "text_version": "0" * 16,
    "is_random": None,
}


def is_valid(*rows):
    schema = {name: column.dtype for name, column in Labels.columns().items()}
    return Labels.is_valid(pl.DataFrame(list(rows), schema=schema))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"label": "answers"}, False),
        ({"parent_id": 2, "label": "answers"}, True),
        ({"label": "great"}, False),
        ({"tweet_id": 0}, False),
        ({"text_version": "v1"}, False),
    ],
)
def test_labels_suit_what_they_label(changed, expected):
    assert is_valid(ROW | changed) == expected


def test_a_person_has_one_label_for_the_same_text():
    assert not is_valid(ROW, ROW | {"label": "no"})
    assert is_valid(ROW, ROW | {"label": "no", "labeller": "bob"})
    assert is_valid(ROW, ROW | {"label": "no", "text_version": "1" * 16})
