"""Listing: threads as tables to choose from; every text in them is plain text."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any, Literal

import marimo as mo
import polars as pl

from workbench.dashboard.components import job_status
from workbench.dashboard.session.scores_session import ORDERS
from workbench.display import html
from workbench.recipe import CATALOGUE
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
    label = (NAMES | FACTS).get(column, column).capitalize()
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
    return choosable(
        shown | {"Verdict": titles(found["removed_by"])},
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


#: Facts of a thread above its turns: column of the scores -> what people call it.
FACTS = {
    "turns": "turns",
    "participants": "people",
    "depth": "depth",
    "suitability": "fits",
    "answer": "answered",
    "similarity": "similarity",
    "lang": "language",
    "is_complete": "complete",
    "link_share": "links",
    "mention_share": "mentions",
}


#: What the headings of lists of threads mean.
TOOLTIPS = {
    "Near": "cosine to what you look for",
    "Verdict": "kept, or the rule that removes the thread first",
}


def table(rows: pl.DataFrame, *, rule: str = "suitability") -> mo.ui.table:
    """List threads, one line each, one of which can be chosen; every text is plain text.

    Args:
        rows: Rows of the scores with `text` and `removed_by`.
        rule: Rule with bounds whose score is shown; of another kind, how well it fits.
    """
    shown_rule = CATALOGUE[rule if CATALOGUE[rule].kind == "bounds" else "suitability"]
    digits = 0 if rows.schema[shown_rule.column].is_integer() else 3
    label = FACTS.get(shown_rule.column, shown_rule.title).capitalize()
    shown = {
        "Opening tweet": [
            "(deleted)" if text is None else sanitize.plain(text, most=110) for text in rows["text"]
        ],
        "Turns": [html.number(value) for value in rows["turns"]],
        label: [html.number(value, digits=digits) for value in rows[shown_rule.column]],
        "Verdict": titles(rows["removed_by"]),
    }
    is_all_kept = rows["removed_by"].null_count() == rows.height
    return choosable(
        shown,
        widths={"Opening tweet": 214, "Turns": 55, label: 70, "Verdict": 103},
        height=470,
        hidden=["Verdict"] if is_all_kept else [],
    )


def titles(removed_by: pl.Series) -> list[str]:
    r"""Name the rule that removes each thread as people know it, in lines that fit a column.

    The lines are broken here because marimo wraps what is wider than 200 pixels only.

    Examples:
        >>> titles(pl.Series(["suitability", None]))
        ['Request that\nfits', 'Kept']
    """
    return [fill(CATALOGUE[name].title, 14) if name else "Kept" for name in removed_by]


def choosable(
    shown: Mapping[str, Sequence[str]],
    *,
    widths: Mapping[str, int],
    height: int,
    first: int = 0,
    selection: Literal["single", "multi"] = "single",
    hidden: Sequence[str] = (),
) -> mo.ui.table:
    """Make a table of threads to choose from; `place` tells the row that is chosen.

    Args:
        shown: Columns of plain text, among them `Opening tweet`; those not of words are numbers.
        widths: Of the columns, in pixels; of one that is wrapped, 214 at least.
        height: Of the table, in pixels.
        first: Row that is chosen to begin with.
        selection: Whether one row can be chosen, or several.
        hidden: Columns that are not drawn.
    """
    rows = len(shown["Opening tweet"])
    words = [name for name in ("Opening tweet", "Verdict") if name in shown]
    return mo.ui.table(
        pl.DataFrame({**shown, "place": range(rows)}),
        selection=selection,
        initial_selection=[first] if rows else None,
        pagination=False,
        max_height=height,
        hidden_columns=["place", *hidden],
        wrapped_columns=words,
        column_widths=dict(widths),
        text_justify_columns={name: "right" for name in shown if name not in words},
        header_tooltip={name: said for name, said in TOOLTIPS.items() if name in shown},
        show_column_summaries=False,
        show_data_types=False,
        show_download=False,
        show_search=False,
    )


def split(left: mo.Html, right: mo.Html) -> mo.Html:
    """Put a list and what was chosen in it side by side; on small screens one below the other."""
    return mo.Html(f'<div class="wb-split"><div>{left.text}</div><div>{right.text}</div></div>')
