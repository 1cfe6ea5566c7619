"""Searched: what the search page shows of what it found, and what can be done with it."""

from collections.abc import Callable
from html import escape
from typing import Any

import marimo as mo
import polars as pl

from workbench.dashboard.components import messages, thread_filter, thread_reader, thread_table
from workbench.dashboard.search import examples, map_view, queries
from workbench.dashboard.search.brush import Atlas, Brush
from workbench.dashboard.search.controls import SearchQuery
from workbench.dashboard.search.queries import SearchResults
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe
from workbench.text import sanitize

#: Why a list is empty.
NOTHING = {
    "Text": "Type what people might ask, in your own words, and press Enter.",
    "Examples": "Tick threads under Text or on the Map and use them as examples, or name some by "
    "their ids; then the threads most like all of them together are listed here.",
    "Map": "No thread is there. Drag a larger rectangle, or ask for more kinds of threads above.",
}

#: Way to search -> in which order it lists, and what is said where it finds nothing.
FOUND = {
    "Meaning": ("the nearest first", "No thread is near. Choose more kinds of threads above."),
    "Words": (
        "the best match of the words first",
        "No thread has these words. Look for other words, or choose more kinds of threads above.",
    ),
    "Meaning and words": (
        "the best by meaning and by words first",
        "No thread is near or has these words. Choose more kinds of threads above.",
    ),
}


def tell(found: SearchResults | None, *, asked: SearchQuery, add: mo.ui.button) -> mo.Html:
    """Say how many threads were found, and why not more.

    Args:
        found: What `find` gives.
        asked: How many were asked for.
        add: What makes examples of those that are ticked.
    """
    if found is None:
        return mo.Html("")
    if found.problem:
        return messages.error(found.problem)
    number = f'<b data-testid="found">{found.rows.height:,}</b> threads'
    order = f", {FOUND[asked.mode][0]}" if found.rows.height else ""
    why = ""
    if 0 < found.rows.height < int(asked.limit) and asked.kind != next(iter(thread_filter.KINDS)):
        why = f": no more among the {found.looked:,} nearest tweets are of such threads"
    said = f'<p class="wb-listed" aria-live="polite">{number}{order}{why}</p>'
    return mo.hstack([mo.Html(said), add], justify="space-between", align="center")


def read(
    live: ScoresSession,
    listed: pl.DataFrame,
    listing: mo.ui.table,
    ticks: queries.Ticks,
    *,
    verdicts: pl.DataFrame,
    recipe: Recipe,
) -> thread_reader.Conversation | None:
    """Read the thread that was ticked last."""
    value: Any = listing.value
    place = ticks.last(value["place"].to_list() if listed.height else [])
    chosen = pl.DataFrame({"place": [] if place is None else [place]}, schema={"place": pl.Int64})
    return thread_reader.read(
        live, listed, chosen, recipe=recipe, explain=thread_reader.full_verdict(verdicts)
    )


def add_button(
    listed: pl.DataFrame,
    listing: mo.ui.table,
    *,
    put: Callable[[Callable[[list[int]], list[int]]], None],
) -> mo.ui.button:
    """Make the button that puts the ticked threads to the examples.

    Args:
        listed: Rows that the list was made from.
        listing: The list.
        put: Sets the examples, given how to make them from those there are.
    """

    def united(before: list[int]) -> list[int]:
        value: Any = listing.value
        return examples.joined(before, listed, value)

    return mo.ui.button(
        label="Use ticked as examples",
        disabled=listed.is_empty(),
        on_change=lambda _: put(united),
    )


def strip(tab: str, thread_ids: list[int], chips: Any, more: list[Any]) -> mo.Html:  # noqa: ANN401
    """Lay out the examples, where there are any, and on their tab what can be done with them.

    Args:
        tab: One of `TABS`.
        thread_ids: The examples.
        chips: Their list.
        more: A field for ids, and, where there are examples, what makes a rule of them.
    """
    rest = mo.hstack(
        more if thread_ids else more[:1], widths=[2, 1.5, 1] if thread_ids else None, align="end"
    )
    shown = [*([chips] if thread_ids else []), *([rest] if tab == "Examples" else [])]
    return mo.vstack(shown, gap=0.4) if shown else mo.Html("")


def plot(
    live: ScoresSession,
    atlas: Atlas | str | None,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    *,
    colour: str,
    brush: Brush,
) -> mo.ui.altair_chart | None:
    """Draw the map; None where another tab is shown, or there is no map."""
    if not isinstance(atlas, Atlas) or not atlas.places.height:
        return None
    return map_view.chart(live, atlas, mask, verdicts, colour=colour, brush=brush)


def legend(
    atlas: Atlas | str | None,
    mask: pl.Series,
    chosen: pl.Series,
    brush: Brush,
    controls: list[Any],
) -> mo.Html:
    """Say what the map shows, beside its controls.

    Args:
        atlas: What `mapping.load` gives.
        mask: What `among` gives.
        chosen: What `inside` gives.
        brush: The rectangle.
        controls: The colour, the button for examples, the page where there are several, and the
            button for a better map while there is none.
    """
    if not isinstance(atlas, Atlas):
        return mo.Html("")
    said = map_view.caption(atlas, mask, chosen, brushed=bool(brush.sides))
    colour, add, page, better = controls
    shown = [colour, add]
    shown += [page] if int(chosen.sum()) > thread_filter.SIZE else []
    shown += [better] if atlas.method == "axes" else []
    return mo.vstack([mo.hstack(shown, justify="start", align="center"), said], gap=0.1)


def nothing(
    tab: str, found: SearchResults | None, *, asked: SearchQuery, atlas: Atlas | str | None = None
) -> str:
    """Say why a list is empty: nothing was asked, nothing found, or there is no map.

    Args:
        tab: One of `TABS`.
        found: What `find` gives.
        asked: How it was looked for.
        atlas: What `mapping.load` gives.
    """
    if isinstance(atlas, str):
        return sanitize.visible(atlas)
    return NOTHING[tab] if found is None or found.problem else FOUND[asked.mode][1]


def show(
    live: ScoresSession,
    listed: pl.DataFrame,
    listing: mo.ui.table,
    thread: thread_reader.Conversation | None,
    *,
    why: str,
    plot: mo.ui.altair_chart | None,
) -> mo.Html:
    """Lay out the list, the thread that was ticked last, and the map where there is one.

    Args:
        live: Where the ledger is read from.
        listed: What `rows` gives.
        listing: The list made of it.
        thread: What `read` gives.
        why: What `nothing` says.
        plot: What `plot` gives.
    """
    told = mo.callout(mo.Html(f'<p data-testid="nothing">{escape(why)}</p>'), kind="neutral")
    left = listing if listed.height else told
    full = thread_reader.link(thread, "read_threads.py", "Open in Read threads", parameter="thread")
    reader = mo.vstack([full, thread_reader.draw(live, thread)], gap=0.25)
    if not listed.height:
        reader = mo.Html("")
    if plot is None:
        return thread_table.split(left, reader)
    return thread_table.split(plot, mo.vstack([left, reader]))
