"""Chosen: what the statistics show of the threads that are chosen in their charts."""

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

#: Views of the app, in order.
VIEWS = ("Charts", "Threads", "Save a picture", "Coverage", "Roles")
#: Bytes of the tweets up to which coverage is counted unasked: about a million of them.
QUICK = 150_000_000


def from_query(text: str | None) -> object:
    """Read what an address says is chosen; None where it is damaged."""
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None


def to_query(bins: Chosen) -> str:
    """Write what is chosen for the address.

    Examples:
        >>> to_query({"turns": [0, 1]})
        '{"turns":[0,1]}'
    """
    return json.dumps(bins, separators=(",", ":")) if bins else ""


def mask(crossfiltered: Crossfilter, bins: Chosen) -> pl.Series:
    """Mark the chosen threads."""
    return pl.Series("chosen", crossfiltered.mask(bins), dtype=pl.Boolean)


def sentence(crossfiltered: Crossfilter, bins: Chosen) -> str:
    """Say in words what is chosen."""
    words = crossfilter.summary(crossfiltered, bins).values()
    return "; ".join(f"{title}: {said}" for title, said in words)


def told(crossfiltered: Crossfilter, bins: Chosen) -> mo.Html:
    """Show how many threads are chosen, and by what."""
    count = int(np.count_nonzero(crossfiltered.mask(bins)))
    said = escape(sentence(crossfiltered, bins) or "nothing chosen under Charts")
    return mo.Html(
        f'<div class="wb-counts" aria-live="polite"><div><b data-testid="chosen">{count:,}</b> '
        f"<span>of {crossfiltered.threads:,} threads ({said})</span></div></div>"
    )


def reader(
    live: ScoresSession, rows: pl.DataFrame, value: pl.DataFrame, *, recipe: Recipe
) -> mo.Html:
    """Draw the thread chosen in a list, with the way to where it can be read at leisure."""
    shown = thread_reader.show(live, rows, value, recipe=recipe)
    if value.is_empty():
        return shown
    thread = rows["thread_id"][value["place"][0]]
    place = navigation.link("read_threads.py", query=f"thread={thread}")
    way = f'<a href="{place}" style="text-decoration:underline">Open in Read threads</a>'
    return mo.Html(f'<p class="wb-said">{way}</p>{shown.text}')


def listing(live: ScoresSession, rows: pl.DataFrame, table: Any, *, recipe: Recipe) -> mo.Html:  # noqa: ANN401 (marimo's value has many types)
    """Put the list of threads beside the one chosen in it."""
    if rows.is_empty():
        return mo.callout(mo.Html("No thread is in all that is chosen."), kind="neutral")
    return thread_table.split(table, reader(live, rows, table.value, recipe=recipe))


def picture(crossfiltered: Crossfilter, bins: Chosen, *, name: str) -> mo.Html:
    """Draw one chart large, with the ways to save it."""
    facet = crossfiltered.facets[name]
    said = sentence(crossfiltered, bins)
    counts = crossfiltered.counts(bins)[name]
    drawn = charts.facets.picture(facet, counts, subtitle=said)
    rows = charts.facets.frame(facet, counts)

    def written(kind: str) -> Any:  # noqa: ANN401 (marimo takes any function)
        return lambda: charts.image_files.image(drawn, kind)

    ways = [
        mo.download(written(kind), f"{name}.{kind}", mimetype=mime, label=f"Save as {kind.upper()}")
        for kind, mime in charts.image_files.MIMES.items()
    ]
    table = mo.download(
        rows.select("label", "threads").pipe(_safe_csv).encode(),
        f"{name}.csv",
        mimetype="text/csv",
        label="Save the numbers",
    )
    return mo.vstack([drawn, mo.hstack([*ways, table], justify="start")])


def _safe_csv(rows: pl.DataFrame) -> str:
    """Write CSV in which no name is a formula of a spreadsheet."""
    label = pl.col("label")
    is_formula = label.str.contains(r"^\s*[=+\-@]")
    safe = pl.when(is_formula).then("'" + label).otherwise(label)
    return rows.with_columns(safe.alias("label")).write_csv()


def is_quick(live: ScoresSession) -> bool:
    """Tell whether the coverage of a workspace is counted before anybody tires of waiting."""
    return _size(live.workspace) <= QUICK


def coverage_of(live: ScoresSession, *, by: str, is_asked: bool) -> mo.Html:
    """Show of how many replies the parent and the opening tweet are there, by day or by source."""
    if not live.workspace.has("tweets"):
        return messages.error("The tweets of this workspace are gone; only its threads are left.")
    if not is_asked:
        size = _size(live.workspace) / 2**30
        return mo.Html(f'<p class="wb-said">{size:,.1f} GiB of tweets: this takes a while.</p>')
    changed = live.workspace.path("tweets").stat().st_mtime_ns
    shares = _shares(live.workspace.root, changed, by)
    total = shares.select("replies", "with_parent", "with_root").sum().row(0, named=True)
    replies = max(total["replies"], 1)
    said = (
        f"Of {total['replies']:,} replies, the tweet they answer is there for "
        f"{total['with_parent']:,} ({total['with_parent'] / replies:.1%}), the opening tweet for "
        f"{total['with_root']:,} ({total['with_root'] / replies:.1%}). Days are UTC; all tweets "
        "count, whatever is chosen under Charts."
    )
    told = mo.Html(f'<p class="wb-said" data-testid="coverage">{said}</p>')
    return mo.vstack([told, charts.timelines.coverage(shares)])


def _size(workspace: Workspace) -> int:
    return sum(part.stat().st_size for part in workspace.path("tweets").glob("*.parquet"))


@lru_cache(maxsize=4)
def _shares(root: Path, changed: int, by: str) -> pl.DataFrame:
    tweets = Workspace.open(root).scan("tweets")
    return coverage.by_day(tweets) if by == "day" else coverage.by_source(tweets)


def roles_of(
    live: ScoresSession, crossfiltered: Crossfilter, bins: Chosen, *, is_asked: bool
) -> mo.Html:
    """Show what each policy of roles makes of the chosen threads, once somebody asks."""
    about = (
        '<p class="wb-said">Who is the prompter and who the assistant is a policy, set under '
        "Export. Each gives other conversations of the same threads; here of those chosen.</p>"
    )
    if not is_asked:
        return mo.Html(about)
    threads = live.scores["thread_id"].filter(mask(crossfiltered, bins))
    with mo.status.progress_bar(total=100, title="Counting") as bar:
        turns = live.workspace.scan("turns")
        found = role_counts.of_threads(turns, threads, on_progress=messages.progress_callback(bar))
    rows = "".join(
        f"<tr><td>{row['policy'].replace('_', ' ')}</td>"
        + "".join(f"<td>{row[column]:,}</td>" for column in ("threads", "nodes", "paths"))
        + "</tr>"
        for row in found.iter_rows(named=True)
    )
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("policy", "threads with an assistant", "turns, merged", "paths to a leaf")
    )
    return mo.Html(
        f'{about}<div style="display:inline-block" data-testid="roles">'
        f'<table class="wb-files wb-numbers"><tr>{head}</tr>{rows}</table></div>'
    )
