"""Show the results of a search: counts, list, map, and the selected thread."""

from html import escape
from typing import Any

import marimo as mo
import polars as pl

from workbench.dashboard.components import messages, thread_filter, thread_reader, thread_table
from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.search import map_view
from workbench.dashboard.search.brush import Atlas, Brush
from workbench.dashboard.search.controls import SearchQuery
from workbench.dashboard.search.queries import SearchResults
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe
from workbench.text import sanitize

#: Tab -> what to do if there is no query.
NOTHING = {
    "Text": "Type what people might ask, in your own words, and press Enter.",
    "Examples": "Tick threads under Text or on the Map and use them as examples, or add some by "
    "their ids. The threads most similar to all of them are listed here.",
    "Map": "No threads here. Drag a larger rectangle, or widen the filters above.",
}

#: Search mode -> (order of its list, what to do if nothing matches).
FOUND = {
    "Meaning": ("the nearest first", "No threads match. Widen the filters above."),
    "Words": (
        "the best match of the words first",
        "No threads contain these words. Try other words or widen the filters above.",
    ),
    "Meaning and words": (
        "the best by meaning and by words first",
        "No threads match. Try other words or widen the filters above.",
    ),
}


def summary(matches: SearchResults | None, *, query: SearchQuery, add: mo.ui.button) -> mo.Html:
    """Show how many threads were found, and why there are no more.

    Args:
        matches: Result of `controls.find`.
        query: The search.
        add: Button that adds the ticked threads to the examples.
    """
    if matches is None:
        return mo.Html("")
    if matches.problem:
        return messages.error(matches.problem)
    number = f'<b data-testid="found">{matches.rows.height:,}</b> threads'
    order = f", {FOUND[query.mode][0]}" if matches.rows.height else ""
    why = ""
    if 0 < matches.rows.height < int(query.limit) and query.kind != next(iter(thread_filter.KINDS)):
        why = f": the {matches.looked:,} nearest tweets contain no more such threads"
    text = f'<p class="wb-listed" aria-live="polite">{number}{order}{why}</p>'
    return mo.hstack([mo.Html(text), add], justify="space-between", align="center")


def read(
    session: ScoresSession,
    listed: pl.DataFrame,
    listing: ThreadList,
    *,
    recipe: Recipe,
) -> thread_reader.Conversation | None:
    """Read the thread that is open in the list."""
    return thread_reader.read(session, listed, listing.value.opened, recipe=recipe)


def examples_bar(tab: str, thread_ids: list[int], chips: Any, more: list[Any]) -> mo.Html:  # noqa: ANN401
    """Lay out the examples, and on their tab the controls for them.

    Args:
        tab: One of `TABS`.
        thread_ids: The examples.
        chips: Their list.
        more: A field for ids; the other controls are shown only if there are examples.
    """
    rest = mo.hstack(
        more if thread_ids else more[:1], widths=[2, 1.5, 1] if thread_ids else None, align="end"
    )
    shown = [*([chips] if thread_ids else []), *([rest] if tab == "Examples" else [])]
    return mo.vstack(shown, gap=0.4) if shown else mo.Html("")


def plot(
    session: ScoresSession,
    atlas: Atlas | str | None,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    *,
    colour: str,
    brush: Brush,
) -> mo.ui.altair_chart | None:
    """Draw the map; return None on another tab, or if there is no map."""
    if not isinstance(atlas, Atlas) or not atlas.places.height:
        return None
    return map_view.chart(session, atlas, mask, verdicts, colour=colour, brush=brush)


def legend(
    atlas: Atlas | str | None,
    mask: pl.Series,
    chosen: pl.Series,
    brush: Brush,
    controls: list[Any],
) -> mo.Html:
    """Show the controls of the map and its caption.

    Args:
        atlas: Result of `map_view.load`.
        mask: Result of `controls.among`.
        chosen: Result of `controls.inside`.
        brush: The rectangle.
        controls: The colour, the button for examples, the page (shown if there are several), and
            the button for the better map (shown until there is one).
    """
    if not isinstance(atlas, Atlas):
        return mo.Html("")
    caption = map_view.caption(atlas, mask, chosen, brushed=bool(brush.on(atlas)))
    colour, add, page, better = controls
    shown = [colour, add]
    shown += [page] if int(chosen.sum()) > thread_filter.SIZE else []
    shown += [better] if atlas.method == "axes" else []
    return mo.vstack([mo.hstack(shown, justify="start", align="center"), caption], gap=0.1)


def empty_reason(
    tab: str, matches: SearchResults | None, *, query: SearchQuery, atlas: Atlas | str | None = None
) -> str:
    """Return why a list is empty: there is no query, no result, or no map.

    Args:
        tab: One of `TABS`.
        matches: Result of `controls.find`.
        query: The search.
        atlas: Result of `map_view.load`.
    """
    if isinstance(atlas, str):
        return sanitize.visible(atlas)
    return NOTHING[tab] if matches is None or matches.problem else FOUND[query.mode][1]


def show(
    session: ScoresSession,
    listed: pl.DataFrame,
    listing: ThreadList,
    thread: thread_reader.Conversation | None,
    *,
    why: str,
    plot: mo.ui.altair_chart | None,
) -> mo.Html:
    """Lay out the list, the open thread, and the map if there is one.

    Args:
        session: Scores and workspace.
        listed: Result of `controls.rows`.
        listing: The list of these rows.
        thread: Result of `read`.
        why: Result of `nothing`.
        plot: Result of `plot`.
    """
    empty = mo.callout(mo.Html(f'<p data-testid="nothing">{escape(why)}</p>'), kind="neutral")
    left = listing if listed.height else empty
    reader = mo.Html("")
    if listed.height:
        reader = thread_reader.draw(session, thread, page="search.py")
    if plot is None:
        return thread_table.split(left, reader)
    return thread_table.split(plot, mo.vstack([left, reader]))
