"""Show which threads a newly trained classifier would keep and remove."""

from functools import lru_cache, reduce
from operator import and_
from pathlib import Path
from typing import Any

import marimo as mo
import polars as pl

from workbench import selection
from workbench.classifiers import (
    evaluation,
    experiments,
    prompt_classifier,
    reply_classifier,
)
from workbench.classifiers.experiments import Experiment
from workbench.dashboard.components import navigation, thread_cards
from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html, numbers
from workbench.recipe import CATALOGUE, SelectSettings
from workbench.storage import Workspace
from workbench.text import sanitize

#: Classifier -> name on the page.
NAMES = {prompt_classifier.KIND: "prompt classifier", reply_classifier.KIND: "reply classifier"}
#: Threads to list -> whether they are kept now, and with the new classifier.
SIDES = {"that enter": (False, True), "that leave": (True, False)}
#: Maximum number of listed threads, and of linked examples of each side.
LISTED, EXAMPLES = 50, 5


def latest(workspace: Workspace, *, kind: str) -> Experiment | None:
    """Return the last experiment with a classifier; None if there is none."""
    place = experiments.folder(workspace, kind)
    try:
        return _load(workspace.root, kind, place.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=4)
def _load(root: Path, kind: str, changed: int) -> Experiment | None:  # `changed`: a new one
    return experiments.load(Workspace.open(root), kind)


def changes(session: ScoresSession, settings: SelectSettings, trial: Experiment) -> pl.DataFrame:
    """Compare which threads are kept now and with the new classifier.

    Args:
        session: Scores and workspace.
        settings: The rules.
        trial: Experiment with the new classifier.

    Returns:
        In the order of the scores: `kept_now`, `kept_then`, and the probabilities `before` and
        `after`. Threads newer than the experiment have no `after`; their verdict does not change.
    """
    rule = experiments.COLUMNS[trial.model.kind]
    verdicts = session.verdicts(settings)
    scored = session.scores.select("thread_id", now=rule).join(
        trial.judged, on="thread_id", how="left", maintain_order="left"
    )
    column = scored.select(pl.coalesce("after", "now").alias(CATALOGUE[rule].column))
    then = verdicts["kept"]
    passes = selection.by_rule(verdicts)
    if passes.pop(rule, None) is not None:
        own = CATALOGUE[rule].passes(getattr(settings, rule))
        then = reduce(and_, passes.values(), column.select(own=own)["own"])
    return scored.select("before", "after").with_columns(kept_now=verdicts["kept"], kept_then=then)


def applied(session: ScoresSession, kind: str) -> pl.DataFrame | None:
    """Return what entered and left when the last experiment was applied; None if it was not.

    Returns:
        As `changes`.
    """
    rows = experiments.applied(session.workspace, kind)
    if rows is None:
        return None
    is_known = pl.col("kept_now", "kept_then").fill_null(value=False)
    aligned = session.scores.select("thread_id").join(
        rows, on="thread_id", how="left", maintain_order="left"
    )
    return aligned.select("before", "after", is_known)


def first_side(changes: pl.DataFrame) -> str:
    """Return the first side of `SIDES` that has a thread; the first of all if none has."""
    for side, (kept_now, kept_then) in SIDES.items():
        if changes.filter(kept_now=kept_now, kept_then=kept_then).height:
            return side
    return next(iter(SIDES))


def nothing() -> mo.Html:
    """Say what to do if no classifier has been trained yet."""
    text = "No classifier has been trained here yet. Label some threads, then train."
    return mo.callout(mo.Html(text), kind="neutral")


def summary(changes: pl.DataFrame, *, kind: str, is_applied: bool = False) -> mo.Html:
    """Show how many threads are kept now and with the new classifier, or before it and now."""
    now, then = int(changes["kept_now"].sum()), int(changes["kept_then"].sum())
    enter = int((changes["kept_then"] & ~changes["kept_now"]).sum())
    facts = [
        ("now", now, "kept before" if is_applied else "kept now"),
        ("then", then, "kept now" if is_applied else f"kept with the new {NAMES[kind]}"),
        ("enter", enter, "entered" if is_applied else "would enter"),
        ("leave", now - then + enter, "left" if is_applied else "would leave"),
    ]
    counts = "".join(
        f'<div><b data-testid="{name}">{value:,}</b> <span>{label}</span></div>'
        for name, value, label in facts
    )
    is_flat = evaluation.is_flat(changes["after"])
    flat = f'<p class="wb-wrong">{evaluation.IS_FLAT}</p>' if is_flat else ""
    done = (
        f'<p class="wb-said" data-testid="used">The new {NAMES[kind]} is in the recipe of this '
        "workspace, and all threads are scored and selected again.</p>"
        if is_applied
        else ""
    )
    return mo.Html(f'{done}<div class="wb-counts">{counts}</div>{flat}')


def examples(session: ScoresSession, changes: pl.DataFrame) -> mo.Html:
    """List the threads that changed most on each side, with a link to each."""
    parts = []
    for side in SIDES:
        listed = rows(session, changes, side=side).head(EXAMPLES)
        lines = "".join(_example(row) for row in listed.iter_rows(named=True))
        title = f"Threads {side}"
        parts.append(f"<section><h3>{title}</h3><ul>{lines or '<li>none</li>'}</ul></section>")
    return mo.Html(f'<div class="wb-columns wb-examples">{"".join(parts)}</div>')


def _example(row: dict[str, Any]) -> str:
    link = navigation.link("read_threads.py", query=f"thread={row['thread_id']}")
    text = "(deleted)" if row["text"] is None else sanitize.plain(row["text"], most=90)
    before, after = (numbers.score(row[name]) for name in ("before", "after"))
    return (
        f'<li><a href="{link}" style="text-decoration:underline">{html.inline(text)}</a> '
        f"<span>{before} → {after}</span></li>"
    )


def rows(session: ScoresSession, changes: pl.DataFrame, *, side: str) -> pl.DataFrame:
    """Return threads that enter or leave, sorted by the change of their probability.

    Returns:
        Rows of the scores with `before`, `after`, `text` of the opening tweet and `removed_by`.
    """
    kept_now, kept_then = SIDES[side]
    moved = (pl.col("after") - pl.col("before")).abs()
    chosen = (
        changes.with_row_index("row")
        .filter(pl.col("kept_now") == kept_now, pl.col("kept_then") == kept_then)
        .top_k(LISTED, by=[moved.fill_null(0.0), "row"])
        .sort(moved, "row", descending=[True, False], nulls_last=True)
    )
    listed = session.scores[chosen["row"]].with_columns(
        chosen["before"], chosen["after"], removed_by=pl.lit(None, pl.String)
    )
    return session.openings(listed)


def table(rows: pl.DataFrame) -> ThreadList:
    """List threads with both probabilities."""
    return thread_cards.table(rows, columns=["before", "after"])


def side_of(row: dict[str, Any]) -> str:
    """Return a sentence on why a thread is listed."""
    before, after = (numbers.score(row[name]) for name in ("before", "after"))
    return f"Probability {before} now, {after} with the new classifier."
