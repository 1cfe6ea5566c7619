"""Make the cards of a list of threads from rows of the scores.

Every text of a card is plain text: nothing of a tweet becomes markup.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import marimo as mo
import polars as pl

from workbench.dashboard.components.thread_list import Card, ThreadList
from workbench.dashboard.session.scores_session import ORDERS
from workbench.display import numbers
from workbench.recipe import CATALOGUE
from workbench.schemas.measures import MEASURES
from workbench.text import sanitize
from workbench.threads import text_search

#: Columns of the scores that are shown above the turns of a thread.
FACTS = (
    "turns",
    "participants",
    "depth",
    "suitability",
    "answer",
    "similarity",
    "language",
    "is_complete",
    "link_share",
    "mention_share",
)

#: Columns that only some lists have: label and meaning.
OTHERS = {
    "before": ("now", "Probability by the classifier in use."),
    "after": ("new", "Probability by the new classifier."),
}

#: Most characters of an opening tweet and of a reply on a card.
LONGEST, LONGEST_REPLY = 200, 100


def column_of_order(order: str) -> str:
    """Return the column to show for one of `scores_session.ORDERS`.

    Examples:
        >>> column_of_order("Most likes first"), column_of_order("Random sample")
        ('likes', 'suitability')
    """
    column = ORDERS[order][0]
    return "suitability" if column in ("shuffle", "turns", "participants") else column


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
    columns: Sequence[str] = ("suitability",),
    query: str = "",
    thread_id: int | None = None,
    name: str = "Threads",
    height: str = "30rem",
    can_tick: bool = False,
) -> ThreadList:
    """List threads, one of which is open.

    The verdicts are hidden if all threads are kept.

    Args:
        rows: Rows of the scores with `text` and `removed_by`, and optionally `hit` or
            `reply_text`: the turn that matches the search, if that is a reply.
        columns: Columns to show beside the turns; see `column_of_order` and `column_of_rule`.
        query: Text that was searched for; its matches are marked.
        thread_id: Thread to open first; the top one if it is not listed.
        name: What screen readers call the list.
        height: Greatest height, as a CSS length.
        can_tick: Whether threads can be ticked.
    """
    has_verdicts = rows["removed_by"].null_count() < rows.height
    return ThreadList(
        [
            _card(row, columns=columns, query=query, has_verdict=has_verdicts)
            for row in rows.iter_rows(named=True)
        ],
        opened=thread_id,
        name=name,
        height=height,
        can_tick=can_tick,
    )


def nearest(rows: pl.DataFrame, *, query: str = "", height: str = "25rem") -> ThreadList:
    """List the threads nearest to a query; they can be ticked.

    Args:
        rows: Rows of `SearchResults`, or of the scores with `removed_by` and `text`.
        query: Text that was searched for; its matches are marked.
        height: Greatest height, as a CSS length.
    """
    columns = [name for name in ("nearness", "suitability") if name in rows.columns]
    return table(rows, columns=columns, query=query, name="Results", height=height, can_tick=True)


def split(left: mo.Html, right: mo.Html) -> mo.Html:
    """Put a list and the open thread side by side, or one below the other if it is narrow."""
    return mo.Html(f'<div class="wb-split"><div>{left.text}</div><div>{right.text}</div></div>')


def _card(row: Mapping[str, Any], *, columns: Sequence[str], query: str, has_verdict: bool) -> Card:
    removed_by = row["removed_by"]
    verdict = f"Removed: {CATALOGUE[removed_by].title}" if removed_by else "Kept"
    facts = [_counted(row["turns"], "turn", "turns")]
    facts.append(_counted(row["participants"], "person", "people"))
    facts += [sanitize.plain(row["language"], most=20)] if row["language"] else []
    return {
        "id": str(row["thread_id"]),
        "text": _opening(row["text"], query),
        "reply": _reply(row.get("hit") or row.get("reply_text"), query),
        "verdict": verdict if has_verdict else "",
        "is_kept": removed_by is None,
        "facts": facts,
        "values": [_value(row[column], column) for column in columns],
    }


def _opening(text: str | None, query: str) -> list[str]:
    """Return the opening tweet in pieces, cut to its first match if it is long."""
    if text is None:
        return ["(deleted)"]
    is_long = query and len(text) > LONGEST
    cut = text_search.excerpt(text, query, around=LONGEST // 2) if is_long else text
    return text_search.split_matches(sanitize.plain(cut, most=LONGEST), query)


def _reply(text: str | None, query: str) -> list[str]:
    if not text:
        return []
    cut = text_search.excerpt(text, query) if query else text
    return text_search.split_matches(sanitize.plain(cut, most=LONGEST_REPLY), query)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _value(value: Any, column: str) -> tuple[str, str, str]:  # noqa: ANN401 (of any column)
    """Return the label, the value and the meaning of a score."""
    if column in OTHERS:
        label, about = OTHERS[column]
        return label, numbers.score(value), about
    return MEASURES[column].short, numbers.measure(value, column), MEASURES[column].tooltip
