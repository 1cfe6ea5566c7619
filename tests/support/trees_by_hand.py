"""Small conversation trees made by hand, and the records that formats make of them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl

from workbench.export import conversation_trees, record_units
from workbench.export.conversation_trees import Turn
from workbench.export.formats import FORMATS
from workbench.recipe import ExportSettings

P, A = "prompter", "assistant"


def nodes(*rows: tuple[int, int | None, str, str, int | None]) -> pl.DataFrame:
    """Make the table that trees are built from, given (id, parent, role, text, likes) rows."""
    full_rows = [
        {
            **{"thread_id": 1, "lang": "en", "author": "user1", "user_id": None, "words": 1},
            "answer": None,
            **{"created_at": "2019-07-03T06:29:00.000+00:00", "tweet_ids": [row[0]]},
            **dict(zip(["tweet_id", "parent_id", "role", "text", "likes"], row, strict=True)),
        }
        for row in rows
    ]
    schema = {
        **dict.fromkeys(["thread_id", "tweet_id", "parent_id", "likes", "words"], pl.Int64),
        **dict.fromkeys(["role", "text", "lang", "author", "user_id", "created_at"], pl.String),
        "tweet_ids": pl.List(pl.Int64),
        "answer": pl.Float32,
    }
    return pl.DataFrame(full_rows, schema=schema).select(conversation_trees.COLUMNS)


BRANCHED = nodes(
    (1, None, P, "why?", 3),
    (2, 1, A, "so", 1),
    (3, 2, P, "really?", None),
    (4, 3, A, "yes", None),
    (5, 1, A, "because", 9),
    (6, 5, P, "thanks", None),
    (7, 5, P, "and how?", None),
    (8, 7, A, "thus", None),
).with_columns(answer=pl.Series([None, 0.05, None, 0.8, 0.9, None, None, 0.7], dtype=pl.Float32))


def build_trees(table: pl.DataFrame, *, is_strict: bool = True) -> tuple[list[Turn], Counter[str]]:
    """Return the roots of the trees, and the dropped tweets by reason."""
    cuts: Counter[str] = Counter()
    return conversation_trees.from_turns(table, is_strict=is_strict, cuts=cuts), cuts


def records(name: str, table: pl.DataFrame = BRANCHED, **options: Any) -> list[Any]:
    """Return the records that a format makes of a table, with some settings of the export."""
    chosen = FORMATS[name]
    roots, _ = build_trees(table, is_strict=chosen.TREES != "whole")
    return [
        chosen.record(unit)
        for root in roots
        for unit, _ in record_units.units(root, chosen.UNIT, settings=ExportSettings(**options))
    ]


def texts(path: list[Turn]) -> list[str]:
    """Return the texts of some turns."""
    return [turn.text for turn in path]


def chain(length: int) -> pl.DataFrame:
    """Make a thread in which each turn answers the one before."""
    rows = [(n, n - 1 or None, (A, P)[n % 2], f"t{n}", None) for n in range(1, length + 1)]
    return nodes(*rows)


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a nested node and every node below it."""
    yield node
    for reply in node["replies"]:
        yield from walk(reply)
