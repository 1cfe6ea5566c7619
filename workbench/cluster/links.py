"""Find the thread of every connected tweet with joins, in the way of `threads.links`.

`threads.links` links the tweets of one machine. This module only finds out which tweets it has to
see together: its result is the thread of each, not its place there.
"""

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from workbench.cluster.pointer_jumping import roots
from workbench.cluster.scratch import Scratch, collected, height
from workbench.recipe import ThreadSettings

if TYPE_CHECKING:
    from daft import DataFrame


class Placed(NamedTuple):
    """The threads of all tweets.

    Args:
        threads: `tweet_id` and `thread_id` of the tweets of large enough threads.
        turns: Number of its rows.
        counts: See `threads.build.Forest`; those that concern all tweets.
    """

    threads: "DataFrame"
    turns: int
    counts: dict[str, int]


def skeleton(
    tweets: "DataFrame", *, edits: pl.DataFrame | None, settings: ThreadSettings
) -> "DataFrame":
    """Select the ids of a table of tweets.

    Args:
        tweets: Columns of `Tweets`.
        edits: Table `Edits`. Edited tweets get the id of their first version.
        settings: Which columns link tweets.

    Returns:
        `tweet_id`, `parent_id` and `opener_id`. The latter is the conversation, if another tweet
        with a lower id opened it.
    """
    from daft import col, lit
    from daft.functions import coalesce, when

    parent = col("reply_to_id")
    if settings.quotes_as_replies:
        parent = coalesce(parent, col("quoted_id"))
    ids = tweets.select(
        "tweet_id", parent.alias("parent_id"), col("conversation_id").alias("opener_id")
    )
    for column in ids.column_names:
        ids = with_first_ids(ids, column, edits)
    opener, nothing = col("opener_id"), lit(None)
    is_other = (opener > lit(0)) & (opener < col("tweet_id"))
    return ids.select(
        "tweet_id",
        when(col("parent_id") > lit(0), col("parent_id")).otherwise(nothing).alias("parent_id"),
        when(is_other, opener).otherwise(nothing).alias("opener_id"),
    )


def with_first_ids(frame: "DataFrame", column: str, edits: pl.DataFrame | None) -> "DataFrame":
    """Replace the ids of edited tweets in a column, see `threads.versions.with_first_ids`."""
    first = pl.col("tweet_id").min().over("current_id")
    return _replaced(frame, column, edits, old=pl.col("tweet_id"), new=first)


def with_current_ids(frame: "DataFrame", column: str, edits: pl.DataFrame | None) -> "DataFrame":
    """Undo `with_first_ids`."""
    first = pl.col("tweet_id").min().over("current_id")
    return _replaced(frame, column, edits, old=first, new=pl.col("current_id"))


def _replaced(
    frame: "DataFrame", column: str, edits: pl.DataFrame | None, *, old: pl.Expr, new: pl.Expr
) -> "DataFrame":
    import daft
    from daft import col
    from daft.functions import coalesce

    if edits is None or edits.is_empty():
        return frame
    pairs = daft.from_arrow(edits.select(old.alias(column), new.alias("_new")).unique().to_arrow())
    others = [name for name in frame.column_names if name != column]
    replaced = coalesce(col("_new"), col(column)).alias(column)
    return frame.join(pairs, on=column, how="left").select(*others, replaced)


def from_skeleton(ids: "DataFrame", *, settings: ThreadSettings, scratch: Scratch) -> Placed:
    """Find the thread of every tweet, see `threads.links.from_skeleton`.

    Args:
        ids: Result of `skeleton`.
        settings: Whether to gather fragments by their conversations, and which threads to keep.
        scratch: Where the steps are written.
    """
    from daft import col, lit

    linked = scratch.saved(_linked(ids))
    connected = _connected(ids, linked, settings=settings, scratch=scratch)
    up = linked.select("tweet_id", col("parent_id").alias("up"))
    trees = scratch.saved(_with_roots(connected, roots(up, scratch)))
    inferred = 0
    if settings.use_conversation_id:
        conversations = scratch.saved(_conversations(ids, trees))
        inferred = height(conversations)
        moved = scratch.saved(_threads_of_fragments(conversations, trees, scratch))
        trees = trees.join(moved, on="root", how="left")
        thread = col("moved_to").fill_null(col("root"))
    else:
        thread = col("root")
    placed = scratch.saved(trees.select("tweet_id", thread.alias("thread_id")))
    sizes = scratch.saved(placed.groupby("thread_id").agg(col("tweet_id").count().alias("turns")))
    large = sizes.where(col("turns") >= lit(settings.min_turns)).select("thread_id")
    kept = scratch.saved(placed.join(large, on="thread_id", how="semi"))
    counts = _counts(ids, linked)
    singles = counts["tweets"] - height(placed)
    more = {"inferred": inferred, "components": singles + height(sizes)}
    return Placed(kept, height(kept), counts | more)


def _linked(ids: "DataFrame") -> "DataFrame":
    """Select the replies whose parents are present and have a lower id."""
    from daft import col

    older = ids.where(col("parent_id") < col("tweet_id")).select("tweet_id", "parent_id")
    return older.join(ids.select(col("tweet_id").alias("parent_id")), on="parent_id", how="semi")


def _connected(
    ids: "DataFrame", linked: "DataFrame", *, settings: ThreadSettings, scratch: Scratch
) -> "DataFrame":
    """Select the tweets that a reply or a conversation connects to others: `tweet_id`."""
    from daft import col

    if settings.min_turns == 1:
        return ids.select("tweet_id")
    connected = linked.select("tweet_id").concat(linked.select(col("parent_id").alias("tweet_id")))
    if settings.use_conversation_id:
        members = ids.where(col("opener_id").not_null())
        openers = members.select(col("opener_id").alias("tweet_id")).distinct()
        present = ids.select("tweet_id").join(openers, on="tweet_id", how="semi")
        connected = connected.concat(members.select("tweet_id")).concat(present)
    return scratch.saved(connected.distinct())


def _with_roots(connected: "DataFrame", climbed: "DataFrame") -> "DataFrame":
    """Add `root`, which is the tweet itself where it has no parent."""
    from daft import col

    joined = connected.join(climbed, on="tweet_id", how="left")
    return joined.select("tweet_id", col("root").fill_null(col("tweet_id")))


def _conversations(ids: "DataFrame", trees: "DataFrame") -> "DataFrame":
    """Choose a conversation for each fragment that has one: `root` and `named_id`.

    A fragment is a tree whose root names a parent that is not linked, or a conversation. The root's
    own conversation counts, else the one that all of its tweets agree on.
    """
    from daft import col, lit
    from daft.functions import when

    is_root, opener = col("tweet_id") == col("root"), col("opener_id")
    votes = trees.join(ids.where(opener.not_null()), on="tweet_id").select(
        "root",
        when(is_root, opener).otherwise(lit(None)).alias("own"),
        when(~is_root, opener).otherwise(lit(None)).alias("vote"),
    )
    counted = votes.groupby("root").agg(
        col("own").max(), col("vote").min().alias("lowest"), col("vote").max().alias("highest")
    )
    # The parent of a root is not linked.
    replies = ids.where(col("parent_id").not_null()).select(
        col("tweet_id").alias("root"), lit(value=True).alias("is_reply")
    )
    agreed = when(col("lowest") == col("highest"), col("highest")).otherwise(lit(None))
    is_fragment = col("own").not_null() | col("is_reply").not_null()
    return (
        counted.join(replies, on="root", how="left")
        .where(is_fragment)
        .select("root", col("own").fill_null(agreed).alias("named_id"))
        .where(col("named_id").not_null() & (col("named_id") < col("root")))
    )


def _threads_of_fragments(
    conversations: "DataFrame", trees: "DataFrame", scratch: Scratch
) -> "DataFrame":
    """Gather fragments below their opening tweets: `root` and `moved_to`, the thread of each.

    If the opening tweet is missing, the thread has the id of the conversation.
    """
    from daft import col

    openers = trees.select(col("tweet_id").alias("named_id"), col("root").alias("up"))
    found = scratch.saved(conversations.join(openers, on="named_id", how="left"))
    below = found.where(col("up").not_null()).select(col("root").alias("tweet_id"), "up")
    tops = roots(below, scratch).select(col("tweet_id").alias("root"), col("root").alias("top"))
    missing = found.where(col("up").is_null()).select(
        col("root").alias("top"), col("named_id").alias("conversation_id")
    )
    top = col("top").fill_null(col("root"))
    return (
        found.select("root")
        .join(tops, on="root", how="left")
        .select("root", top.alias("top"))
        .join(missing, on="top", how="left")
        .select("root", col("conversation_id").fill_null(col("top")).alias("moved_to"))
    )


def _counts(ids: "DataFrame", linked: "DataFrame") -> dict[str, int]:
    from daft import col

    child, parent = col("tweet_id"), col("parent_id")
    flags = {
        "tweets": child.not_null(),
        "replies": parent.not_null(),
        "older": parent < child,
        "cut_self": parent == child,
        "cut_older": parent > child,
    }
    numbers = ids.select(*(flag.cast("int64").alias(name) for name, flag in flags.items()))
    (row,) = collected(numbers.sum(*flags)).fill_null(0).rows(named=True)
    links = height(linked)
    return {
        "tweets": row["tweets"],
        "replies": row["replies"],
        "linked": links,
        "orphans": row["older"] - links,
        # A parent that is present is linked to all of its replies.
        "missing": _distinct(ids.where(flags["older"])) - _distinct(linked),
        "cut_self": row["cut_self"],
        "cut_older": row["cut_older"],
    }


def _distinct(replies: "DataFrame") -> int:
    return height(replies.select("parent_id").distinct())
