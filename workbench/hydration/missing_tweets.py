"""Say why tweets are missing, and hide the texts of tweets that were deleted since."""

from collections.abc import Sequence

import polars as pl

from workbench.storage import Workspace

#: Reason in the table of refused tweets -> what people read.
REASONS = {
    "not-found": "deleted, or its author is gone",
    "protected": "its author is protected",
    "withheld": "withheld by the platform",
    "retweet": "a retweet",
}


def reasons(workspace: Workspace, ids: Sequence[int] | pl.Series) -> dict[int, str]:
    """Return the reasons why tweets are missing, as far as they are known.

    Args:
        workspace: Workspace with the deletions and the refused tweets.
        ids: Tweet ids, missing or not.

    Returns:
        Reason by id, without the ids of unknown reason.
    """
    requested = pl.Series(ids, dtype=pl.Int64).drop_nulls()
    if requested.is_empty():
        return {}
    # The tables are sorted by id. With bounds, polars skips whole stretches of them.
    wanted = pl.col("tweet_id").is_between(requested.min(), requested.max()) & pl.col(
        "tweet_id"
    ).is_in(requested.implode())
    reasons: dict[int, str] = {}
    if workspace.has("gone"):
        gone = workspace.scan("gone").filter(wanted).select("tweet_id", "reason").collect()
        reasons |= {tweet_id: REASONS.get(reason, "refused") for tweet_id, reason in gone.rows()}
    if workspace.has("deletions"):
        deleted = workspace.scan("deletions").filter(wanted).select("tweet_id").collect()
        reasons |= dict.fromkeys(deleted["tweet_id"].to_list(), "deleted")
    return reasons


def of_thread(workspace: Workspace, turns: pl.DataFrame) -> dict[int, str]:
    """Return the reasons why tweets of a thread are missing.

    A tweet that is present counts as missing only if it was deleted.

    Args:
        workspace: Workspace with the deletions and the refused tweets.
        turns: The turns of one thread.
    """
    ids = pl.concat([turns["tweet_id"], turns["reply_to_id"], turns["thread_id"].head(1)])
    present = set(turns["tweet_id"])
    return {
        tweet_id: reason
        for tweet_id, reason in reasons(workspace, ids.unique()).items()
        if tweet_id not in present or reason == "deleted"
    }


def without_deleted(workspace: Workspace, texts: pl.DataFrame, *, ids: str) -> pl.DataFrame:
    """Set the column `text` to null if the tweet was deleted after the tables were written.

    Args:
        workspace: Workspace with the deletions.
        texts: A few rows.
        ids: Column with their tweet ids.
    """
    deleted = [
        tweet_id
        for tweet_id, reason in reasons(workspace, texts[ids]).items()
        if reason == "deleted"
    ]
    return texts.with_columns(text=pl.when(~pl.col(ids).is_in(deleted)).then("text"))
