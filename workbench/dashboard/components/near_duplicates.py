"""List the near duplicates of a thread, and mark the representative of their group."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from workbench.dashboard.components import navigation
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html
from workbench.text import sanitize

#: Most near duplicates to list, and most to list without a click.
MOST, FEW = 20, 4


def read(session: ScoresSession, row: Mapping[str, Any]) -> pl.DataFrame:
    """Find the near duplicates of a thread.

    Scores of earlier versions have no near duplicates.

    Args:
        session: Scores and workspace.
        row: Row of the scores.

    Returns:
        `thread_id`, `turns`, `is_representative` and `text` of the opening tweet, null if that was
        deleted. At most `MOST` rows: the representative first, then the threads with most turns.
    """
    scores = session.scores
    if not row.get("twins") or not {"representative_id", "twins"} <= set(scores.columns):
        nothing = scores.clear().select("thread_id", "turns", is_representative=pl.lit(value=True))
        return session.openings(nothing)
    group = (
        scores.lazy()
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
    return session.openings(group.collect())


def draw(duplicates: pl.DataFrame, row: Mapping[str, Any]) -> str:
    """List near duplicates as safe HTML; nothing if there are none.

    Args:
        duplicates: Result of `read`.
        row: Row of the scores.
    """
    if duplicates.is_empty():
        return ""
    count = row["twins"]
    text = f"{count:,} near duplicate{'s' if count != 1 else ''}"
    is_representative = row["representative_id"] == row["thread_id"]
    which = f"the representative is {'this thread' if is_representative else 'marked'}"
    hidden = count - duplicates.height
    rest = f"<li>and {hidden:,} more</li>" if hidden > 0 else ""
    items = "".join(_item(duplicate) for duplicate in duplicates.iter_rows(named=True))
    return (
        f'<details class="wb-twins"{" open" if duplicates.height <= FEW else ""}>'
        f"<summary>{text}; {which}</summary><ul>{items}{rest}</ul></details>"
    )


def _item(duplicate: Mapping[str, Any]) -> str:
    """Return the opening tweet as a link to its thread."""
    thread_id, turns, text = duplicate["thread_id"], duplicate["turns"], duplicate["text"]
    address = navigation.link("read_threads.py", query=f"thread={thread_id}")
    opening = "(deleted)" if text is None else sanitize.plain(text, most=90)
    badge = (
        '<span class="wb-badge">representative</span> ' if duplicate["is_representative"] else ""
    )
    return (
        f'<li>{badge}<a href="{address}">{html.inline(opening)}</a> '
        f"<small>{turns:,} turn{'s' if turns != 1 else ''}, thread {thread_id}</small></li>"
    )
