"""Kept: small threads made by hand, for the tests of what is done with threads that are kept."""

from datetime import UTC, datetime
from typing import Any

import polars as pl

from workbench.schemas import Turns

_DEFAULTS: dict[str, Any] = {
    "reply_to_id": None,
    "created_at": datetime(2019, 7, 3, 6, 29, tzinfo=UTC),
    "lang": "en",
    "hashtags": [],
    "likes": None,
    "retweets": None,
    "replies": None,
    "is_truncated": False,
    "is_sensitive": False,
    "has_media": False,
    "is_embedded": False,
    "is_inferred": False,
    "is_placed": True,
    "source": "twitterstream",
    "member": 1,
    "line": 1,
}


def turn(
    tweet_id: int, parent_id: int | None, author: int | None, text: str, **more: Any
) -> dict[str, Any]:
    """Describe a turn; author 7 is called `name7`."""
    name = None if author is None else f"name{author}"
    row = {"tweet_id": tweet_id, "parent_id": parent_id, "author_id": author, "text": text}
    return _DEFAULTS | row | {"author_name": name, "reply_to_id": parent_id} | more


def turns(*threads: list[dict[str, Any]]) -> pl.DataFrame:
    """Put threads, each in reading order, in a table of turns; the first turn names the thread."""
    rows = []
    for thread in threads:
        depths: dict[int, int] = {}
        for position, row in enumerate(thread):
            parent = row["parent_id"]
            depths[row["tweet_id"]] = 0 if parent is None else depths[parent] + 1
            place = {"position": position, "depth": depths[row["tweet_id"]]}
            rows.append({"thread_id": thread[0]["tweet_id"]} | row | place)
    schema = {name: column.dtype for name, column in Turns.columns().items()}
    return pl.DataFrame(rows, schema=schema).pipe(Turns.validate)


def threads(turns: pl.DataFrame) -> pl.DataFrame:
    """Give the columns of threads that an export reads."""
    return turns.group_by("thread_id", maintain_order=True).agg(
        lang=pl.col("lang").sort_by("position").first(), turns=pl.len()
    )


def answers(turns: pl.DataFrame) -> pl.DataFrame:
    """Rate every reply: odd ids are good answers, even ids are bad ones."""
    answer = pl.when(pl.col("tweet_id") % 2 == 1).then(0.9).otherwise(0.05).cast(pl.Float32)
    replies = turns.drop_nulls("parent_id").sort("thread_id", "tweet_id")
    return replies.select("thread_id", "tweet_id", "parent_id", answer=answer)


def verdicts(turns: pl.DataFrame, *, removed: tuple[int, ...] = ()) -> pl.DataFrame:
    """Keep every thread but some, which a rule on `turns` removes."""
    kept = ~pl.col("thread_id").is_in(removed)
    return turns.select(pl.col("thread_id").unique(maintain_order=True)).with_columns(
        kept=kept,
        removed_by=pl.when(~kept).then(pl.lit("turns")),
        passes_turns=kept,
    )
