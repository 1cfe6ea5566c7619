"""List threads in a table with selectable rows.

Every text in the table is plain text: nothing of a tweet becomes markup.
"""

from collections.abc import Callable, Mapping, Sequence
from textwrap import fill
from typing import Any, Literal

import marimo as mo
import polars as pl

from workbench.dashboard.session.scores_session import ORDERS
from workbench.display import numbers
from workbench.recipe import CATALOGUE
from workbench.text import sanitize
from workbench.threads import text_search

#: Facts shown above the turns of a thread: column of the scores -> label.
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

#: Labels of the columns that a table can show beside the turns.
LABELS = FACTS | {
    "likes": "likes",
    "started_at": "opened (UTC)",
    "first_reply_seconds": "first reply after",
    "span_seconds": "lasted",
}

#: Explanations of column headings.
TOOLTIPS = {
    "Near": "cosine to what you look for",
    "Verdict": "kept, or the first rule that removes the thread",
}

#: Pixels of a column. marimo wraps text only in columns wider than 200 pixels.
WIDTHS = {"Opening tweet": 214, "Turns": 55, "Near": 55, "Fits": 55, "Verdict": 103}

#: Pixels of a column of times, and of any other column.
_TIME_WIDTH, _WIDTH = 90, 70


def column_of_order(order: str) -> str:
    """Return the column to show for one of `scores_session.ORDERS`.

    Examples:
        >>> column_of_order("Most likes first"), column_of_order("Random sample")
        ('likes', 'suitability')
    """
    column = ORDERS[order][0]
    return "suitability" if column in ("shuffle", "turns") else column


def column_of_rule(rule: str) -> str:
    """Return the column to show for a rule: its score, or how well the thread fits.

    Examples:
        >>> column_of_rule("likes"), column_of_rule("language")
        ('likes', 'suitability')
    """
    return CATALOGUE[rule if CATALOGUE[rule].kind == "bounds" else "suitability"].column


def table(
    rows: pl.DataFrame,
    *,
    column: str = "suitability",
    query: str = "",
    thread_id: int | None = None,
) -> mo.ui.table:
    """List threads, one of which can be selected.

    The verdicts are hidden if all threads are kept.

    Args:
        rows: Rows of the scores with `text` and `removed_by`, and optionally `hit`.
        column: Column to show beside the turns; see `column_of_order` and `column_of_rule`.
        query: Text that was searched for; shown in context.
        thread_id: Thread to select first; the top one if it is not listed.
    """
    label = _label(column)
    columns = {
        "Opening tweet": [_with_hit(row, query) for row in rows.iter_rows(named=True)],
        "Turns": [numbers.count(value) for value in rows["turns"]],
        label: [_value(value, column) for value in rows[column]],
        "Verdict": titles(rows["removed_by"]),
    }
    first = (rows["thread_id"] == thread_id).arg_max() if thread_id is not None else 0
    is_all_kept = rows["removed_by"].null_count() == rows.height
    return selectable(
        columns,
        height=480,
        first=first or 0,
        hidden=["Verdict"] if is_all_kept else [],
        widths={label: _TIME_WIDTH} if column in ("started_at", "first_reply_seconds") else {},
    )


def nearest(
    rows: pl.DataFrame,
    *,
    height: int = 400,
    on_select: Callable[[list[int]], None] | None = None,
) -> mo.ui.table:
    """List the threads nearest to a query, several of which can be selected.

    Args:
        rows: Rows of `SearchResults`, or of the scores with `removed_by` and `text`.
        height: Height of the list, in pixels.
        on_select: Called with the numbers of the selected rows.
    """
    columns = {"Opening tweet": [_with_reply(row) for row in rows.iter_rows(named=True)]}
    if "nearness" in rows.columns:
        columns["Near"] = [numbers.score(value) for value in rows["nearness"]]
    columns["Turns"] = [numbers.count(value) for value in rows["turns"]]
    columns["Fits"] = [numbers.score(value) for value in rows["suitability"]]
    columns["Verdict"] = titles(rows["removed_by"])
    return selectable(columns, height=height, selection="multi", on_select=on_select)


def selectable(
    columns: Mapping[str, Sequence[str]],
    *,
    height: int,
    first: int = 0,
    selection: Literal["single", "multi"] = "single",
    hidden: Sequence[str] = (),
    widths: Mapping[str, int] | None = None,
    on_select: Callable[[list[int]], None] | None = None,
) -> mo.ui.table:
    """Make a table of threads; the column `place` of its value is the number of a selected row.

    Args:
        columns: Plain texts by heading, including `Opening tweet`.
        height: Height of the table, in pixels.
        first: Row selected at first.
        selection: Whether one row can be selected, or several.
        hidden: Columns that are not shown.
        widths: Widths of columns, in pixels, if they differ from `WIDTHS`.
        on_select: Called with the numbers of the selected rows.
    """

    def on_change(selected: Any) -> None:  # noqa: ANN401 (the value of a table)
        if on_select:
            on_select(selected["place"].to_list())

    count = len(columns["Opening tweet"])
    texts = [name for name in ("Opening tweet", "Verdict") if name in columns]
    return mo.ui.table(
        pl.DataFrame({**columns, "place": range(count)}),
        selection=selection,
        initial_selection=[first] if count else None,
        pagination=False,
        max_height=height,
        hidden_columns=["place", *hidden],
        wrapped_columns=texts,
        column_widths={name: WIDTHS.get(name, _WIDTH) for name in columns} | dict(widths or {}),
        text_justify_columns={name: "right" for name in columns if name not in texts},
        header_tooltip={name: tip for name, tip in TOOLTIPS.items() if name in columns},
        show_column_summaries=False,
        show_data_types=False,
        show_download=False,
        show_search=False,
        on_change=on_change,
    )


def split(left: mo.Html, right: mo.Html) -> mo.Html:
    """Put a list and the selected thread side by side, or one below the other if it is narrow."""
    return mo.Html(f'<div class="wb-split"><div>{left.text}</div><div>{right.text}</div></div>')


def titles(removed_by: pl.Series) -> list[str]:
    r"""Return the title of the rule that removes each thread, wrapped to fit a column.

    The lines are broken here because marimo only wraps columns wider than 200 pixels.

    Examples:
        >>> titles(pl.Series(["suitability", None]))
        ['Suitable\nrequest', 'Kept']
    """
    return [fill(CATALOGUE[name].title, 14) if name else "Kept" for name in removed_by]


def _label(column: str) -> str:
    rules = {rule.column: rule.title for rule in CATALOGUE.values()}
    return LABELS.get(column, rules.get(column, column)).capitalize()


def _with_hit(row: Mapping[str, Any], query: str) -> str:
    """Return the opening tweet, and the reply that contains the query if the opening does not."""
    if row["text"] is None:
        return "(deleted)"
    is_long = query and len(row["text"]) > 120
    opening = text_search.excerpt(row["text"], query, around=60) if is_long else row["text"]
    if row.get("hit") is None:
        return sanitize.plain(opening, most=120)
    hit = sanitize.plain(text_search.excerpt(row["hit"], query), most=100)
    return f"{sanitize.plain(row['text'], most=60)} | reply: {hit}"


def _with_reply(row: Mapping[str, Any]) -> str:
    """Return the opening tweet, and the nearest turn if that is a reply."""
    if row["text"] is None:
        return "(deleted)"
    opening, reply = sanitize.plain(row["text"], most=120), row.get("reply_text")
    return f"{opening} | reply: {sanitize.plain(reply, most=100)}" if reply else opening


def _value(value: Any, column: str) -> str:  # noqa: ANN401
    if value is None:
        return "-"
    if column == "started_at":
        return f"{value:%Y-%m-%d %H:%M}"
    if column.endswith("seconds"):
        return numbers.duration(value)
    return numbers.measure(value, column)
