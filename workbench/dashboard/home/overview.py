"""Draw the overview of Home: the next step, the running job, the stages and the funnel."""

from html import escape

import marimo as mo

from workbench.dashboard.components import job_status, navigation
from workbench.dashboard.home import examples
from workbench.dashboard.home.workspace_state import View
from workbench.dashboard.session import jobs
from workbench.dashboard.session.activity import now
from workbench.display import html
from workbench.display.css import HOME
from workbench.pipeline import run_summary
from workbench.pipeline.remaining import Loss
from workbench.storage import Workspace
from workbench.text.counts import counted


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
            f"{view.job.record.title} {job_status.ENDED[view.job.status]}. Continue it: what was "
            "read and encoded is not done again. Or run a single stage below on what is there."
        )
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
            f'<p class="wb-warn">The export {html.inline(name)} contains '
            f"{counted(count, 'tweet')} deleted since: run "
            f"<code>workbench export {html.inline(name)} --redo</code> to write it again.</p>"
        )
    return warnings


def sentence(view: View) -> mo.Html:
    """Say in one line how many lines became threads and how many of them are kept."""
    counts = {state.stage.name: state.counts for state in view.states}
    parts = [
        _part(counts.get("ingest", {}).get("lines"), "line", "lines"),
        _part(counts.get("threads", {}).get("threads"), "thread", "threads"),
        _part(counts.get("select", {}).get("kept"), "kept", "kept"),
    ]
    known = [part for part in parts if part]
    if not known:
        return mo.Html("")
    arrow = ' <span aria-label="became">\u2192</span> '
    return mo.Html(
        f'<p class="wb-sentence" data-testid="sentence">{arrow.join(known)}</p>{_loss(view.loss)}'
    )


def _part(count: int | None, one: str, many: str) -> str:
    return "" if count is None else f"<b>{count:,}</b> {one if count == 1 else many}"


def _loss(loss: Loss | None) -> str:
    """Name the biggest loss, with a link to the page that explains it."""
    if loss is None:
        return ""
    share = f"{loss.lost:,} of {loss.whole:,}"
    if loss.kind == "rejected":
        text, place = f"{share} lines could not be read as tweets", "home.py"
        query, link = "tab=Rejects", "See the rejected lines"
    elif loss.kind == "orphans":
        text, place = f"{share} replies answer a tweet that the dumps lack", "thread_statistics.py"
        query, link = "", "See the coverage by month"
    else:
        text, place = f"{share} threads fail the rule “{loss.rule}”", "curate_export.py"
        query, link = "", "See what each rule removes"
    percent = f"{loss.lost / loss.whole:.0%}"
    address = navigation.link(place, query=query)
    return (
        f'<p class="wb-loss" data-testid="loss">Biggest loss: {escape(text)} ({percent}). '
        f'<a href="{address}">{link}</a></p>'
    )


def layout(view: View, *, cards: mo.Html) -> mo.Html:
    """Lay out the cards of the stages, the kept conversations beside them, and the funnel."""
    return mo.Html(
        f'<div class="wb-home"><div>{cards.text}{funnel(view).text}</div>'
        f"{examples.panel(view.examples).text}</div>"
    )


def funnel(view: View) -> mo.Html:
    """Show how many rows each step leaves, and its share of the same things before."""
    if not view.funnel:
        return mo.Html("")
    rows = ""
    for number, step in enumerate(view.funnel):
        share = min(step.count / step.whole, 1.0) if step.whole else None
        bar = f'<span><i style="width:{share:.2%}"></i></span>' if share is not None else ""
        rows += (
            f'<tr><th scope="row">{escape(step.title)}</th>'
            f'<td class="wb-num" data-testid="step-{number}">{step.count:,}</td>'
            f'<td class="wb-share">{bar}</td><td>{escape(step.share)}</td></tr>'
        )
    headings = (
        '<th scope="col">Step</th><th scope="col">Count</th><th></th><th scope="col">Share</th>'
    )
    return mo.Html(
        f'<details class="wb-steps" open><summary>From lines to conversations</summary>'
        f'<table class="wb-grid wb-funnel"><tr>{headings}</tr>{rows}</table></details>'
    )
