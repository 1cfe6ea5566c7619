"""Tweets tables made without a dump."""

from collections import Counter

import polars as pl
import pytest

from workbench import sample
from workbench.schemas import Tweets


def test_skeleton_has_the_requested_shares():
    table = sample.skeleton(200_000, replies=0.3, linked=0.2, deep=500).pipe(Tweets.validate)
    known = pl.col("reply_to_id").is_in(table["tweet_id"].implode())
    linked = table.filter(known)
    replies = table["reply_to_id"].is_not_null().sum()
    assert table["tweet_id"].is_sorted()
    assert replies / table.height == pytest.approx(0.3, rel=0.02)
    assert linked.height / replies == pytest.approx(0.2, rel=0.05)
    assert table.filter(pl.col("reply_to_id") >= pl.col("tweet_id")).is_empty()
    authors = table.select(reply_to_id="tweet_id", author="author_id")
    joined = linked.join(authors, on="reply_to_id")
    assert joined.height == linked.height
    assert joined.select((pl.col("author") == pl.col("reply_to_author_id")).all()).item()


def test_skeleton_has_chains_of_the_requested_depth():
    table = sample.skeleton(100_000, deep=150)
    parents = dict(table.select("tweet_id", "reply_to_id").iter_rows())
    depths = {}
    for tweet, parent in parents.items():
        depths[tweet] = depths[parent] + 1 if parent in parents else 0
    assert 150 <= max(depths.values()) < 170
    assert Counter(depths.values())[140] >= 3


def test_write_skeleton_parts_make_up_the_whole(tmp_path):
    steps = []
    paths = sample.write_skeleton(
        tmp_path / "tweets",
        tweets=10_000,
        seed=3,
        part_rows=3_000,
        on_progress=lambda *step: steps.append(step),
    )
    assert [path.name for path in paths] == [f"part-{part:05}.parquet" for part in range(4)]
    parts = [pl.read_parquet(path) for path in paths]
    assert [part.height for part in parts] == [3_000, 3_000, 3_000, 1_000]
    assert pl.concat(parts).equals(sample.skeleton(10_000, seed=3))
    assert steps[-1] == (10_000, 10_000)


def test_skeleton_works_for_few_rows():
    assert [sample.skeleton(rows).height for rows in (0, 1, 2, 30)] == [0, 1, 2, 30]
    assert sample.skeleton(50, replies=0)["reply_to_id"].null_count() == 50
