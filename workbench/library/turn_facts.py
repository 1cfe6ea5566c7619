"""Collect what is shown beside each turn of a thread: its scores, and where it was read."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import polars as pl

from workbench.schemas.measures import MEASURES
from workbench.storage import Workspace

#: Tweet -> label -> value.
Facts = dict[int, dict[str, Any]]


def scores(row: Mapping[str, Any], *, answers: Mapping[int, float]) -> Facts:
    """Return the scores of single turns.

    Args:
        row: Row of the scores of the thread; empty if it is not scored.
        answers: Probability that a reply answers the turn above it, by tweet id.

    Examples:
        >>> row = {"root_id": 1, "suitability": 0.9, "similarity": 0.4, "best_reply_id": 2}
        >>> scores(row, answers={2: 0.8, 3: 0.1})[2]
        {'best reply, answers': 0.8}
    """
    facts: Facts = {}
    if row:
        opening = {MEASURES[name].short: row[name] for name in ("suitability", "similarity")}
        facts[row["root_id"]] = opening
    for tweet_id, answer in answers.items():
        label = "best reply, answers" if tweet_id == row.get("best_reply_id") else "answers"
        facts.setdefault(tweet_id, {})[label] = answer
    return facts


def sources(workspace: Workspace, turns: pl.DataFrame) -> dict[int, str]:
    """Describe the file and line that each turn was read from, by tweet id."""
    members = turns["member"].unique().implode()
    ledger = workspace.scan("ledger").filter(pl.col("member").is_in(members))
    files = {
        member: f"{PurePath(archive).name} {name}".strip()
        for member, archive, name in ledger.select("member", "archive", "name").collect().rows()
    }
    return {
        tweet_id: f"{source}, {files.get(member, 'a file missing from the ledger')}, "
        f"line {line:,}{', inside another tweet' if is_embedded else ''}"
        for tweet_id, source, member, line, is_embedded in turns.select(
            "tweet_id", "source", "member", "line", "is_embedded"
        ).rows()
    }
