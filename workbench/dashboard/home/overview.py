"""Draw the overview of Home: the next step, the running job, the stages and the funnel."""

from html import escape

import marimo as mo

from workbench import pipeline
from workbench.dashboard.components import job_status, navigation
from workbench.dashboard.home import actions
from workbench.dashboard.home.workspace_state import View
from workbench.dashboard.session import jobs
from workbench.dashboard.session.activity import now
from workbench.display import html, numbers
from workbench.display.css import HOME
from workbench.pipeline import run_summary
from workbench.storage import Workspace


def activity(workspace: Workspace | None) -> mo.Html:
    """Show what is running on the workspace now, or how the latest job ended."""
    if workspace is None:
        return mo.Html("")
    return job_status.panel(jobs.last(workspace), running=now(workspace))


def advice(view: View) -> tuple[str, list[str]]:
    """Say what to do next.

    Returns:
        The advice, and the files of the apps to link to.
    """
    last = view.states[0].last if view.states else None
    links: list[str] = []
    if view.problem:
        text = view.problem
    elif view.is_running:
        text = "A job is running. It goes on when this page is closed."
    elif view.is_busy:
        text = "Another process is writing to the workspace. Wait until it is done."
    elif view.job and view.may_go_on:
        text = (
            f"{view.job.record.title} {job_status.ENDED[view.job.status]}. Go on with it: what was "
            "read and encoded is not done again."
        )
        if "run" in actions.offered(view):
            text += " “Run everything” skips it and runs the stages on what is there."
    elif last is None:
        text = "Choose dumps under Dumps and read them, or make a sample to look around."
    elif hint := run_summary.hint_after_ingest(last):
        text = f"There are no tweets: {hint}"
    elif view.stale:
        text = f"Run the stages that are not up to date: {', '.join(view.stale)}."
    elif not view.kept:
        text = "No thread is kept. Loosen the rule that removes most."
        links = ["curate_export.py"]
    else:
        text = (
            f"Everything is up to date, {view.kept:,} threads are kept. Read some, then tune the "
            "filter."
        )
        links = ["read_threads.py", "curate_export.py"]
    return text, links


def next_step(view: View) -> mo.Html:
    """Show the workspace, what to do next, and warnings."""
    text, files = advice(view)
    links = " ".join(
        f'<a href="{navigation.link(file)}">{escape(navigation.PLACES[file].title)}</a>'
        for file in files
    )
    folder = html.inline(str(view.workspace.root.resolve())) if view.workspace else "none yet"
    recipe = "its own recipe" if view.has_recipe else "the default recipe"
    with_recipe = f", with {recipe}" if view.workspace else ""
    return mo.Html(
        f'<style>{HOME}</style><p class="wb-place">Workspace <b>{folder}</b>{with_recipe}</p>'
        f'<p class="wb-advice" data-testid="advice"><b>Next</b> {escape(text)} {links}</p>'
        f"{_warnings(view)}"
    )


def _warnings(view: View) -> str:
    """Warn of damaged dumps, and of exports with tweets deleted since."""
    warnings = ""
    if view.states and (damage := run_summary.damage_note(view.states[0].last)):
        hint = "sort the Ledger by “Damaged first” to see which and why."
        warnings += f'<p class="wb-warn" data-testid="damage">{damage}: {hint}</p>'
    if view.states and (unread := run_summary.unread_note(view.states[0].last)):
        hint = "<code>workbench ledger</code> names them."
        warnings += f'<p class="wb-warn" data-testid="unread">{unread}: {hint}</p>'
    for name, count in view.held:
        warnings += (
            f'<p class="wb-warn">The export {html.inline(name)} contains {count:,} tweets deleted '
            f"since: run <code>workbench export {html.inline(name)} --redo</code> to write it "
            "again.</p>"
        )
    return warnings


def stages(view: View) -> mo.Html:
    """Show each stage: its rows, when it last finished, and why it is stale."""
    rows = "".join(
        _stage_row(state, is_running=view.stage == state.stage.name) for state in view.states
    )
    headings = "".join(
        f'<th scope="col"{" class=wb-num" if heading == "Rows" else ""}>{heading}</th>'
        for heading in ["Stage", "What it does", "Rows", "Last finished", "State"]
    )
    return mo.Html(f'<table class="wb-grid"><tr>{headings}</tr>{rows}</table>')


def _stage_row(state: pipeline.State, *, is_running: bool) -> str:
    name, last = state.stage.name, state.last
    if is_running:
        mark, status = "run", "running"
    elif state.is_fresh:
        mark, status = "fresh", "up to date" if last else "nothing to do: no thread is kept"
    else:
        mark, status = "stale", state.reason.replace("`", "")
    finished = (
        f"{job_status.moment(last.finished_at)}, in {numbers.duration(last.seconds)}"
        if last
        else ""
    )
    sizes = escape(run_summary.table_sizes(state))
    return (
        f'<tr><th scope="row">{name}</th><td>{escape(state.stage.title)}</td>'
        f'<td class="wb-num" data-testid="rows-{name}">{sizes}</td>'
        f"<td>{finished}</td>"
        f'<td data-testid="state-{name}"><span class="wb-state wb-{mark}">{escape(status)}</span>'
        "</td></tr>"
    )


def funnel(view: View) -> mo.Html:
    """Show how many rows each step leaves, and the share of the step before."""
    steps = pipeline.funnel(view.workspace) if view.workspace else []
    rows, before = "", None
    for number, (title, count) in enumerate(steps):
        share = min(count / before, 1.0) if before else None
        bar = f'<span><i style="width:{share:.2%}"></i></span>' if share is not None else ""
        rows += (
            f'<tr><th scope="row">{escape(title)}</th>'
            f'<td class="wb-num" data-testid="step-{number}">{count:,}</td>'
            f'<td class="wb-num">{"" if share is None else f"{share:.1%}"}</td>'
            f'<td class="wb-share">{bar}</td></tr>'
        )
        before = count
    headings = (
        '<th scope="col">Rows</th><th></th><th scope="col" colspan="2">of the step before</th>'
    )
    return mo.Html(f'<table class="wb-grid wb-funnel"><tr>{headings}</tr>{rows}</table>')
