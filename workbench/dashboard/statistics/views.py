"""The views beside the charts: the list of selected threads, and the role policies."""

from html import escape
from typing import Any

import marimo as mo
import polars as pl

from workbench.dashboard.components import messages, thread_reader
from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.dashboard.statistics import selections
from workbench.export import role_counts
from workbench.facets.crossfilter import Chosen, Crossfilter
from workbench.recipe import Recipe

#: Tabs of the page, in order.
VIEWS = ("Charts", "Coverage", "Roles")

#: Styles of the panel with the list: beside the charts, or over their lower half on narrow pages.
_DRAWER = """
.wb-drawer{position:fixed;right:0;top:0;bottom:0;width:min(32rem,40vw);overflow:auto;z-index:20;
 padding:3.2rem 1rem 1rem;box-sizing:border-box;background:var(--background,Canvas);color:inherit;
 will-change:transform; border-left:1px solid color-mix(in srgb,currentColor 25%,transparent)}
#App:has(.wb-drawer){padding-right:min(32rem,40vw)}
@media (max-width:1100px){
 #App:has(.wb-drawer){padding-right:0;padding-bottom:52vh}
 .wb-drawer{top:auto;left:0;width:auto;height:52vh;padding-top:.75rem;border-left:0;
  border-top:1px solid color-mix(in srgb,currentColor 40%,transparent)}}
"""


def drawer(
    session: ScoresSession,
    rows: pl.DataFrame,
    table: ThreadList,
    *,
    controls: list[Any],
    caption: str,
    recipe: Recipe,
) -> mo.Html:
    """Show the selected threads in a panel beside the charts.

    Args:
        session: Scores, and the workspace that texts are read from.
        rows: One page of the selected threads.
        table: The list of these rows.
        controls: Controls of the order and the page of the list.
        caption: Description of the selection.
        recipe: Recipe that decides which threads are kept.
    """
    head = f'<p class="wb-said" data-testid="selection">{escape(caption)}</p>'
    if rows.is_empty():
        body = mo.Html('<p class="wb-said">No threads match. Remove a restriction.</p>')
    else:
        body = mo.vstack(
            [table, thread_reader.show(session, rows, table.value.opened, recipe=recipe)]
        )
    parts = mo.vstack([mo.Html(head), mo.hstack(controls, justify="start"), body])
    return mo.Html(
        f'<style>{_DRAWER}</style><aside class="wb-drawer" aria-label="Selected threads">'
        f"{parts.text}</aside>"
    )


def roles_of(
    session: ScoresSession, crossfiltered: Crossfilter, bins: Chosen, *, is_asked: bool
) -> mo.Html:
    """Show what each role policy makes of the selected threads, if asked."""
    about = (
        '<p class="wb-said">The role policy, set under Export, decides who is the prompter and who '
        "the assistant. Each policy makes other conversations of the same threads. Counted: "
        f"{escape(selections.sentence(crossfiltered, bins))}.</p>"
    )
    if not is_asked:
        return mo.Html(about)
    selected = session.scores.select("thread_id", "not_placed").filter(
        selections.mask(crossfiltered, bins)
    )
    threads, strays = selected["thread_id"], int(selected["not_placed"].sum())
    with mo.status.progress_bar(total=100, title="Counting") as bar:
        turns = session.workspace.scan("turns")
        counts = role_counts.of_threads(turns, threads, on_progress=messages.progress_callback(bar))
    rows = "".join(
        f"<tr><td>{row['policy'].replace('_', ' ')}</td>"
        + "".join(f"<td>{row[column]:,}</td>" for column in ("threads", "nodes", "paths"))
        + "</tr>"
        for row in counts.iter_rows(named=True)
    )
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("policy", "threads with an assistant", "turns, merged", "paths to a leaf")
    )
    return mo.Html(
        f'{about}<div style="display:inline-block" data-testid="roles">'
        f'<table class="wb-files wb-numbers"><tr>{head}</tr>{rows}</table>'
        f"{_not_placed(strays)}</div>"
    )


def _not_placed(turns: int) -> str:
    if not turns:
        return ""
    return f'<p class="wb-said" data-testid="not-placed">{role_counts.not_placed(turns)}</p>'
