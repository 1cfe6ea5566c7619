"""Listing: threads as tables to choose from; every text in them is plain text."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import marimo as mo
import polars as pl

from workbench.dashboard.components import job_status, messages
from workbench.dashboard.session.scores_session import ORDERS
from workbench.display import html
from workbench.text import sanitize
from workbench.threads import text_search

#: Columns that an order can be by and `pages.FACTS` has no name for.
NAMES = {
    "likes": "likes",
    "started_at": "opened (UTC)",
    "first_reply_seconds": "first reply after",
    "span_seconds": "lasted",
}


def ordered(
    found: pl.DataFrame, *, order: str, text: str = "", named: Sequence[int] = ()
) -> mo.ui.table:
    """List threads, one of which can be chosen.

    Args:
        found: What `reading.rows` gives.
        order: One of `live.ORDERS`; the value that it goes by is shown.
        text: What was looked for; shown where it stands.
        named: The thread to begin with; the first one where it is not listed.
    """
    column = ORDERS[order][0]
    column = "suitability" if column in ("shuffle", "turns") else column
    label = (NAMES | messages.FACTS).get(column, column).capitalize()
    shown = {
        "Opening tweet": [_with_hit(row, text) for row in found.iter_rows(named=True)],
        "Turns": [html.number(value) for value in found["turns"]],
        label: [_value(value, column) for value in found[column]],
    }
    first = found["thread_id"].is_in(named).arg_max() or 0
    return _table(found, shown, first=first, selection="single", height=480, wide=90)


def nearest(found: pl.DataFrame, *, height: int = 400) -> mo.ui.table:
    """List threads, some of which can be ticked; the first one is.

    Args:
        found: Rows of `finding.Found`, or of the scores with `removed_by` and `text`.
        height: Height of the list, in pixels.
    """
    shown = {"Opening tweet": [_with_turn(row) for row in found.iter_rows(named=True)]}
    if "nearness" in found.columns:
        shown["Near"] = [html.number(value, digits=2) for value in found["nearness"]]
    shown["Turns"] = [html.number(value) for value in found["turns"]]
    shown["Fits"] = [html.number(value, digits=2) for value in found["suitability"]]
    return _table(found, shown, first=0, selection="multi", height=height, wide=55)


def _table(
    found: pl.DataFrame,
    shown: dict[str, list[str]],
    *,
    first: int,
    selection: Literal["single", "multi"],
    height: int,
    wide: int,
) -> mo.ui.table:
    """Make the table, with the verdict of each thread; its numbers are so many pixels wide."""
    widths = {"Opening tweet": 235, "Verdict": 105} | dict.fromkeys(list(shown)[1:], wide)
    return messages.choosable(
        shown | {"Verdict": messages.titles(found["removed_by"])},
        widths=widths | ({"Turns": 55} if "Turns" in shown else {}),
        height=height,
        first=first,
        selection=selection,
    )


def _with_hit(row: Mapping[str, Any], text: str) -> str:
    """Write the opening tweet, and what was looked for, where another turn holds it."""
    if row["text"] is None:
        return "(deleted)"
    is_long = text and len(row["text"]) > 120
    opening = text_search.excerpt(row["text"], text, around=60) if is_long else row["text"]
    if row["hit"] is None:
        return sanitize.plain(opening, most=120)
    hit = sanitize.plain(text_search.excerpt(row["hit"], text), most=100)
    return f"{sanitize.plain(row['text'], most=60)} | reply: {hit}"


def _with_turn(row: Mapping[str, Any]) -> str:
    """Write the opening tweet, and the turn that is near, where that is another one."""
    if row["text"] is None:
        return "(deleted)"
    opening, said = sanitize.plain(row["text"], most=120), row.get("said")
    return f"{opening} | reply: {sanitize.plain(said, most=100)}" if said else opening


def _value(value: Any, column: str) -> str:  # noqa: ANN401
    if value is None:
        return "-"
    if column == "started_at":
        return f"{value:%Y-%m-%d %H:%M}"
    if column.endswith("seconds"):
        return job_status.duration(value)
    return html.number(value, digits=0 if isinstance(value, int) else 3)
