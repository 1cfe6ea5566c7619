"""Find what the author of a prompt said to each reply, for the reply classifier.

Thanks are the best sign of an answer that a thread contains.
"""

import polars as pl


def of_replies(turns: pl.LazyFrame, prompts: pl.LazyFrame) -> pl.LazyFrame:
    """Return the first turn with which the author of a prompt answers a reply to it.

    Args:
        turns: Table `Turns`.
        prompts: `parent_id` and its author `asker_id`. Null authors are left out.

    Returns:
        `tweet_id` of the reply and the raw text `follow_up`; one row per reply that has one.

    Examples:
        >>> chain = {"tweet_id": [1, 2, 3], "parent_id": [None, 1, 2], "author_id": [7, 8, 7]}
        >>> turns = pl.LazyFrame(chain | {"text": ["how long?", "an hour", "thanks!"]})
        >>> prompts = pl.LazyFrame({"parent_id": [1], "asker_id": [7]})
        >>> of_replies(turns, prompts).collect().rows()
        [(2, 'thanks!')]
    """
    replies = turns.select("tweet_id", "parent_id").join(prompts, on="parent_id")
    return (
        turns.select("text", at="tweet_id", tweet_id="parent_id", asker_id="author_id")
        .drop_nulls(["tweet_id", "asker_id"])
        .join(replies.select("tweet_id", "asker_id"), on=["tweet_id", "asker_id"])
        .group_by("tweet_id")
        .agg(follow_up=pl.col("text").sort_by("at").first())
    )
