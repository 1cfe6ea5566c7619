"""Threads: every tweet placed under the tweet that opened its conversation."""

from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from workbench.progress import OnProgress, silent
from workbench.recipe import ThreadSettings
from workbench.schemas import Threads, Turns
from workbench.threads import links, pointer_jumping

#: What reading the ids, linking them, reading the text and adding up are called in the progress.
STEPS = 4


class Forest(NamedTuple):
    """The threads of a table of tweets.

    Args:
        turns: One row per tweet of a thread, in reading order.
        threads: One row per thread, facts that need no text.
        counts: What became of the tweets: `tweets`, `replies` (tweets that say what they answer),
            `linked`, `orphans` (replies whose parent is not in the data), `missing` (parents that
            are not), `cut_self`, `cut_older`, `inferred`, `components` (threads, single tweets
            included); and what was kept: `threads`, `complete`, `turns`, `deepest`, `largest`.
    """

    turns: dy.DataFrame[Turns]
    threads: dy.DataFrame[Threads]
    counts: dict[str, int]


def from_tweets(
    tweets: pl.LazyFrame | pl.DataFrame,
    *,
    settings: ThreadSettings | None = None,
    on_progress: OnProgress = silent,
) -> Forest:
    """Place every tweet in a thread.

    Ids are linked first; the other columns are read for the tweets that end up in a thread only.
    A reply whose parent is missing opens a fragment, which is kept and marked. Replies to
    themselves and to younger tweets are cut and counted. Where the settings say so, fragments are
    gathered by their conversation id (see `links.from_skeleton` for what outranks what): below the
    opening tweet, or side by side as several roots of one thread if that is missing.

    Args:
        tweets: One row per tweet, in any order.
        settings: How to link, and which threads to keep.
        on_progress: Told after each of the four steps.

    Returns:
        The turns, the threads and the counts, in an order that depends on ids only.

    Raises:
        StageError: If two tweets have the same id.

    Examples:
        >>> from workbench.schemas import Tweets
        >>> tweets = Tweets.sample(
        ...     overrides={
        ...         "tweet_id": [11, 12, 13, 14],
        ...         "reply_to_id": [None, 11, 9, 12],
        ...         "conversation_id": None,
        ...         "created_at": None,
        ...     }
        ... )
        >>> forest = from_tweets(tweets)
        >>> forest.turns.select("thread_id", "tweet_id", "parent_id", "depth").rows()
        [(11, 11, None, 0), (11, 12, 11, 1), (11, 14, 12, 2)]
        >>> forest.counts["orphans"], forest.counts["components"]
        (1, 2)
    """
    settings = settings or ThreadSettings()
    tweets = tweets.lazy()
    on_progress(0, STEPS)
    skeleton = links.skeleton(tweets, settings=settings)
    on_progress(1, STEPS)
    linked = links.from_skeleton(
        skeleton, gather=settings.use_conversation_id, keep_single=settings.min_turns == 1
    )
    counts = linked.counts
    del skeleton
    places, components = _places(linked, min_turns=settings.min_turns)
    counts["components"] = counts["tweets"] - len(linked.tweet_ids) + components
    del linked
    on_progress(2, STEPS)
    placed = _with_text(places, tweets, settings=settings)
    on_progress(3, STEPS)
    threads = _facts(placed).pipe(Threads.validate)
    turns = placed.select(Turns.column_names()).pipe(Turns.validate)
    kept = threads.select(
        threads=pl.len(),
        complete=pl.col("is_complete").sum(),
        turns=pl.col("turns").cast(pl.Int64).sum(),
        deepest=pl.col("depth").max().fill_null(0),
        largest=pl.col("turns").max().fill_null(0),
    )
    on_progress(4, STEPS)
    return Forest(turns, threads, counts | kept.row(0, named=True))


def _places(linked: links.Links, *, min_turns: int) -> tuple[pl.DataFrame, int]:
    """Give each turn of a large enough thread its place; count the threads of any size."""
    _, thread, sizes = np.unique(linked.thread_ids, return_inverse=True, return_counts=True)
    kept = sizes[thread] >= min_turns
    # A thread stays or goes as a whole, so that every parent of a kept turn is kept.
    ids = linked.tweet_ids[kept]
    parents = (np.cumsum(kept) - 1)[linked.parents[kept]]
    numbers = (np.cumsum(sizes >= min_turns) - 1)[thread[kept]]
    places = pl.DataFrame(
        {
            "tweet_id": ids,
            "thread_id": linked.thread_ids[kept],
            "parent_id": np.where(parents == np.arange(len(ids)), 0, ids[parents]),
            "depth": linked.depths[kept],
            "position": pointer_jumping.reading_order(parents, numbers),
            "is_inferred": linked.is_inferred[kept],
            "lacks_parent": linked.lacks_parent[kept],
            "missing_id": linked.missing_ids[kept],
        }
    )
    has_id = pl.col("parent_id", "missing_id") > 0
    return places.with_columns(pl.when(has_id).then(pl.col("parent_id", "missing_id"))), len(sizes)


def _with_text(
    places: pl.DataFrame, tweets: pl.LazyFrame, *, settings: ThreadSettings
) -> pl.DataFrame:
    """Read the rest of the columns, for the placed tweets only, and put them in reading order."""
    kept = [name for name in Turns.column_names() if name not in places.columns]
    rest = tweets.select("tweet_id", *kept, "quoted_id").filter(
        pl.col("tweet_id").is_in(places["tweet_id"].implode())
    )
    rest = rest.with_columns(reply_to_id=links.reply_id(settings)).drop("quoted_id")
    found = rest.collect(engine="streaming")
    if not found["tweet_id"].is_sorted():
        found = found.sort("tweet_id")
    order = places.select(pl.arg_sort_by("thread_id", "position")).to_series()
    # A column at a time, so that never two copies of the text are there.
    columns = {name: found.drop_in_place(name).rechunk().gather(order) for name in found.columns}
    return pl.DataFrame(columns).hstack(places.drop("tweet_id").select(pl.all().gather(order)))


def _facts(placed: pl.DataFrame) -> pl.DataFrame:
    """Add up each thread.

    An author who is not known is nobody else's author: such a turn is not by the opener (unless it
    is the root) and does not alternate.

    Args:
        placed: Its turns in reading order, with `lacks_parent` and `missing_id`.
    """
    narrow = placed.lazy().select(
        *("thread_id", "tweet_id", "parent_id", "depth", "position", "author_id", "created_at"),
        *("is_sensitive", "is_truncated", "lacks_parent", "missing_id", "hashtags"),
    )
    roots = placed.lazy().filter(pl.col("position") == 0)
    roots = roots.select(
        *("thread_id", "lang", "likes", "source"),
        root_id="tweet_id",
        opener_id="author_id",
        asked_at="created_at",
    )
    above = narrow.select(parent_id="tweet_id", author_above="author_id")
    threads = (
        narrow.join(above, on="parent_id", how="left")
        .join(roots, on="thread_id")
        .group_by("thread_id")
        .agg(_sums())
        .join(roots, on="thread_id")
        .with_columns(
            is_complete=pl.col("missing_parents") == 0,
            span_seconds=(pl.col("ended_at") - pl.col("started_at")).dt.total_seconds(),
            first_reply_seconds=(pl.col("answered_at") - pl.col("asked_at")).dt.total_seconds(),
        )
    )
    # The opening tweet of a conversation is missing too where no reply names it as its parent.
    opener = roots.filter(pl.col("root_id") != pl.col("thread_id"))
    missing = pl.concat(
        [
            narrow.select("thread_id", "missing_id"),
            opener.select("thread_id", missing_id="thread_id"),
        ]
    )
    for column, values in {
        "missing_ids": missing.rename({"missing_id": "missing_ids"}),
        "hashtags": narrow.select("thread_id", pl.col("hashtags")).explode("hashtags"),
    }.items():
        lists = values.drop_nulls().unique().sort(column).group_by("thread_id", maintain_order=True)
        threads = threads.join(lists.agg(column), on="thread_id", how="left").with_columns(
            pl.col(column).fill_null([])
        )
    per_depth = narrow.group_by("thread_id", "depth").agg(width=pl.len())
    width = per_depth.group_by("thread_id").agg(pl.col("width").max())
    threads = threads.join(width, on="thread_id").select(Threads.column_names()).sort("thread_id")
    return threads.collect(engine="streaming")


def _sums() -> list[pl.Expr]:
    author, created = pl.col("author_id"), pl.col("created_at")
    is_root = pl.col("tweet_id") == pl.col("root_id")
    answers_root = pl.col("parent_id") == pl.col("root_id")
    is_opener = (author == pl.col("opener_id")).fill_null(value=False) | is_root
    return [
        pl.len().alias("turns"),
        pl.col("depth").max(),
        answers_root.sum().alias("replies"),
        author.drop_nulls().n_unique().clip(1).alias("participants"),
        is_opener.mean().cast(pl.Float32).alias("opener_share"),
        (author != pl.col("author_above")).sum().alias("alternations"),
        pl.col("lacks_parent").sum().alias("missing_parents"),
        pl.col("parent_id").is_null().sum().cast(pl.UInt32).alias("roots"),
        pl.col("is_sensitive").any().alias("is_sensitive"),
        pl.col("is_truncated").any().alias("is_truncated"),
        created.min().alias("started_at"),
        created.max().alias("ended_at"),
        created.filter(answers_root).min().alias("answered_at"),
    ]
