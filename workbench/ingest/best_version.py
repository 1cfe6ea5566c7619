"""Merge the occurrences of a tweet into one row, field by field, whatever their order.

`merge` calls `from_raw_tweets` for one range of ids after another.
"""

import dataframely as dy
import polars as pl

from workbench.schemas import RawTweets, Tweets
from workbench.text import language

#: Fields of which the largest value wins. A null never wins.
_LARGEST = (
    *("author_id", "author_name", "reply_to_id", "reply_to_author_id", "conversation_id"),
    *("quoted_id", "likes", "retweets", "replies", "quotes", "is_sensitive", "has_media"),
)

#: The first text by these columns wins: whole before truncated, then the longest.
_BEST_TEXT = ("is_truncated", "-characters", "text")

#: The first origin by these columns wins: a record of its own, in a whole member.
_BEST_ORIGIN = ("is_embedded", "is_partly_read", "member", "line", "source")


def from_raw_tweets(
    raw: dy.DataFrame[RawTweets], *, damaged: pl.Series | None = None
) -> dy.DataFrame[Tweets]:
    """Merge all occurrences of each tweet into one row.

    The longest text wins (a whole one before a truncated one), the highest counts, and the union
    of hashtags. A tweet with a record of its own is not embedded, and that record is its origin,
    preferably one in a whole member. Merging merged rows again changes nothing, in any order.

    Args:
        raw: Any number of rows per tweet, in any order.
        damaged: Keys of the members that were not read to their end.

    Returns:
        One row per tweet, sorted by id.

    Examples:
        >>> raw = RawTweets.sample(
        ...     2, overrides={"tweet_id": 7, "text": ["a", "a b"], "likes": [3, 1]}
        ... )
        >>> from_raw_tweets(raw).select("tweet_id", "likes").rows()
        [(7, 3)]
    """
    occurrences = pl.len().over("tweet_id")
    single = raw.filter(occurrences == 1)
    repeated = raw.filter(occurrences > 1)
    if repeated.height:
        members = pl.Series([], dtype=pl.Int64) if damaged is None else damaged
        single = pl.concat([single, _merged(repeated, damaged=members)])
    return single.sort("tweet_id").pipe(Tweets.validate)


def _merged(raw: pl.DataFrame, *, damaged: pl.Series) -> pl.DataFrame:
    ranked = raw.with_columns(
        pl.col("text").str.len_chars().cast(pl.Int64).neg().alias("-characters"),
        is_partly_read=pl.col("member").is_in(damaged.implode()),
        known_lang=pl.when(language.names_language("lang")).then("lang"),
    )
    return (
        ranked.group_by("tweet_id")
        .agg(
            pl.col("text", "is_truncated").sort_by(_BEST_TEXT).first(),
            pl.col("source", "member", "line").sort_by(_BEST_ORIGIN).first(),
            pl.col(_LARGEST).max(),
            pl.col("created_at").min(),
            pl.col("hashtags").list.explode().unique().drop_nulls().sort(),
            pl.col("is_embedded").min(),
            lang=pl.coalesce(pl.col("known_lang").max(), pl.col("lang").max()),
        )
        .select(RawTweets.column_names())
    )
