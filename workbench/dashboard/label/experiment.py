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
from workbench.dashboard.components import thread_table
from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import numbers
from workbench.recipe import CATALOGUE, SelectSettings
from workbench.storage import Workspace

#: Classifier -> name on the page.
NAMES = {prompt_classifier.KIND: "prompt classifier", reply_classifier.KIND: "reply classifier"}
#: Threads to list -> whether they are kept now, and with the new classifier.
SIDES = {"that enter": (False, True), "that leave": (True, False)}
#: Maximum number of listed threads.
LISTED = 50


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


def nothing() -> mo.Html:
    """Say what to do if no classifier has been trained yet."""
    text = "No classifier has been trained here yet. Label some threads, then train."
    return mo.callout(mo.Html(text), kind="neutral")


def summary(changes: pl.DataFrame, *, kind: str) -> mo.Html:
    """Show how many threads are kept now and with the new classifier."""
    now, then = int(changes["kept_now"].sum()), int(changes["kept_then"].sum())
    enter = int((changes["kept_then"] & ~changes["kept_now"]).sum())
    facts = [
        ("now", now, "kept now"),
        ("then", then, f"kept with the new {NAMES[kind]}"),
        ("enter", enter, "enter"),
        ("leave", now - then + enter, "leave"),
    ]
    counts = "".join(
        f'<div><b data-testid="{name}">{value:,}</b> <span>{label}</span></div>'
        for name, value, label in facts
    )
    is_flat = evaluation.is_flat(changes["after"])
    flat = f'<p class="wb-wrong">{evaluation.IS_FLAT}</p>' if is_flat else ""
    return mo.Html(f'<div class="wb-counts">{counts}</div>{flat}')


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
    return thread_table.table(rows, columns=["before", "after"])


def side_of(row: dict[str, Any]) -> str:
    """Return a sentence on why a thread is listed."""
    before, after = (numbers.score(row[name]) for name in ("before", "after"))
    return f"Probability {before} now, {after} with the new classifier."
