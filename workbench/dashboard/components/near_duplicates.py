"""Twins: the threads that open with nearly the same text as one, and which stands for them all."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from workbench.dashboard.components import navigation
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html
from workbench.text import sanitize

#: Twins that are listed, and up to how many the list is unfolded.
MOST, FEW = 20, 4


def read(live: ScoresSession, row: Mapping[str, Any]) -> pl.DataFrame:
    """Find the near duplicates of a thread.

    Args:
        live: The scores, and where the texts are read, those of the rows that are given.
        row: Row of the scores.

    Returns:
        `thread_id`, `turns`, `is_representative` and `text` of the opening tweet, null where that
        was deleted, of `MOST` others at most: the one that stands for them all, then those with the
        most turns. Scores of an earlier version know of no twins.
    """
    known = live.scores
    if not row.get("twins") or not {"representative_id", "twins"} <= set(known.columns):
        nothing = known.clear().select("thread_id", "turns", is_representative=pl.lit(value=True))
        return live.openings(nothing)
    group = (
        known.lazy()
        .filter(
            pl.col("representative_id") == row["representative_id"],
            pl.col("thread_id") != row["thread_id"],
        )
        .select(
            "thread_id", "turns", is_representative=pl.col("thread_id") == row["representative_id"]
        )
        .sort("is_representative", "turns", "thread_id", descending=[True, True, False])
        .head(MOST)
    )
    return live.openings(group.collect())


def draw(found: pl.DataFrame, row: Mapping[str, Any]) -> str:
    """List them as safe HTML; nothing where there are none.

    Args:
        found: What `read` gives.
        row: Row of the scores.
    """
    if found.is_empty():
        return ""
    count = row["twins"]
    said = f"{count:,} near duplicate{'s' if count != 1 else ''}"
    is_representative = row["representative_id"] == row["thread_id"]
    which = f"the representative is {'this thread' if is_representative else 'marked'}"
    rest = f"<li>and {count - found.height:,} more</li>" if count > found.height else ""
    items = "".join(_item(twin) for twin in found.iter_rows(named=True))
    return (
        f'<details class="wb-twins"{" open" if found.height <= FEW else ""}>'
        f"<summary>{said}; {which}</summary><ul>{items}{rest}</ul></details>"
    )


def _item(twin: Mapping[str, Any]) -> str:
    """Write the opening tweet as a link to its thread."""
    address = navigation.link("read_threads.py", query=f"thread={twin['thread_id']}")
    opening = "(deleted)" if twin["text"] is None else sanitize.plain(twin["text"], most=90)
    badge = '<span class="wb-badge">representative</span> ' if twin["is_representative"] else ""
    turns = f"{twin['turns']:,} turn{'s' if twin['turns'] != 1 else ''}"
    return (
        f'<li>{badge}<a href="{address}">{html.inline(opening)}</a> '
        f"<small>{turns}, thread {twin['thread_id']}</small></li>"
    )
