"""Looking: the page that finds threads by a text, by examples, or on the map."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Self

import marimo as mo
import polars as pl

from workbench.dashboard.components import thread_filter
from workbench.dashboard.search import map_view, queries
from workbench.dashboard.search.brush import Atlas, Brush
from workbench.dashboard.search.queries import SearchResults
from workbench.dashboard.session import query_params
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe
from workbench.text import sanitize

#: Ways to find threads.
TABS = ["Text", "Examples", "Map"]

#: How many threads are listed.
LIMITS = ["20", "50", "100"]

#: Widths of what is asked, from the text to the number.
WIDTHS = [3, 1.3, 1.2, 1, 0.6]


@dataclass(frozen=True)
class SearchQuery:
    """What may be found, and how.

    Args:
        mode: One of `finding.MODES`.
        kind: One of `reading.KINDS`.
        language: A language, or `reading.ANY`.
        limit: One of `LIMITS`.
    """

    mode: str
    kind: str
    language: str
    limit: str

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Read the controls."""
        return cls(**{name: values[name] for name in cls.__dataclass_fields__})


def text() -> mo.ui.text:
    """Ask for a text, as the address has it."""
    return mo.ui.text(
        query_params.read("text"),
        placeholder="how do I get rid of moles without poison",
        label="What people might ask",
        full_width=True,
    )


def controls(live: ScoresSession) -> mo.ui.dictionary:
    """Make the choices of what may be found, as the address has them."""
    spoken = thread_filter.languages(live)
    code = query_params.read("language")
    language = next((name for name, value in spoken.items() if value == code), thread_filter.ANY)
    offered = {"mode": list(queries.MODES), "kind": list(thread_filter.KINDS), "limit": LIMITS}
    first = {name: query_params.choice(name, options) for name, options in offered.items()}
    return mo.ui.dictionary(
        {
            "mode": mo.ui.dropdown(
                list(queries.MODES), first["mode"], label="Near by", full_width=True
            ),
            "kind": mo.ui.dropdown(
                list(thread_filter.KINDS), first["kind"], label="Among", full_width=True
            ),
            "language": mo.ui.dropdown(spoken, language, label="Language", full_width=True),
            "limit": mo.ui.dropdown(LIMITS, first["limit"], label="List", full_width=True),
        }
    )


def first_tab() -> str:
    """Choose the way to begin with: that of the address, or the one that it has something for."""
    if query_params.read("tab") in TABS:
        return query_params.read("tab")
    return "Examples" if query_params.ids("examples") else "Text"


def among(live: ScoresSession, verdicts: pl.DataFrame, *, asked: SearchQuery) -> pl.Series:
    """Mark the threads that may be found, in the order of the scores."""
    listed = thread_filter.ThreadQuery(
        asked.kind, next(iter(thread_filter.WHOLES)), asked.language, ""
    )
    return thread_filter.among(live, verdicts, query=listed)


def busy(tab: str, recipe: Recipe) -> str:
    """Say what a search waits for, as HTML: the first one by a text has to load the model."""
    if tab != "Text" or queries.is_loaded(recipe.embed):
        return "Searching"
    model = escape(sanitize.plain(recipe.embed.model, most=60))
    return f"Loading the model {model}, some seconds, once"


def find(
    live: ScoresSession,
    tab: str,
    said: str,
    thread_ids: list[int],
    *,
    asked: SearchQuery,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    recipe: Recipe,
) -> SearchResults | None:
    """Look for threads by a text or by examples; None where nothing is asked, or on the map.

    Args:
        live: The scores.
        tab: One of `TABS`.
        said: The text.
        thread_ids: The examples.
        asked: How to look.
        mask: What `among` gives.
        verdicts: What `Live.verdicts` gives.
        recipe: Names the embedder.
    """
    how: dict[str, Any] = {
        "mode": queries.MODES[asked.mode],
        "mask": mask,
        "verdicts": verdicts,
        "limit": int(asked.limit),
    }
    if tab == "Text" and said.strip():
        return queries.by_text(live, said, settings=recipe.embed, **how)
    if tab == "Examples" and thread_ids:
        return queries.by_examples(live, thread_ids, **how)
    return None


def rows(
    live: ScoresSession,
    found: SearchResults | None,
    atlas: Atlas | str | None,
    brushed: pl.Series,
    *,
    page: int,
    verdicts: pl.DataFrame,
) -> pl.DataFrame:
    """Give the threads to list: what was found, or on the map those in the rectangle, best first.

    Args:
        live: The scores.
        found: What `find` gives.
        atlas: What `mapping.load` gives; None where another tab is shown.
        brushed: What `inside` gives.
        page: Which page of the rectangle.
        verdicts: What `Live.verdicts` gives.
    """
    if found is not None:
        return found.rows
    if not isinstance(atlas, Atlas):
        brushed = brushed & False
    listed = live.some(
        brushed, verdicts, order="Best fit first", page=page, size=thread_filter.SIZE
    )
    return live.openings(listed)


def inside(
    atlas: Atlas | str | None, plot: mo.ui.altair_chart | None, mask: pl.Series, brush: Brush
) -> pl.Series:
    """Mark the threads in the rectangle of the map; all that are on it where there is none."""
    if plot is None or not isinstance(atlas, Atlas):
        return mask & False
    return map_view.inside(atlas, mask, brush.of(plot))


def remember(tab: str, said: str, thread_ids: list[int], *, asked: SearchQuery) -> None:
    """Keep what is asked in the address."""
    query_params.write(
        tab=tab,
        text=said,
        examples=",".join(map(str, thread_ids)),
        mode=asked.mode,
        kind=asked.kind,
        language=asked.language,
        limit=asked.limit,
    )
