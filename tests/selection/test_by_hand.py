"""Decisions by hand outrank the rules."""

import polars as pl
import pytest

from workbench import selection
from workbench.exceptions import StageError
from workbench.recipe import CATALOGUE, SelectSettings
from workbench.selection import by_hand

SETTINGS = SelectSettings.model_validate(
    {name: {} for name in CATALOGUE} | {"turns": {"min": 3}, "own": {"mood": {"min": 0.5}}}
)


def decisions(*rows):
    return pl.DataFrame([(*row, "") for row in rows], schema=by_hand.SCHEMA, orient="row")


@pytest.fixture
def scores():
    return pl.DataFrame(
        {"thread_id": [1, 2, 3, 4], "turns": [5, 5, 2, 2], "mood": [0.9, 0.9, None, 0.1]}
    )


def test_kept_and_dropped_threads_count_under_a_rule_of_their_own(scores):
    decided = decisions(("thread", 1, "drop"), ("thread", 3, "keep"), ("thread", 99, "keep"))
    verdicts = selection.from_scores(scores, settings=SETTINGS, decisions=decided)
    assert verdicts["kept"].to_list() == [False, True, True, False]
    assert verdicts["removed_by"].to_list() == ["by_hand", None, None, "turns"]
    counted = selection.attribution(verdicts).select("title", "removed_first", "removed_only")
    assert counted.rows() == [("By hand", 1, 1), ("Turns", 1, 0), ("Mood", 0, 0)]
    assert selection.attribution(verdicts)["kept_by_hand"].to_list() == [1, 0, 0]
    assert verdicts["kept_by_hand"].to_list() == [False, False, True, False]
    assert selection.funnel(verdicts)["left"].to_list()[-1] == 2


def test_decisions_on_turns_alone_change_no_verdict(scores):
    decided = decisions(("turn", 1, "drop"))
    verdicts = selection.from_scores(scores, settings=SETTINGS, decisions=decided)
    assert "passes_by_hand" not in verdicts.columns
    assert by_hand.counts(decided) == (0, 0, 0, 1)


def test_a_mask_of_the_caller_is_counted_like_that_of_a_rule(scores):
    verdicts = selection.from_scores(scores, settings=SETTINGS)
    verdicts = verdicts.with_columns(passes_x=pl.Series([True, False, True, True]))
    assert selection.attribution(verdicts)["title"].to_list()[-1] == "X"
    with pytest.raises(StageError, match="set `require = true`"):
        selection.from_scores(scores.with_columns(passes_x=True), settings=SETTINGS)


def test_a_thread_that_every_rule_keeps_is_not_kept_against_the_rules(scores):
    decided = decisions(("thread", 1, "keep"), ("thread", 4, "drop"))
    verdicts = selection.from_scores(scores, settings=SETTINGS, decisions=decided)
    assert by_hand.kept_anyway(verdicts) == 0
    assert by_hand.kept_anyway(selection.from_scores(scores, settings=SETTINGS)) == 0
