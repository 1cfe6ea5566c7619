"""Show the results of a search: counts, map, list, and the open thread."""

from html import escape
from typing import Any

import marimo as mo
import numpy as np
import polars as pl

from workbench.dashboard.components import messages, search_help, thread_filter, thread_reader
from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.search import map_view
from workbench.dashboard.search.controls import SearchQuery
from workbench.dashboard.search.map_view import Atlas
from workbench.dashboard.search.queries import SearchResults
from workbench.dashboard.search.scatter import Scatter
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe
from workbench.text import sanitize

#: Tab -> what to do if there is no query.
NOTHING = {
    "Text": "Type what people might ask, in your own words, or select threads on the map.",
    "Examples": "Tick threads under Text and use them as examples, or add some by their ids. The "
    "threads most similar to all of them are listed here.",
}

#: Search mode -> (order of its list, what to do if nothing matches).
FOUND = {
    "vector": ("the nearest first", "No threads match. Widen the filters above."),
    "words": (
        "the best match of the words first",
        "No threads contain these words. Try other words or widen the filters above.",
    ),
    "both": (
        "the best by meaning and by words first",
        "No threads match. Try other words or widen the filters above.",
    ),
}

#: Which tweets a search looks at.
WHERE = (
    "By words, all of them must be in the opening tweet. By meaning, only what is in quotes or "
    "follows a minus sign must match. If the recipe embeds replies, too, they are searched as well."
)


def summary(
    matches: SearchResults | None,
    chosen: pl.Series,
    *,
    query: SearchQuery,
    controls: list[Any],
) -> mo.Html:
    """Show how many threads were found, and why there are no more.

    Args:
        matches: Result of `controls.find`.
        chosen: Result of `controls.inside`.
        query: The search.
        controls: The page of the list (shown without a search, if there are several) and the
            button that adds ticked threads to the examples.
    """
    page, add = controls
    if matches is None:
        text = f'<b data-testid="listed">{int(chosen.sum()):,}</b> threads, the best fit first'
        shown = [page, add] if int(chosen.sum()) > thread_filter.SIZE else [add]
        return mo.hstack([_line(text), *shown], justify="start", align="center")
    if matches.problem:
        return messages.error(matches.problem)
    number = f'<b data-testid="found">{matches.rows.height:,}</b>'
    if matches.hits is not None and int(matches.hits.sum()) > matches.rows.height:
        number += f' of <b data-testid="matches">{int(matches.hits.sum()):,}</b>'
    order = f", {FOUND[matches.by][0]}" if matches.rows.height else ""
    why = ""
    if 0 < matches.rows.height < int(query.limit) and matches.looked:
        why = f": the {matches.looked:,} nearest tweets contain no more such threads"
    line = mo.hstack([_line(f"{number} threads{order}{why}"), add], justify="start", align="center")
    return mo.vstack([line, search_help.notes(matches.notes)], gap=0)


def caption(
    atlas: Atlas | str, scatter: Scatter | None, mask: pl.Series, chosen: pl.Series
) -> list[mo.Html]:
    """Return the caption of the map, or an error if there is no map."""
    if isinstance(atlas, str):
        return [mo.Html(f'<p class="wb-listed">{escape(sanitize.visible(atlas))}</p>')]
    if scatter is None:
        return []
    is_selected = len(scatter.corners) > 0
    return [map_view.caption(atlas, mask, chosen, is_selected=is_selected)]


def _line(html: str) -> mo.Html:
    return mo.Html(f'<p class="wb-listed" aria-live="polite">{html}</p>')


def mark(
    scatter: Scatter,
    atlas: Atlas,
    session: ScoresSession,
    *,
    mask: pl.Series,
    matches: SearchResults | None,
    examples: list[int],
) -> None:
    """Show on the map which threads the filters leave, which match, and which are examples."""
    scatter.show(atlas.points(mask))
    scatter.ring(None if matches is None else atlas.points(_hits(session, matches)))
    places = session.places(pl.Series(examples, dtype=pl.Int64))["place"].to_list()
    scatter.examples = atlas.numbers(places)


def _hits(session: ScoresSession, matches: SearchResults) -> pl.Series:
    """Mark all threads that match; of a search by meaning, those that are listed."""
    if matches.hits is not None:
        return matches.hits
    marked = np.zeros(session.scores.height, dtype=np.bool_)
    marked[session.places(matches.rows["thread_id"])["place"].to_numpy()] = True
    return pl.Series(marked)


def read(
    session: ScoresSession,
    listed: pl.DataFrame,
    thread_id: int | None,
    *,
    verdicts: pl.DataFrame,
    recipe: Recipe,
) -> thread_reader.Conversation | None:
    """Read the open thread, listed or not."""
    if thread_id is None or thread_id in listed["thread_id"]:
        return thread_reader.read(session, listed, thread_id, recipe=recipe)
    places = session.places(pl.Series([thread_id]))["place"]
    row = session.openings(session.at(places, verdicts))
    return thread_reader.read(session, row, thread_id, recipe=recipe)


def examples_bar(tab: str, thread_ids: list[int], chips: Any, more: list[Any]) -> mo.Html:  # noqa: ANN401
    """Lay out the tray of examples, and on their tab the controls for them.

    Args:
        tab: One of `controls.TABS`.
        thread_ids: The examples.
        chips: Their list.
        more: A field for ids; the other controls are shown only if there are examples.
    """
    rest = mo.hstack(
        more if thread_ids else more[:1], widths=[2, 1.5, 1] if thread_ids else None, align="end"
    )
    about = mo.Html(
        '<p class="wb-effect">Known instructions are what the similarity of a thread is measured '
        "against. After adding some, similarity and selection are out of date until the threads "
        "are scored again.</p>"
    )
    is_open = tab == "Examples"
    shown = [*([chips] if thread_ids else []), *([rest] if is_open else [])]
    shown += [about] if is_open and thread_ids else []
    return mo.vstack(shown, gap=0.4) if shown else mo.Html("")


def empty_reason(
    tab: str, matches: SearchResults | None, *, atlas: Atlas | str | None = None
) -> str:
    """Return why a list is empty: there is no query, no result, or no map.

    Args:
        tab: One of `controls.TABS`.
        matches: Result of `controls.find`.
        atlas: Result of `map_view.load`.
    """
    if matches is not None and not matches.problem:
        return FOUND[matches.by][1]
    if isinstance(atlas, str):
        return sanitize.visible(atlas)
    return NOTHING[tab]


def show(
    session: ScoresSession,
    listing: ThreadList,
    thread: thread_reader.Conversation | None,
    *,
    plot: Any,  # noqa: ANN401 (the element of the map, or nothing)
    above: list[mo.Html],
    why: str,
    words: str,
) -> mo.Html:
    """Lay out the map with the list below it, and the open thread beside both.

    Args:
        session: Scores and workspace.
        listing: The list.
        thread: Result of `read`.
        plot: The map; None if there is none.
        above: What is shown between the map and the list.
        why: Result of `empty_reason`.
        words: Search text; its matches are marked.
    """
    empty = mo.callout(mo.Html(f'<p data-testid="nothing">{escape(why)}</p>'), kind="neutral")
    left = [*([plot] if plot is not None else []), *above, listing if listing.cards else empty]
    right = thread_reader.draw(session, thread, words=words, page="search.py", height="82vh")
    columns = ("".join(f"<div>{part.text}</div>" for part in parts) for parts in (left, [right]))
    return mo.Html(
        '<div class="wb-search">' + "".join(f"<div>{part}</div>" for part in columns) + "</div>"
    )


def paint(
    scatter: Scatter,
    session: ScoresSession,
    atlas: Atlas,
    verdicts: pl.DataFrame,
    *,
    colour: str,
) -> None:
    """Colour the map."""
    scatter.paint(map_view.paint(session, atlas, verdicts, colour=colour))
