"""Batches of threads: their plan, their trees and their counts."""

import polars as pl
import pytest

from tests.support import kept
from tests.support.exports_by_hand import SECRET
from workbench.exceptions import ExportError
from workbench.export import batches, formats
from workbench.recipe import ExportSettings


def test_plan_keeps_threads_whole_and_in_order(turns):
    facts, verdicts = kept.threads(turns).reverse(), kept.verdicts(turns, removed=(20,))
    plan = batches.plan(facts, verdicts, turns_at_once=4)
    assert plan.select("thread_id", "turns").rows() == [(1, 5), (30, 2), (40, 2)]
    assert plan["batch"].is_sorted()
    assert plan["batch"].n_unique() == 2
    assert batches.plan(facts, verdicts, turns_at_once=100)["batch"].unique().to_list() == [0]


def test_plan_fails_if_nothing_is_kept(turns):
    nothing = kept.verdicts(turns, removed=(1, 20, 30, 40))
    with pytest.raises(ExportError, match="None of 4 threads is kept"):
        batches.plan(kept.threads(turns), nothing, turns_at_once=4)


@pytest.mark.parametrize("turns_at_once", [1, 4, 100])
def test_read_builds_the_same_trees_in_any_batches(turns, turns_at_once):
    facts, verdicts = kept.threads(turns), kept.verdicts(turns)
    targets = [formats.by_name("messages"), formats.by_name("dialog")]
    plan = batches.plan(facts, verdicts, turns_at_once=turns_at_once)
    parts = list(
        batches.read(turns, plan, targets=targets, settings=ExportSettings(), secret=SECRET)
    )
    assert len(parts) == plan["batch"].n_unique()
    assert sum(part.threads for part in parts) == 4
    assert sum(part.turns for part in parts) == turns.height
    for kind in ("alternating", "whole"):
        roots = [root for part in parts for root in part.trees[kind]]
        assert [root.thread_id for root in roots] == [1, 20, 30]
    assert sum((part.privacy["email"] for part in parts), 0) == 1


def test_read_counts_turns_without_a_place_as_the_table_of_threads_does(turns):
    strays = turns.with_columns(is_placed=~pl.col("tweet_id").is_in([2, 31]))
    plan = batches.plan(kept.threads(strays), kept.verdicts(strays), turns_at_once=100)
    (batch,) = batches.read(
        strays,
        plan,
        targets=[formats.by_name("dialog")],
        settings=ExportSettings(),
        secret=SECRET,
    )
    # Tweets 3 and 4 are below tweet 2, and tweet 30 has no answer any more.
    assert batch.cuts["whole"]["not_placed"] == 2
    assert batch.cuts["whole"]["below_a_cut"] == 2


def test_read_computes_user_ids_only_for_formats_that_need_them(turns):
    plan = batches.plan(kept.threads(turns), kept.verdicts(turns), turns_at_once=100)
    for name, has_ids in (("messages", False), ("oasst", True)):
        (batch,) = batches.read(
            turns,
            plan,
            targets=[formats.by_name(name)],
            settings=ExportSettings(),
            secret=SECRET,
        )
        assert (batch.trees["alternating"][0].user_id is not None) == has_ids


def test_read_fails_if_a_kept_thread_has_no_turns(turns):
    plan = batches.plan(kept.threads(turns), kept.verdicts(turns), turns_at_once=100)
    without = turns.filter(pl.col("thread_id") != 30)
    with pytest.raises(ExportError, match="1 of 4 kept threads are missing"):
        list(batches.read(without, plan, targets=[], settings=ExportSettings(), secret=SECRET))
