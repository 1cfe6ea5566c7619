"""Absent: why a tweet is not there; what was deleted is not shown, wherever it still lies."""

from collections.abc import Sequence

import polars as pl

from workbench.storage import Workspace

#: Reason in the table of what the platform would not give -> what people are told.
REASONS = {
    "not-found": "deleted, or its author is gone",
    "protected": "its author is protected",
    "withheld": "withheld by the platform",
    "retweet": "a retweet",
}


def reasons(workspace: Workspace, ids: Sequence[int] | pl.Series) -> dict[int, str]:
    """Say why some tweets are missing, as far as anybody told.

    Args:
        workspace: Where deletions and refusals are written down.
        ids: Ids of tweets, the missing ones or any.

    Returns:
        Reason by id; ids that nothing is told of are left out.
    """
    asked = pl.Series(ids, dtype=pl.Int64).drop_nulls()
    if asked.is_empty():
        return {}
    # The bounds let whole stretches of a table that is sorted by id go unread.
    wanted = pl.col("tweet_id").is_between(asked.min(), asked.max()) & pl.col("tweet_id").is_in(
        asked.implode()
    )
    found: dict[int, str] = {}
    if workspace.has("gone"):
        rows = workspace.scan("gone").filter(wanted).select("tweet_id", "reason").collect()
        found |= {tweet_id: REASONS.get(reason, "refused") for tweet_id, reason in rows.rows()}
    if workspace.has("deletions"):
        rows = workspace.scan("deletions").filter(wanted).select("tweet_id").collect()
        found |= dict.fromkeys(rows["tweet_id"].to_list(), "deleted")
    return found


def of_thread(workspace: Workspace, turns: pl.DataFrame) -> dict[int, str]:
    """Say why tweets of a thread are missing; one that is here only goes if it was deleted.

    Args:
        workspace: Where deletions and refusals are written down.
        turns: The turns of one thread.
    """
    ids = pl.concat([turns["tweet_id"], turns["reply_to_id"], turns["thread_id"].head(1)])
    here = set(turns["tweet_id"])
    return {
        tweet_id: why
        for tweet_id, why in reasons(workspace, ids.unique()).items()
        if tweet_id not in here or why == "deleted"
    }


def without_deleted(workspace: Workspace, texts: pl.DataFrame, *, ids: str) -> pl.DataFrame:
    """Empty the column `text` of the rows whose tweet was deleted since the tables were made.

    Args:
        workspace: Where deletions are written down.
        texts: A few rows.
        ids: Column with the ids of their tweets.
    """
    deleted = [
        tweet_id
        for tweet_id, reason in reasons(workspace, texts[ids]).items()
        if reason == "deleted"
    ]
    return texts.with_columns(text=pl.when(~pl.col(ids).is_in(deleted)).then("text"))
