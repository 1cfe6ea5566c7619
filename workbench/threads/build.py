"""Place every tweet in the thread of the tweet that opened its conversation."""

from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from workbench.progress import OnProgress, silent
from workbench.recipe import ThreadSettings
from workbench.schemas import Threads, Turns
from workbench.threads import links, placement, pointer_jumping, versions

#: Steps that the progress counts: read ids, link them, read the text, sum up each thread.
STEPS = 4


class Forest(NamedTuple):
    """The threads of a table of tweets.

    Args:
        turns: One row per tweet of a thread, in reading order.
        threads: One row per thread, facts that need no text.
        counts: Numbers of all tweets: `tweets`, `replies` (tweets that name their parent),
            `linked`, `orphans` (replies whose parent is not in the data), `missing` (parents that
            are not in the data), `cut_self`, `cut_older`, `inferred`, `components` (threads,
            including single tweets). Numbers of the kept threads: `threads`, `complete`, `turns`,
            `not_placed` (turns without a known place), `deepest`, `largest`.
    """

    turns: dy.DataFrame[Turns]
    threads: dy.DataFrame[Threads]
    counts: dict[str, int]


def from_tweets(
    tweets: pl.LazyFrame | pl.DataFrame,
    *,
    edits: pl.DataFrame | None = None,
    settings: ThreadSettings | None = None,
    on_progress: OnProgress = silent,
) -> Forest:
    """Place every tweet in a thread.

    Ids are linked first. The other columns are only read for tweets that end up in a thread.
    A reply whose parent is missing opens a fragment, which is kept and marked. Links of a tweet to
    itself or to a younger tweet are cut and counted.

    The settings can gather fragments by their conversation id, see `links.from_skeleton`. They
    move below the opening tweet. If that is missing, they become several roots of one thread.

    Args:
        tweets: One row per tweet, in any order.
        edits: Table `Edits`, if any tweet is edited: replies to earlier versions have lower ids.
        settings: How to link, and which threads to keep.
        on_progress: Called after each of the four steps.

    Returns:
        The turns, the threads and the counts. The order of rows depends on ids only.

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
    tweets = versions.with_first_ids(tweets.lazy(), edits)
    on_progress(0, STEPS)
    skeleton = links.skeleton(tweets, settings=settings)
    on_progress(1, STEPS)
    linked = links.from_skeleton(
        skeleton, gather=settings.use_conversation_id, keep_single=settings.min_turns == 1
    )
    del skeleton
    linked = placement.resolve(linked, tweets)
    counts = linked.counts
    places, components = _places(linked, min_turns=settings.min_turns)
    counts["components"] = counts["tweets"] - len(linked.tweet_ids) + components
    del linked
    on_progress(2, STEPS)
    placed = _with_text(places, tweets, settings=settings)
    on_progress(3, STEPS)
    threads, turns = _facts(placed), placed.select(Turns.column_names())
    if edits is not None and edits.height:
        threads = versions.with_current_ids(threads, edits).sort("thread_id")
        turns = versions.with_current_ids(turns, edits).sort("thread_id", "position")
    threads, turns = threads.pipe(Threads.validate), turns.pipe(Turns.validate)
    kept = threads.select(
        threads=pl.len(),
        complete=pl.col("is_complete").sum(),
        turns=pl.col("turns").cast(pl.Int64).sum(),
        not_placed=pl.col("not_placed").cast(pl.Int64).sum(),
        deepest=pl.col("depth").max().fill_null(0),
        largest=pl.col("turns").max().fill_null(0),
    )
    on_progress(4, STEPS)
    return Forest(turns, threads, counts | kept.row(0, named=True))


def _places(linked: links.Links, *, min_turns: int) -> tuple[pl.DataFrame, int]:
    """Compute the place of each turn in a large enough thread; count threads of any size."""
    _, thread, sizes = np.unique(linked.thread_ids, return_inverse=True, return_counts=True)
    kept = sizes[thread] >= min_turns
    # A thread is kept or dropped as a whole, so the parents of kept turns are kept too.
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
            "is_placed": linked.is_placed[kept],
            "lacks_parent": linked.lacks_parent[kept],
            "missing_id": linked.missing_ids[kept],
        }
    )
    has_id = pl.col("parent_id", "missing_id") > 0
    return places.with_columns(pl.when(has_id).then(pl.col("parent_id", "missing_id"))), len(sizes)


def _with_text(
    places: pl.DataFrame, tweets: pl.LazyFrame, *, settings: ThreadSettings
) -> pl.DataFrame:
    """Read the other columns of the placed tweets, and sort everything in reading order."""
    names = [name for name in Turns.column_names() if name not in places.columns]
    rows = (
        tweets.select("tweet_id", *names, "quoted_id")
        .filter(pl.col("tweet_id").is_in(places["tweet_id"].implode()))
        .with_columns(reply_to_id=links.reply_id(settings))
        .drop("quoted_id")
        .collect(engine="streaming")
    )
    if not rows["tweet_id"].is_sorted():
        rows = rows.sort("tweet_id")
    order = places.select(pl.arg_sort_by("thread_id", "position")).to_series()
    # Sorts one column at a time, so that memory never contains two copies of the text.
    columns = {name: rows.drop_in_place(name).rechunk().gather(order) for name in rows.columns}
    return pl.DataFrame(columns).hstack(places.drop("tweet_id").select(pl.all().gather(order)))


def _facts(placed: pl.DataFrame) -> pl.DataFrame:
    """Sum up each thread.

    A turn without a known place answers nobody. An unknown author is no other turn's author. Such a
    turn is not by the opener, unless it is the root, and it does not alternate.

    Args:
        placed: The turns in reading order, with `lacks_parent` and `missing_id`.
    """
    turns = placed.lazy().select(
        *("thread_id", "tweet_id", "parent_id", "depth", "position", "author_id", "created_at"),
        *("is_sensitive", "is_truncated", "lacks_parent", "missing_id", "hashtags", "is_placed"),
    )
    first_turns = placed.lazy().filter(pl.col("position") == 0)
    roots = first_turns.select(
        *("thread_id", "lang", "likes", "source"),
        root_id="tweet_id",
        opener_id="author_id",
        root_created_at="created_at",
        root_lacks_parent="lacks_parent",
    )
    parents = turns.select(parent_id="tweet_id", parent_author_id="author_id")
    first_reply = pl.col("first_reply_at") - pl.col("root_created_at")
    return (
        turns.join(parents, on="parent_id", how="left")
        .join(roots, on="thread_id")
        .group_by("thread_id")
        .agg(_sums())
        .join(roots, on="thread_id")
        .with_columns(
            is_complete=pl.col("missing_parents") == 0,
            span_seconds=(pl.col("ended_at") - pl.col("started_at")).dt.total_seconds(),
            first_reply_seconds=first_reply.dt.total_seconds(),
        )
        .join(_missing_ids(turns, roots), on="thread_id", how="left")
        .join(_hashtags(turns), on="thread_id", how="left")
        .with_columns(pl.col("missing_ids", "hashtags").fill_null([]))
        .join(_widths(turns), on="thread_id")
        .select(Threads.column_names())
        .sort("thread_id")
        .collect(engine="streaming")
    )


def _missing_ids(turns: pl.LazyFrame, roots: pl.LazyFrame) -> pl.LazyFrame:
    """List the missing parents of each thread, and its opening tweet if that is missing.

    The opening tweet can be missing without being the parent of any reply in the data.
    """
    missing = turns.select("thread_id", missing_ids="missing_id")
    openers = roots.filter(pl.col("root_id") != pl.col("thread_id"))
    openers = openers.select("thread_id", missing_ids="thread_id")
    return _distinct_lists(pl.concat([missing, openers]))


def _hashtags(turns: pl.LazyFrame) -> pl.LazyFrame:
    return _distinct_lists(turns.select("thread_id", "hashtags").explode("hashtags"))


def _distinct_lists(values: pl.LazyFrame) -> pl.LazyFrame:
    """Collect the sorted distinct values of the second column in a list per thread."""
    column = values.collect_schema().names()[1]
    sorted_values = values.drop_nulls().unique().sort(column)
    return sorted_values.group_by("thread_id", maintain_order=True).agg(column)


def _widths(turns: pl.LazyFrame) -> pl.LazyFrame:
    per_depth = turns.group_by("thread_id", "depth").agg(width=pl.len())
    return per_depth.group_by("thread_id").agg(pl.col("width").max())


def _sums() -> list[pl.Expr]:
    """Aggregate the turns of one thread."""
    author, created = pl.col("author_id"), pl.col("created_at")
    is_root = pl.col("tweet_id") == pl.col("root_id")
    is_placed = pl.col("is_placed")
    answers_root = is_placed & (pl.col("parent_id") == pl.col("root_id"))
    is_opener = (author == pl.col("opener_id")).fill_null(value=False) | is_root
    return [
        pl.len().alias("turns"),
        pl.col("depth").max(),
        answers_root.sum().alias("replies"),
        author.drop_nulls().n_unique().clip(1).alias("participants"),
        is_opener.mean().cast(pl.Float32).alias("opener_share"),
        (is_placed & (author != pl.col("parent_author_id"))).sum().alias("alternations"),
        pl.col("lacks_parent").sum().alias("missing_parents"),
        is_placed.not_().sum().cast(pl.UInt32).alias("not_placed"),
        pl.col("parent_id").is_null().sum().cast(pl.UInt32).alias("roots"),
        pl.col("is_sensitive").any().alias("is_sensitive"),
        pl.col("is_truncated").any().alias("is_truncated"),
        created.min().alias("started_at"),
        created.max().alias("ended_at"),
        created.filter(answers_root).min().alias("first_reply_at"),
    ]
