"""Merge the versions of edited tweets into one row each; `merge` calls this module.

Each version of an edited tweet is a tweet with an id of its own. The last version that a dump
contains stands for all of them, under its own id. Which ids are versions of one tweet is only known
from the edit histories of records, and later dumps may reveal more. So the table `Edits` keeps all
known versions, and each merge resolves them again: the result depends neither on the order of the
dumps nor on how many runs read them.

Without a single edited tweet, nothing here reads a row of tweets.
"""

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, SNOWFLAKE_EPOCH
from workbench.schemas import Edits, Tweets

#: Columns that name another tweet, perhaps by the id of an earlier version.
_REFERENCES = ("reply_to_id", "conversation_id", "quoted_id")

#: Fields that do not depend on the version. The largest value of all versions wins, as among the
#: occurrences of one version; the other fields are those of the last version.
_OF_ALL_VERSIONS = (
    *("author_id", "author_name", "reply_to_id", "reply_to_author_id", "conversation_id"),
    *("quoted_id", "likes", "retweets", "replies", "quotes"),
)


def resolve(pairs: pl.DataFrame, *, present: pl.DataFrame) -> dy.DataFrame[Edits]:
    """Find the version that stands for each edited tweet.

    Histories may be partial: one names versions 1 and 2, another 2 and 3. Versions that any chain
    of pairs connects belong to one tweet.

    Args:
        pairs: Rows of `RawEdits`, in any order.
        present: Ids that dumps contain, as `tweet_id`.

    Examples:
        >>> pairs = pl.DataFrame({"tweet_id": [1, 2, 8], "current_id": [2, 3, 9]})
        >>> resolve(pairs, present=pl.DataFrame({"tweet_id": [1, 2, 5]})).rows()
        [(1, 2), (2, 2), (3, 2), (8, 9), (9, 9)]
    """
    if pairs.is_empty():
        return Edits.create_empty()
    one, other = (pairs[name].to_numpy() for name in ("tweet_id", "current_id"))
    ids = np.unique(np.concatenate([one, other]))
    group = _connected(len(ids), np.searchsorted(ids, one), np.searchsorted(ids, other))
    versions = pl.DataFrame({"tweet_id": ids, "group": group})
    is_present = pl.col("tweet_id").is_in(
        present.join(versions, on="tweet_id", how="semi")["tweet_id"].implode()
    )
    last = pl.coalesce(pl.col("tweet_id").filter(is_present).max(), pl.col("tweet_id").max()).over(
        "group"
    )
    return versions.select("tweet_id", current_id=last).pipe(Edits.validate)


def _connected(
    total: int, one: NDArray[np.integer], other: NDArray[np.integer]
) -> NDArray[np.integer]:
    """Return a number for each node of a graph, equal for connected nodes.

    Args:
        total: Number of nodes.
        one: One end of each edge.
        other: The other end.
    """
    group: NDArray[np.integer] = np.arange(total)
    while True:
        before = group.copy()
        lower = np.minimum(group[one], group[other])
        np.minimum.at(group, group[one], lower)
        np.minimum.at(group, group[other], lower)
        group = group[group]
        if (group == before).all():
            return group


def without_replaced(ids: pl.DataFrame, edits: pl.DataFrame) -> pl.DataFrame:
    """Drop the ids of versions for which another one stands; keep the order of the rows."""
    if edits.is_empty():
        return ids
    replaced = edits.filter(pl.col("tweet_id") != pl.col("current_id"))
    return ids.join(replaced, on="tweet_id", how="anti", maintain_order="left")


def with_all_versions(
    deletions: pl.DataFrame, edits: pl.DataFrame, *, present: pl.DataFrame
) -> pl.DataFrame:
    """Add the other versions of deleted tweets: deleting one version deletes the tweet.

    Args:
        deletions: Columns `tweet_id` and `had_row`.
        edits: Rows of `Edits`.
        present: Ids that dumps contain, as `tweet_id`.

    Returns:
        The deletions, once each; `had_row` of an edited tweet is true if any version had a row.
    """
    if edits.is_empty() or deletions.is_empty():
        return deletions
    rows = (
        edits.lazy()
        .join(deletions.lazy(), on="tweet_id", how="left")
        .with_columns(is_deleted=pl.col("had_row").is_not_null())
        .filter(pl.col("is_deleted").any().over("current_id"))
        .join(
            present.lazy().select("tweet_id", is_present=pl.lit(value=True)),
            on="tweet_id",
            how="left",
        )
        .select(
            "tweet_id",
            had_row=pl.any_horizontal("had_row", "is_present").any().over("current_id"),
        )
        .collect()
    )
    others = deletions.join(rows, on="tweet_id", how="anti")
    return pl.concat([others, rows])


def with_last_if_deleted(
    edits: dy.DataFrame[Edits], deletions: pl.DataFrame
) -> dy.DataFrame[Edits]:
    """Let the last known version stand for deleted tweets, whether their rows are still there.

    Args:
        edits: Result of `resolve`.
        deletions: Result of `with_all_versions`.
    """
    if edits.is_empty():
        return edits
    deleted = edits.join(deletions, on="tweet_id", how="semi")
    last = deleted.with_columns(current_id=pl.col("tweet_id").max().over("current_id"))
    others = edits.join(deleted, on="tweet_id", how="anti")
    return pl.concat([others, last]).sort("tweet_id").pipe(Edits.validate)


def counts(edits: pl.DataFrame, *, kept: pl.DataFrame) -> dict[str, int]:
    """Count the edited tweets in the table.

    Args:
        edits: Rows of `Edits`.
        kept: Ids of the table, as `tweet_id`.

    Returns:
        `edited`: tweets of which several versions are known; `replaced`: their versions before the
        one that stands, in a dump or not; `outdated`: edited tweets whose last version no dump
        contains.
    """
    there = edits.join(kept, left_on="current_id", right_on="tweet_id", how="semi")
    earlier = there.filter(pl.col("tweet_id") < pl.col("current_id"))
    later = there.filter(pl.col("tweet_id") > pl.col("current_id"))
    return {
        "edited": there["current_id"].n_unique(),
        "replaced": earlier.height,
        "outdated": later["current_id"].n_unique(),
    }


def near(edits: pl.DataFrame, *, low: int, high: int) -> pl.DataFrame:
    """Return the versions with an id in a range, and the other versions of tweets in it."""
    return edits.filter(pl.any_horizontal(pl.col("tweet_id", "current_id").is_between(low, high)))


def in_range(raw: pl.LazyFrame, edits: pl.DataFrame, *, low: int, high: int) -> pl.LazyFrame:
    """Select the rows of the tweets in a range of current ids, with all of their versions.

    Args:
        raw: Rows of `RawTweets`.
        edits: Result of `near` for the range.
        low: First id of the range.
        high: Last id of the range.
    """
    tweet_id, current_id = pl.col("tweet_id"), pl.col("current_id")
    between = raw.filter(tweet_id.is_between(low, high))
    # A dump contains no version above the current one.
    above = edits.filter(current_id > high)["tweet_id"]
    if above.len():
        between = between.filter(~tweet_id.is_in(above.implode()))
    below = edits.filter(tweet_id < low)["tweet_id"]
    if below.is_empty():
        return between
    # With bounds, polars skips most of the file.
    bounds = tweet_id.is_between(below.min(), below.max())
    return pl.concat([between, raw.filter(bounds).filter(tweet_id.is_in(below.implode()))])


def with_current_ids(rows: pl.DataFrame, edits: pl.DataFrame) -> pl.DataFrame:
    """Replace the ids of other tweets in each row by those of the versions that stand for them."""
    if edits.is_empty():
        return rows
    return rows.with_columns(pl.col(_REFERENCES).replace(edits["tweet_id"], edits["current_id"]))


def merged(tweets: dy.DataFrame[Tweets], edits: pl.DataFrame) -> dy.DataFrame[Tweets]:
    """Merge the versions of each tweet into one row with the id of the current version.

    Text, language, hashtags, media and origin are those of the last version, counts the highest of
    all versions. The time is that of the first version, also if no dump contains it: replies to
    it may be older than the last version.

    Args:
        tweets: One row per version; all versions of a tweet or none.
        edits: Rows of `Edits`, at least those of these versions.

    Returns:
        One row per tweet, sorted by id.
    """
    if edits.is_empty():
        return tweets
    edited = tweets.join(edits, on="tweet_id")
    first = edits.group_by("current_id").agg(first_id=pl.col("tweet_id").min())
    time_of_id = pl.col("first_id") // 2**22 + SNOWFLAKE_EPOCH
    has_time = pl.col("first_id") >= FIRST_SNOWFLAKE
    of_last = pl.exclude("created_at", *_OF_ALL_VERSIONS).sort_by("tweet_id").last()
    rows = (
        edited.group_by("current_id")
        .agg(of_last, pl.col(_OF_ALL_VERSIONS).max(), pl.col("created_at").min())
        .join(first, on="current_id")
        .with_columns(
            tweet_id="current_id",
            created_at=pl.when(has_time)
            .then(time_of_id.cast(tweets.schema["created_at"]))
            .otherwise("created_at"),
        )
        .select(Tweets.column_names())
    )
    others = tweets.join(edits, on="tweet_id", how="anti", maintain_order="left")
    # The others are checked and sorted already.
    return Tweets.cast(others.merge_sorted(Tweets.validate(rows.sort("tweet_id")), "tweet_id"))
