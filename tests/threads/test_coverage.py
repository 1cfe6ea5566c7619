"""How many parents and roots are present, and which means found them."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from tests.support.tweets_by_hand import make_tweets, tweet
from workbench.threads import coverage


@pytest.fixture
def tweets():
    """Make a complete thread, one with an embedded root and one linked by its conversation."""
    return make_tweets(
        tweet(10),
        tweet(11, 10),
        tweet(20, is_embedded=True),
        tweet(21, 20),
        tweet(22, 21),
        tweet(30),
        tweet(35, None, 30, source="other"),
        tweet(36, 34, 30, source="other"),
        tweet(41, 40, source="other"),
        tweet(42, 41, source="other"),
    )


def test_by_source_counts_what_each_means_adds(tweets):
    assert coverage.by_source(tweets).to_dicts() == [
        {
            "source": "other",
            "tweets": 4,
            "embedded": 0,
            "replies": 4,
            "by_conversation": 1,
            "with_parent": 1,
            "with_root": 2,
            "parent_share": 0.25,
            "root_share": 0.5,
            "parents_by_embedding": 0,
            "roots_by_embedding": 0,
            "roots_by_conversation": 2,
        },
        {
            "source": "test",
            "tweets": 6,
            "embedded": 1,
            "replies": 3,
            "by_conversation": 0,
            "with_parent": 3,
            "with_root": 3,
            "parent_share": 1.0,
            "root_share": 1.0,
            "parents_by_embedding": 1,
            "roots_by_embedding": 2,
            "roots_by_conversation": 0,
        },
    ]


def test_by_day_splits_by_date_and_keeps_undated_tweets():
    days = [datetime(2020, 1, day, 23, tzinfo=UTC) for day in (1, 2)]
    tweets = make_tweets(
        tweet(1, created_at=days[0]), tweet(2, 1, created_at=days[1]), tweet(3, 1, created_at=None)
    )
    rows = coverage.by_day(tweets.lazy())
    assert rows.select("day", "tweets", "replies", "with_parent", "parent_share").rows() == [
        (date(2020, 1, 1), 1, 0, 0, None),
        (date(2020, 1, 2), 1, 1, 1, 1.0),
        (None, 1, 1, 1, 1.0),
    ]


def test_by_source_counts_every_tweet_once(tweets):
    doubled = pl.concat([tweets, tweets.with_columns(pl.col("tweet_id") + 1000)])
    assert coverage.by_source(doubled)["tweets"].sum() == 2 * tweets.height


def test_by_source_reads_narrow_columns_only(tweets):
    narrow = ("tweet_id", "reply_to_id", "quoted_id", "conversation_id", "is_embedded", "source")
    assert coverage.by_source(tweets.select(narrow)).equals(coverage.by_source(tweets))


def _days(count):
    start = datetime(2019, 12, 20, tzinfo=UTC)
    rows = [tweet(1, created_at=None), tweet(2, 1, created_at=None)]
    for day in range(count):
        at = start + timedelta(days=day)
        rows += [tweet(10 * day + 10, created_at=at), tweet(10 * day + 11, 9, created_at=at)]
        rows.append(tweet(10 * day + 12, 10 * day + 10, created_at=at))
    return coverage.by_day(make_tweets(*rows))


@pytest.mark.parametrize("unit", ["month", "year"])
def test_by_period_keeps_the_sums(unit):
    days = _days(400)
    rows = coverage.by_period(days, unit=unit)
    assert rows.columns == [unit, *days.columns[1:]]
    counts = pl.exclude(unit, "day", "parent_share", "root_share").sum()
    assert rows.select(counts).equals(days.select(counts))
    assert rows.filter(pl.col(unit).is_null())["replies"].to_list() == [1]
    assert rows["parent_share"].to_list() == [0.5] * (rows.height - 1) + [1.0]


@pytest.mark.parametrize(("count", "unit"), [(39, "day"), (40, "month"), (400, "month")])
def test_unit_of_is_the_finest_that_fits(count, unit):
    days = _days(count)
    assert coverage.finest_unit(days, most=40) == unit
    assert coverage.finest_unit(days, most=2) == "year"


def test_by_day_of_no_tweets_is_empty():
    assert coverage.by_day(make_tweets()).height == 0
