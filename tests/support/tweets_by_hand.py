"""Tweets by hand: a few columns given, the rest filled in."""

from datetime import UTC, datetime, timedelta

import polars as pl

from workbench.schemas import Tweets

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


def make_tweets(*rows):
    """Tweets of dicts with a few columns; a tweet is written at second `tweet_id`."""
    filled = [
        {
            "text": f"text {row['tweet_id']}",
            "hashtags": [],
            "source": "test",
            "member": 0,
            "line": 1,
        }
        | {name: False for name in ("is_truncated", "has_media", "is_embedded")}
        | {"created_at": BEGAN + timedelta(seconds=row["tweet_id"] % 10**9), "author_id": 1}
        | row
        for row in rows
    ]
    columns = {name: [row.get(name) for row in filled] for name in Tweets.column_names()}
    return pl.DataFrame(columns, strict=False).pipe(Tweets.validate, cast=True)


def tweet(tweet_id, reply_to_id=None, conversation_id=None, **columns):
    return columns | {
        "tweet_id": tweet_id,
        "reply_to_id": reply_to_id,
        "conversation_id": conversation_id,
    }
