"""The views of the page: selected threads, pictures, coverage and role policies."""

import json
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import marimo as mo
import numpy as np
import polars as pl

from workbench import charts
from workbench.dashboard.components import messages, navigation, thread_reader, thread_table
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.dashboard.statistics import crossfilter
from workbench.export import role_counts
from workbench.facets.crossfilter import Chosen, Crossfilter
from workbench.recipe import Recipe
from workbench.storage import Workspace
from workbench.threads import coverage

#: Tabs of the page, in order.
VIEWS = ("Charts", "Threads", "Save a picture", "Coverage", "Roles")
#: Bytes of tweets up to which coverage is counted without a click: about a million tweets.
QUICK = 150_000_000


def from_query(text: str | None) -> object:
    """Read the selection of an address; None if it is damaged."""
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None


def to_query(bins: Chosen) -> str:
    """Write a selection for the address.

    Examples:
        >>> to_query({"turns": [0, 1]})
        '{"turns":[0,1]}'
    """
    return json.dumps(bins, separators=(",", ":")) if bins else ""


def mask(crossfiltered: Crossfilter, bins: Chosen) -> pl.Series:
    """Mark the selected threads."""
    return pl.Series("chosen", crossfiltered.mask(bins), dtype=pl.Boolean)


def sentence(crossfiltered: Crossfilter, bins: Chosen) -> str:
    """Describe a selection in words."""
    words = crossfilter.summary(crossfiltered, bins).values()
    return "; ".join(f"{title}: {text}" for title, text in words)


def selection_count(crossfiltered: Crossfilter, bins: Chosen) -> mo.Html:
    """Show how many threads are selected, and the selection in words."""
    count = int(np.count_nonzero(crossfiltered.mask(bins)))
    words = escape(sentence(crossfiltered, bins) or "no selection under Charts")
    return mo.Html(
        f'<div class="wb-counts" aria-live="polite"><div><b data-testid="chosen">{count:,}</b> '
        f"<span>of {crossfiltered.threads:,} threads ({words})</span></div></div>"
    )


def reader(
    session: ScoresSession, rows: pl.DataFrame, value: pl.DataFrame, *, recipe: Recipe
) -> mo.Html:
    """Draw the thread selected in a list, with a link to Read threads."""
    shown = thread_reader.show(session, rows, value, recipe=recipe)
    if value.is_empty():
        return shown
    thread = rows["thread_id"][value["place"][0]]
    address = navigation.link("read_threads.py", query=f"thread={thread}")
    link = f'<a href="{address}" style="text-decoration:underline">Open in Read threads</a>'
    return mo.Html(f'<p class="wb-said">{link}</p>{shown.text}')


def listing(session: ScoresSession, rows: pl.DataFrame, table: Any, *, recipe: Recipe) -> mo.Html:  # noqa: ANN401 (marimo's value has many types)
    """Show the list of threads beside the selected one."""
    if rows.is_empty():
        return mo.callout(
            mo.Html("No threads match the selection. Clear some of it under Charts."),
            kind="neutral",
        )
    return thread_table.split(table, reader(session, rows, table.value, recipe=recipe))


def picture(crossfiltered: Crossfilter, bins: Chosen, *, name: str) -> mo.Html:
    """Draw one large chart, with buttons to save it."""
    facet = crossfiltered.facets[name]
    words = sentence(crossfiltered, bins)
    counts = crossfiltered.counts(bins)[name]
    drawn = charts.facets.picture(facet, counts, subtitle=words)
    rows = charts.facets.frame(facet, counts)

    def writer(kind: str) -> Any:  # noqa: ANN401 (marimo takes any function)
        return lambda: charts.image_files.image(drawn, kind)

    buttons = [
        mo.download(writer(kind), f"{name}.{kind}", mimetype=mime, label=f"Save as {kind.upper()}")
        for kind, mime in charts.image_files.MIMES.items()
    ]
    table = mo.download(
        rows.select("label", "threads").pipe(_safe_csv).encode(),
        f"{name}.csv",
        mimetype="text/csv",
        label="Save the numbers",
    )
    return mo.vstack([drawn, mo.hstack([*buttons, table], justify="start")])


def _safe_csv(rows: pl.DataFrame) -> str:
    """Write CSV in which no name is a spreadsheet formula."""
    label = pl.col("label")
    is_formula = label.str.contains(r"^\s*[=+\-@]")
    safe = pl.when(is_formula).then("'" + label).otherwise(label)
    return rows.with_columns(safe.alias("label")).write_csv()


def is_quick(session: ScoresSession) -> bool:
    """Return whether the coverage of a workspace is counted quickly enough to not ask first."""
    return _size(session.workspace) <= QUICK


def coverage_of(session: ScoresSession, *, by: str, is_asked: bool) -> mo.Html:
    """Show the share of replies with parent and opening tweet, by day or by source."""
    if not session.workspace.has("tweets"):
        return messages.error(
            "The tweets of this workspace were deleted; only its threads are left."
        )
    if not is_asked:
        size = _size(session.workspace) / 2**30
        return mo.Html(f'<p class="wb-said">{size:,.1f} GiB of tweets; counting takes a while.</p>')
    changed = session.workspace.path("tweets").stat().st_mtime_ns
    shares = _shares(session.workspace.root, changed, by)
    total = shares.select("replies", "with_parent", "with_root").sum().row(0, named=True)
    replies = max(total["replies"], 1)
    text = (
        f"Of {total['replies']:,} replies, the data contain the parent of "
        f"{total['with_parent']:,} ({total['with_parent'] / replies:.1%}) and the opening tweet of "
        f"{total['with_root']:,} ({total['with_root'] / replies:.1%}). Days are UTC. All tweets "
        "count, whatever is selected under Charts."
    )
    summary = mo.Html(f'<p class="wb-said" data-testid="coverage">{text}</p>')
    return mo.vstack([summary, charts.timelines.coverage(shares)])


def _size(workspace: Workspace) -> int:
    return sum(part.stat().st_size for part in workspace.path("tweets").glob("*.parquet"))


@lru_cache(maxsize=4)
def _shares(root: Path, changed: int, by: str) -> pl.DataFrame:
    workspace = Workspace.open(root)
    count = coverage.by_day if by == "day" else coverage.by_source
    return count(workspace.scan("tweets"), edits=workspace.edits())


def roles_of(
    session: ScoresSession, crossfiltered: Crossfilter, bins: Chosen, *, is_asked: bool
) -> mo.Html:
    """Show what each role policy makes of the selected threads, if asked."""
    about = (
        '<p class="wb-said">The role policy, set under Export, decides who is the prompter and who '
        "the assistant. Each policy makes other conversations of the same threads. The counts are "
        "of the selected threads.</p>"
    )
    if not is_asked:
        return mo.Html(about)
    selected = session.scores.select("thread_id", "not_placed").filter(mask(crossfiltered, bins))
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
