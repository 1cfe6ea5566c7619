"""Make the controls of the page, read them, and run the search that they ask for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any, Self

import marimo as mo
import polars as pl

from workbench.dashboard.components import thread_filter, thread_reader
from workbench.dashboard.search import map_view, queries
from workbench.dashboard.search.map_view import Atlas
from workbench.dashboard.search.queries import SearchResults
from workbench.dashboard.search.scatter import Scatter
from workbench.dashboard.session import query_params
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe
from workbench.text import sanitize

#: Ways to find threads.
TABS = ["Text", "Examples"]

#: Numbers of threads to list.
LIMITS = ["20", "50", "100"]

#: Milliseconds after the last key until the search begins.
PAUSE = 300

#: Relative widths of the controls, from the text to the number.
WIDTHS = [3, 1.2, 1.2, 1, 0.6, 1]


@dataclass(frozen=True)
class SearchQuery:
    """Which threads may be found, and how.

    Args:
        mode: One of `queries.MODES`.
        kind: One of `thread_filter.KINDS`.
        language: A language, or `thread_filter.ANY`.
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
    """Make the text field, with the text of the address."""
    return mo.ui.text(
        query_params.read("text"),
        placeholder='how do I get rid of moles -poison, or "exact words"',
        label="What people might ask",
        full_width=True,
        debounce=PAUSE,
    )


def controls(session: ScoresSession) -> mo.ui.dictionary:
    """Make the other controls, with the values of the address."""
    spoken = thread_filter.languages(session)
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
    """Return the first tab: that of the address, or the one that the address has values for."""
    if query_params.read("tab") in TABS:
        return query_params.read("tab")
    return "Examples" if query_params.ids("examples") else "Text"


def among(session: ScoresSession, verdicts: pl.DataFrame, *, query: SearchQuery) -> pl.Series:
    """Mark the threads that may be found, in the order of the scores."""
    return thread_filter.among(session, verdicts, kind=query.kind, language=query.language)


@contextmanager
def waiting(tab: str, text: str, recipe: Recipe) -> Iterator[None]:
    """Say that the first search by text loads the model; show nothing during later searches."""
    if tab == "Text" and text.strip() and not queries.is_loaded(recipe.embed):
        model = escape(sanitize.plain(recipe.embed.model, most=60))
        line = f"Loading the model {model} once, for some seconds …"
        mo.output.replace(mo.Html(f'<p class="wb-listed" role="status">{line}</p>'))
    yield
    mo.output.clear()


def find(
    session: ScoresSession,
    tab: str,
    text: str,
    thread_ids: list[int],
    *,
    query: SearchQuery,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    recipe: Recipe,
) -> SearchResults | None:
    """Search by text or by examples; return None without a query.

    Args:
        session: Scores and workspace.
        tab: One of `TABS`.
        text: The text.
        thread_ids: The examples.
        query: How to search.
        mask: Result of `among`.
        verdicts: Result of `ScoresSession.verdicts`.
        recipe: Names the embedder.
    """
    how: dict[str, Any] = {
        "mode": queries.MODES[query.mode],
        "mask": mask,
        "verdicts": verdicts,
        "limit": int(query.limit),
    }
    if tab == "Text" and text.strip():
        return queries.by_text(session, text, settings=recipe.embed, **how)
    if tab == "Examples" and thread_ids:
        return queries.by_examples(session, thread_ids, **how)
    return None


def rows(
    session: ScoresSession,
    matches: SearchResults | None,
    chosen: pl.Series,
    *,
    page: int,
    verdicts: pl.DataFrame,
) -> pl.DataFrame:
    """Return the threads to list: the results, or without a search those of the map, best first.

    Args:
        session: Scores and workspace.
        matches: Result of `find`.
        chosen: Result of `inside`.
        page: Page of the threads of the map, counted from 1.
        verdicts: Result of `ScoresSession.verdicts`.
    """
    if matches is not None:
        return matches.rows
    listed = session.some(
        chosen, verdicts, order="Best fit first", page=page, size=thread_filter.SIZE
    )
    return session.openings(listed)


def inside(atlas: Atlas | str, scatter: Scatter | None, mask: pl.Series) -> pl.Series:
    """Mark the threads of the selection on the map; all of the mask if there is none."""
    if scatter is None or not isinstance(atlas, Atlas) or not len(scatter.corners):
        return mask
    return map_view.inside(atlas, mask, scatter.corners)


def remember(
    text: str,
    thread_ids: list[int],
    *,
    query: SearchQuery,
    thread: thread_reader.Conversation | None,
) -> None:
    """Write the search and the open thread to the address."""
    query_params.write(
        choice="thread",
        text=text,
        examples=",".join(map(str, thread_ids)),
        mode=query.mode,
        kind=query.kind,
        language=query.language,
        limit=query.limit,
        thread=thread and thread.row["thread_id"],
    )
