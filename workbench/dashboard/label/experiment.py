"""Trying: a judge trained anew from the dashboard, what it changes, and how to put it to use."""

from functools import lru_cache, reduce
from html import escape
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
from workbench.dashboard.components import job_status, messages, navigation, thread_table
from workbench.dashboard.session import jobs
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html
from workbench.exceptions import WorkbenchError
from workbench.recipe import CATALOGUE, SelectSettings
from workbench.storage import Workspace
from workbench.text import sanitize

#: Judge -> what people call it.
NAMES = {prompt_classifier.KIND: "prompt classifier", reply_classifier.KIND: "reply classifier"}
#: Which threads are listed -> whether they are kept now, and then.
SIDES = {"that enter": (False, True), "that leave": (True, False)}
#: Threads that are listed.
LISTED = 50
#: Title of a job that trains.
TITLE = "Train the {} with your labels"


def start(workspace: Workspace, *, kind: str) -> str:
    """Start the training in a process of its own; give what is wrong, empty if nothing is."""
    try:
        jobs.start(workspace, ["trial", kind], title=TITLE.format(NAMES[kind]))
    except WorkbenchError as error:
        return str(error)
    return ""


def stop(workspace: Workspace) -> str:
    """Stop the training, and nothing else that may run by now."""
    job = jobs.last(workspace)
    try:
        if job is not None and job.record.arguments[:1] == ["trial"]:
            jobs.stop(workspace)
    except WorkbenchError as error:
        return str(error)
    return ""


def is_running(workspace: Workspace) -> bool:
    """Tell whether a training runs."""
    job = jobs.last(workspace)
    return job is not None and job.is_running and job.record.arguments[:1] == ["trial"]


def progress(workspace: Workspace) -> mo.Html:
    """Show how far the training is, or how the last one ended where that was not well."""
    job = jobs.last(workspace)
    if job is None or job.record.arguments[:1] != ["trial"]:
        busy = job is not None and job.is_running
        return job_status.panel(job) if busy else mo.Html("")
    if not job.is_running:
        return job_status.panel(job) if job.status != "done" else mo.Html("")
    share = job.progress.share if job.progress else None
    value = f' value="{share:.3f}"' if share else ""
    said = f", {share:.0%}" if share else " (the first time, all examples are encoded)"
    return mo.Html(
        f'<div class="wb-job" data-status="running"><p data-testid="training" aria-live="polite">'
        f"<b>{escape(job.record.title)}</b>{said}. You can go on labelling meanwhile.</p>"
        f"<progress{value} style='width:100%'></progress></div>"
    )


def latest(workspace: Workspace, *, kind: str) -> Experiment | None:
    """Give the last trial of a judge; None where there is none."""
    place = experiments.folder(workspace, kind)
    try:
        return _load(workspace.root, kind, place.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=4)
def _load(root: Path, kind: str, changed: int) -> Experiment | None:  # `changed`: a new trial
    return experiments.load(Workspace.open(root), kind)


def changes(live: ScoresSession, settings: SelectSettings, trial: Experiment) -> pl.DataFrame:
    """Tell of every thread whether it is kept now, and whether it would be with a tried judge.

    Args:
        live: The scores.
        settings: The rules.
        trial: The judge that is tried.

    Returns:
        In the order of the scores: `kept_now`, `kept_then`, `before` and `after`; threads that
        were not there when the judge was tried have no `after` and stay as they are.
    """
    rule = experiments.COLUMNS[trial.model.kind]
    verdicts = live.verdicts(settings)
    judged = live.scores.select("thread_id", now=rule).join(
        trial.judged, on="thread_id", how="left", maintain_order="left"
    )
    column = judged.select(pl.coalesce("after", "now").alias(CATALOGUE[rule].column))
    then = verdicts["kept"]
    if (own := f"{selection.PASSES}{rule}") in verdicts.columns:
        others = [
            verdicts[name]
            for name in verdicts.columns
            if name.startswith(selection.PASSES) and name != own
        ]
        passes = CATALOGUE[rule].passes(getattr(settings, rule))
        then = reduce(and_, others, column.select(passes=passes)["passes"])
    return judged.select("before", "after").with_columns(kept_now=verdicts["kept"], kept_then=then)


def summary(found: pl.DataFrame, *, kind: str) -> mo.Html:
    """Say how many threads are kept now and with the judge that is tried."""
    now, then = int(found["kept_now"].sum()), int(found["kept_then"].sum())
    enter = int((found["kept_then"] & ~found["kept_now"]).sum())
    facts = [
        ("now", now, "kept now"),
        ("then", then, f"kept with the new {NAMES[kind]}"),
        ("enter", enter, "enter"),
        ("leave", now - then + enter, "leave"),
    ]
    said = "".join(
        f'<div><b data-testid="{name}">{value:,}</b> <span>{what}</span></div>'
        for name, value, what in facts
    )
    is_flat = evaluation.is_flat(found["after"])
    flat = f'<p class="wb-wrong">{evaluation.IS_FLAT}</p>' if is_flat else ""
    return mo.Html(f'<div class="wb-counts">{said}</div>{flat}')


def rows(live: ScoresSession, found: pl.DataFrame, *, side: str) -> pl.DataFrame:
    """Give threads that enter or leave, those whose probability moves most first.

    Returns:
        Rows of the scores with `before`, `after`, `text` of the opening tweet and `removed_by`.
    """
    kept_now, kept_then = SIDES[side]
    moved = (pl.col("after") - pl.col("before")).abs()
    chosen = (
        found.with_row_index("row")
        .filter(pl.col("kept_now") == kept_now, pl.col("kept_then") == kept_then)
        .top_k(LISTED, by=[moved.fill_null(0.0), "row"])
        .sort(moved, "row", descending=[True, False], nulls_last=True)
    )
    picked = live.scores[chosen["row"]].with_columns(
        chosen["before"], chosen["after"], removed_by=pl.lit(None, pl.String)
    )
    return live.openings(picked)


def table(found: pl.DataFrame) -> mo.ui.table:
    """List threads with both probabilities; every text is plain text."""
    shown = {
        "Opening tweet": [
            "(deleted)" if text is None else sanitize.plain(text, most=110)
            for text in found["text"]
        ],
        "Now": [html.number(value, digits=3) for value in found["before"]],
        "New": [html.number(value, digits=3) for value in found["after"]],
    }
    return thread_table.selectable(
        shown, widths={"Opening tweet": 300, "Now": 75, "New": 75}, height=430
    )


def side_of(row: dict[str, Any]) -> str:
    """Say why a thread is listed."""
    before, after = (html.number(row[name], digits=2) for name in ("before", "after"))
    return f"Probability {before} now, {after} with the new judge."


def put_to_use(workspace: Workspace, trial: Experiment) -> mo.Html:
    """Write the judge that is tried into the recipe, and say what is left to do."""
    try:
        path = experiments.use(workspace, trial)
    except (WorkbenchError, OSError) as error:
        return messages.error(str(error))
    said = (
        f'<div data-testid="used"><b>The recipe names it now:</b> '
        f"{escape(sanitize.visible(str(path)))}<p>The scores follow when they are made anew: run "
        f'<b>score</b> and what comes after it on <a href="{navigation.link("home.py")}" '
        'style="text-decoration:underline">Home</a>.</p></div>'
    )
    return mo.callout(mo.Html(said), kind="success")
