"""List the tweets that replies name but no dump contains, the most valuable first."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, SNOWFLAKE_EPOCH
from workbench.recipe import ThreadSettings
from workbench.schemas import Gone
from workbench.storage import Workspace, atomic
from workbench.text import language
from workbench.threads import id_arrays, links, pointer_jumping, versions


def from_tweets(
    tweets: pl.LazyFrame | pl.DataFrame,
    *,
    edits: pl.DataFrame | None = None,
    gone: pl.DataFrame | None = None,
    now: datetime | None = None,
) -> pl.DataFrame:
    """List the missing parents and openers by value.

    A tweet is missing if a reply or a conversation id names it and no row has its id. The list is
    ordered by the tweets that it would bring together (`hanging`), then by direct replies, then by
    age: a younger tweet is more likely to still exist. Language does not affect the order; filter
    by it. Reads the ids first, then three narrow columns of the tweets that name a missing one.
    Ignores tweets that name themselves or a younger tweet.

    Args:
        tweets: One row per tweet, in any order.
        edits: Table `Edits`, if any tweet is edited. Of a missing one, the last version is listed.
        gone: Tweets, by `tweet_id`, that are known to be unavailable; they are left out.
        now: Time to count ages to; the present by default.

    Returns:
        One row per missing tweet: `tweet_id`; `replies` (known direct ones); `hanging` (known
        tweets below it, direct or not); `lang` (the most common among the tweets that name it);
        `author_id` if a reply contains it; `written_at` and `age_days`, from the id, null before
        November 2010; `oldest_at` and `newest_at` of the tweets that name it.

    Raises:
        StageError: If two tweets have the same id.

    Examples:
        >>> from workbench.schemas import Tweets
        >>> tweets = Tweets.sample(
        ...     overrides={
        ...         "tweet_id": [11, 12, 13, 14],
        ...         "reply_to_id": [8, 11, 9, 9],
        ...         "conversation_id": [7, 7, None, None],
        ...     }
        ... )
        >>> from_tweets(tweets).select("tweet_id", "replies", "hanging").rows()
        [(9, 2, 2), (8, 1, 2), (7, 0, 2)]
    """
    tweets = versions.with_first_ids(tweets.lazy(), edits)
    ids = links.skeleton(tweets, settings=ThreadSettings())
    replies = ids.replies.filter(pl.col("parent_id") < pl.col("tweet_id"))
    named = ids.conversations.rename({"conversation_id": "missing_id"})
    missing = _absent(ids.tweet_ids, pl.concat([replies["parent_id"], named["missing_id"]]))
    orphans = replies.rename({"parent_id": "missing_id"}).join(missing, on="missing_id", how="semi")
    trees = _trees(ids)
    openers = _openers(named.join(missing, on="missing_id", how="semi"), orphans, trees)
    if gone is not None:
        unavailable = versions.with_first_ids(gone, edits).select(missing_id="tweet_id")
        orphans, openers = (
            pairs.join(unavailable, on="missing_id", how="anti") for pairs in (orphans, openers)
        )
    hanging = _hanging(orphans, openers, trees)
    del trees
    facts = _facts(tweets, orphans, openers)
    described = _described(facts, hanging, now=now or datetime.now(UTC))
    return versions.with_current_ids(described, edits)


def gone(workspace: Workspace) -> pl.DataFrame:
    """Return the tweets that are not worth a request: `tweet_id` and `reason`.

    The reason is what the API answered (see `Gone`), or `deletion-notice` if a dump contains a
    notice that the author deleted the tweet. An edited tweet has the id of its last version, as in
    the list of missing tweets.
    """
    frames = [Gone.create_empty().select("tweet_id", "reason")]
    if workspace.has("gone"):
        frames.append(workspace.read("gone", columns=["tweet_id", "reason"]))
    if workspace.has("deletions"):
        deleted = workspace.read("deletions", columns=["tweet_id"])
        frames.append(deleted.with_columns(reason=pl.lit("deletion-notice")))
    rows = pl.concat(frames)
    if (edits := workspace.edits()) is not None:
        tweet_id = pl.col("tweet_id").replace(edits["tweet_id"], edits["current_id"])
        rows = rows.with_columns(tweet_id)
    return rows.unique("tweet_id", keep="first", maintain_order=True)


def write_ids(frame: pl.DataFrame, path: Path) -> None:
    """Write the ids atomically, one per line, as twarc, Hydrator and twscrape read them."""
    with atomic.replacing(path) as partial:
        frame.select("tweet_id").write_csv(partial, include_header=False)


def _absent(ids: id_arrays.Ids, wanted: pl.Series) -> pl.DataFrame:
    """Return the wanted ids that do not exist, without repeats."""
    # Ascending order makes the lookups cache-friendly.
    distinct = wanted.unique().sort().to_numpy()
    if len(ids):
        at = np.searchsorted(ids, distinct)
        at[at == len(ids)] = 0
        distinct = distinct[ids[at] != distinct]
    return pl.DataFrame({"missing_id": distinct}, schema={"missing_id": pl.Int64})


def _trees(ids: links.Skeleton) -> pl.DataFrame:
    """Return the root of each tweet that is linked to another one by a reply."""
    linked = links.from_skeleton(ids, gather=False)
    root, _ = pointer_jumping.follow(linked.parents)
    return pl.DataFrame({"tweet_id": linked.tweet_ids, "root_id": linked.tweet_ids[root]})


def _hanging(orphans: pl.DataFrame, openers: pl.DataFrame, trees: pl.DataFrame) -> pl.DataFrame:
    """Count the known tweets below each missing one, direct or not."""
    below = pl.concat([orphans.with_columns(root_id="tweet_id"), openers])
    sizes = trees.group_by("root_id").agg(size=pl.len())
    return (
        below.select("root_id", "missing_id")
        .unique()
        .join(sizes, on="root_id", how="left")
        .group_by("missing_id")
        .agg(hanging=pl.col("size").fill_null(1).sum().cast(pl.Int64))
    )


def _openers(named: pl.DataFrame, orphans: pl.DataFrame, trees: pl.DataFrame) -> pl.DataFrame:
    """Return the tweets below a missing opener, with their roots.

    Keeps a tweet that is a root itself, or whose root replies to a missing tweet. All others belong
    to a complete tree, so no missing opener is above them.
    """
    rooted = named.join(trees, on="tweet_id", how="left").with_columns(
        pl.col("root_id").fill_null(pl.col("tweet_id"))
    )
    is_root = pl.col("root_id") == pl.col("tweet_id")
    orphaned = orphans.select(root_id="tweet_id", is_orphan=pl.lit(value=True))
    rooted = rooted.join(orphaned, on="root_id", how="left")
    return rooted.filter(is_root | pl.col("is_orphan")).select("tweet_id", "missing_id", "root_id")


def _facts(tweets: pl.LazyFrame, orphans: pl.DataFrame, openers: pl.DataFrame) -> pl.DataFrame:
    """Summarize, by missing tweet, the tweets that name it."""
    pairs = pl.concat(
        [
            orphans.with_columns(is_reply=pl.lit(value=True)),
            openers.select("tweet_id", "missing_id", is_reply=pl.lit(value=False)).join(
                orphans, on=["tweet_id", "missing_id"], how="anti"
            ),
        ]
    )
    is_reply = pl.col("is_reply")
    known = pl.when(language.names_language("lang")).then("lang")
    by_lang = (
        tweets.select("tweet_id", "created_at", "reply_to_author_id", lang=known)
        .join(pairs.lazy(), on="tweet_id")
        .group_by("missing_id", "lang")
        .agg(
            tweets=pl.len(),
            replies=is_reply.sum().cast(pl.Int64),
            author_id=pl.col("reply_to_author_id").filter(is_reply).max(),
            oldest_at=pl.col("created_at").min(),
            newest_at=pl.col("created_at").max(),
        )
    )
    counted = by_lang.collect(engine="streaming")
    lang = (
        counted.select("missing_id", "lang", "tweets")
        .drop_nulls()
        .sort("tweets", "lang", descending=[True, False])
        .unique("missing_id", keep="first", maintain_order=True)
        .drop("tweets")
    )
    return (
        counted.group_by("missing_id")
        .agg(
            pl.col("replies").sum(),
            pl.col("author_id", "newest_at").max(),
            pl.col("oldest_at").min(),
        )
        .join(lang, on="missing_id", how="left")
    )


def _described(facts: pl.DataFrame, hanging: pl.DataFrame, *, now: datetime) -> pl.DataFrame:
    made = (pl.col("tweet_id") // 2**22 + SNOWFLAKE_EPOCH).cast(pl.Datetime("ms", "UTC"))
    order = ["hanging", "replies", "tweet_id"]
    return (
        facts.join(hanging, on="missing_id")
        .rename({"missing_id": "tweet_id"})
        .with_columns(written_at=pl.when(pl.col("tweet_id") >= FIRST_SNOWFLAKE).then(made))
        .with_columns(age_days=(pl.lit(now) - pl.col("written_at")).dt.total_days())
        .select(
            *("tweet_id", "replies", "hanging", "lang", "author_id", "written_at", "age_days"),
            *("oldest_at", "newest_at"),
        )
        .sort(order, descending=True)
    )
