"""Lay out the page: filters, list and conversation side by side, or stacked if it is narrow."""

from collections.abc import Callable
from html import escape

import marimo as mo
import polars as pl

from workbench.dashboard.components.thread_labels import ThreadLabels
from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.components.thread_reader import Conversation
from workbench.dashboard.read.filters import Bins, Filters
from workbench.dashboard.session import query_params
from workbench.dashboard.session.scores_session import ORDERS, ScoresSession
from workbench.facets import bin_ranges

#: Names of filters in links of other pages; the page itself writes `chosen`.
LINKED = ("kind", "whole", "language")

#: Greatest height of the list and of the conversation: what the bars above leave of the window.
#: In a narrow window they are stacked, and both are in view.
LIST_HEIGHT = "var(--wb-list-height)"
VIEW_HEIGHT = "var(--wb-view-height)"

#: The columns; `--wb-above` is the height of what is above them.
STYLE = """
<style>
.wb-read{--wb-above:192px;--wb-list-height:max(250px,calc(100vh - var(--wb-above)));
 --wb-view-height:var(--wb-list-height);
 display:grid;grid-template-columns:210px minmax(0,1fr) minmax(0,1.35fr);gap:1.25rem}
.wb-read>div{min-width:0}
.wb-read>div:first-child{max-height:var(--wb-list-height);overflow:auto;
 padding-right:.25rem}
@media (max-width:1000px){
 .wb-read{grid-template-columns:minmax(0,1fr);gap:.5rem;
  --wb-list-height:max(130px,calc(40vh - 84px));--wb-view-height:calc(60vh - 150px)}
 .wb-read>div:first-child{max-height:none}
}
</style>
"""


def words() -> mo.ui.text:
    """Return the search field. If the address only names a thread, it contains that id."""
    text = query_params.read("words")
    if not text and not query_params.read("order"):
        text = str(query_params.thread_id() or "")
    return mo.ui.text(
        text,
        placeholder="words in any tweet, or an id",
        label="Find",
        full_width=True,
        on_change=to_first_page,
    )


def order() -> mo.ui.dropdown:
    """Return the control for the order of the list, set as in the address."""
    return mo.ui.dropdown(
        list(ORDERS),
        query_params.choice("order", ORDERS),
        label="Order",
        full_width=True,
        on_change=to_first_page,
    )


def to_first_page(_: object = None) -> None:
    """Begin at the first page, after a person has changed what is listed."""
    query_params.write(page=1)


def chosen(filters: Filters) -> Bins:
    """Read the chosen bins from the address, or from the names that links of other pages use."""
    linked = filters.linked(**{name: query_params.read(name) for name in LINKED})
    bins = bin_ranges.from_text(query_params.read("chosen", most=query_params.LONG))
    return filters.checked(linked | bins)


def labels(session: ScoresSession, thread: Conversation | None) -> ThreadLabels | None:
    """Return the labels of the open thread; None if its opening tweet is missing."""
    if thread is None or thread.turns.is_empty():
        return None
    turn = thread.turns.row(0, named=True)
    if turn["tweet_id"] in thread.gone:
        return None
    return ThreadLabels(session.workspace, turn, labeller=query_params.read("labeller"))


def remember_name(name: str) -> None:
    """Write the name of the person who labels into the address, as the page Label does."""
    query_params.write(labeller=name)


def bar(words: mo.Html, order: mo.Html, page: mo.Html, count: mo.Html) -> mo.Html:
    """Lay out the controls above the columns."""
    place = mo.hstack([page, count], justify="start", align="center", wrap=True)
    return mo.hstack([words, order, place], widths=[2.4, 1, 1.8], align="end")


def columns(panel: mo.Html, listing: mo.Html, reader: mo.Html) -> mo.Html:
    """Put the filters, the list and the conversation side by side."""
    parts = "".join(f"<div>{part.text}</div>" for part in (panel, listing, reader))
    return mo.Html(f'{STYLE}<div class="wb-read">{parts}</div>')


def nothing(filters: Filters, bins: Bins, clear: mo.ui.button) -> mo.Html:
    """Say that no thread is listed, and which filter to loosen."""
    rows = filters.without_each(bins)
    lines = "".join(
        f"<li>Without <b>{escape(text)}</b>: {count:,} thread{'' if count == 1 else 's'}</li>"
        for text, count in rows
    )
    hint = "The filters exclude each other." if all(not count for _, count in rows) else ""
    text = f"<p>No threads match. {hint}</p><ul>{lines}</ul>"
    shown = mo.Html(f'<div class="wb-nothing" data-testid="nothing">{text}</div>')
    return mo.vstack([shown, clear], align="start")


def clear_button(after: Callable[[], None]) -> mo.ui.button:
    """Return the button that removes all filters and words.

    Args:
        after: Called when the address has no filters any more.
    """

    def clear(_: object) -> None:
        query_params.write(words="", chosen="", page=1, **dict.fromkeys(LINKED, ""))
        after()

    return mo.ui.button(label="Clear all filters", on_click=clear)


def remember(
    listing: ThreadList, *, words: str, order: str, bins: Bins, page: int, rows: pl.DataFrame
) -> None:
    """Write what the screen shows into the address; a chosen thread makes an entry."""
    query_params.write(
        choice="thread",
        words=words,
        chosen=bin_ranges.to_text(bins),
        order=order,
        page=page,
        thread=listing.value.opened if rows.height else None,
        **dict.fromkeys(LINKED, ""),
    )
