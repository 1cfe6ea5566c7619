"""How many authors post the same words."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.scores import bursts

NOON = datetime(2019, 7, 3, 12, tzinfo=UTC)

posts = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from("ab"), st.integers(0, 80)),
    min_size=1,
    max_size=25,
)


def frame(rows):
    """Make tweets from (author, text, hours after noon or None), with ids from 1."""
    at = [None if hours is None else NOON + timedelta(hours=hours) for _, _, hours in rows]
    return pl.DataFrame(
        {
            "tweet_id": range(1, len(rows) + 1),
            "author_id": [author for author, _, _ in rows],
            "text": [text for _, text, _ in rows],
            "created_at": at,
            "reply_to_id": [None] * len(rows),
        },
        schema_overrides={
            "author_id": pl.Int64,
            "created_at": pl.Datetime("ms", "UTC"),
            "reply_to_id": pl.Int64,
        },
    )


@given(posts, st.integers(1, 25), st.integers(1, 9))
def test_from_openings_counts_authors_of_the_same_words_within_a_day(rows, threads, at_once):
    tweets = frame([(author, f"Vote for {name}!", hours) for author, name, hours in rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bursts, "AT_ONCE", at_once)
        counts = bursts.from_openings(tweets.head(threads), tweets=tweets.lazy())

    def within(one, hours):
        same = [row for row in rows if row[1] == one[1]]
        return {row[0] for row in same if abs(row[2] - one[2]) < hours}

    for one, burst in zip(rows, counts, strict=False):
        # At least one of the half windows around a post shares a window with it.
        assert max(1, (len(within(one, bursts.HOURS / 2)) + 1) // 2) <= burst
        assert burst <= len(within(one, bursts.HOURS))


@given(posts)
def test_from_openings_counts_the_same_in_tweets_and_openings(rows):
    tweets = frame([(author, f"vote {name} @you", hours) for author, name, hours in rows])
    alone = bursts.from_openings(tweets)
    assert bursts.from_openings(tweets, tweets=tweets.lazy()).to_list() == alone.to_list()


def test_from_openings_counts_original_tweets_without_replies():
    texts = ["Win a phone 1", "win a PHONE 2 https://t.co/x", "win a phone 33!"]
    texts += ["RT @a: win a phone 1", "@a win a phone"]
    tweets = frame([(author, text, 1) for author, text in enumerate(texts)])
    tweets = tweets.with_columns(reply_to_id=pl.Series([None, None, None, None, 7]))
    assert bursts.from_openings(tweets.head(1)).to_list() == [1]
    assert bursts.from_openings(tweets.head(1), tweets=tweets.lazy()).to_list() == [3]


def test_from_openings_ignores_texts_without_words():
    rows = [(1, "@a https://t.co/x", 0), (2, "23 😀", 0), (3, "#help", None), (4, "#help", None)]
    tweets = frame([*rows, (5, "#help", 0)])
    counts = bursts.from_openings(tweets, tweets=tweets.lazy())
    assert counts.to_list() == [0, 0, 2, 2, 1]


def test_from_openings_reports_progress(monkeypatch):
    monkeypatch.setattr(bursts, "AT_ONCE", 2)
    tweets, calls = frame([(1, "a", 0)] * 5), []
    bursts.from_openings(tweets, tweets=tweets.lazy(), on_progress=lambda *at: calls.append(at))
    assert calls == [(2, 5), (4, 5), (5, 5)]
