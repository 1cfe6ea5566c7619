"""Overview: what home shows of a workspace: its rows, its stages, what to do next, the job."""

from collections.abc import Callable
from html import escape

import marimo as mo

from workbench import pipeline
from workbench.dashboard.components import job_status, navigation
from workbench.dashboard.home import actions, workspace_state
from workbench.dashboard.home.workspace_state import View
from workbench.dashboard.session import jobs
from workbench.display import html
from workbench.display.css import HOME
from workbench.pipeline import run_summary


def notice(view: View, tell: Callable[[str], None]) -> mo.Html:
    """Tell if the workspace is not as it was viewed any more; shows what runs now."""
    if (now := workspace_state.version()) != view.version:
        tell(now)
    if view.workspace is None:
        return mo.Html("")
    here = view.workspace
    return job_status.panel(
        jobs.last(here), holder=here.holder(), told=workspace_state.how_far(here)
    )


def advice(view: View) -> tuple[str, list[str]]:
    """Say what to do next, and in which apps.

    Returns:
        One sentence, and files of apps that it leads to.
    """
    last = view.states[0].last if view.states else None
    if view.problem:
        said = view.problem
    elif view.is_running:
        said = "A job is running. It goes on when this page is closed."
    elif view.is_busy:
        said = "The workspace is being written to from elsewhere. Wait until that is done."
    elif view.job and view.may_go_on:
        said = (
            f"{view.job.record.title} {job_status.ENDED[view.job.status]}. Go on with it: what is "
        )
        said += "read and encoded is not done again."
        said += f" {actions.DIFFERENCE}" if "run" in actions.offered(view) else ""
    elif last is None:
        said = "Choose your dumps under Dumps and read them, or make a sample to look around in."
    elif hint := run_summary.hint_after_ingest(last):
        said = f"Nothing to go on with: {hint}"
    elif view.stale:
        said = f"Run what is not up to date: {', '.join(view.stale)}."
    elif not view.kept:
        return "No thread is kept. Loosen the rule that removes most.", ["curate_export.py"]
    else:
        said = (
            f"All is up to date, {view.kept:,} threads are kept. Read some, then tune the filter."
        )
        return said, ["read_threads.py", "curate_export.py"]
    return said, []


def next_step(view: View) -> mo.Html:
    """Show what to do next, and what is amiss."""
    said, files = advice(view)
    links = " ".join(
        f'<a href="{navigation.link(file)}">{escape(navigation.PLACES[file].title)}</a>'
        for file in files
    )
    held = "".join(
        f'<p class="wb-warn">The pack {html.inline(name)} holds {count:,} tweets deleted since: '
        f"<code>workbench export {html.inline(name)} --redo</code> makes it again.</p>"
        for name, count in view.held
    )
    if view.states and (amiss := run_summary.damage_note(view.states[0].last)):
        where = "the Ledger, damaged first, says which and why."
        held = f'<p class="wb-warn" data-testid="damage">{amiss}: {where}</p>{held}'
    place = html.inline(str(view.workspace.root.resolve())) if view.workspace else "none yet"
    recipe = "its own recipe" if view.has_recipe else "the default recipe"
    with_recipe = f", with {recipe}" if view.workspace else ""
    return mo.Html(
        f'<style>{HOME}</style><p class="wb-place">Workspace <b>{place}</b>{with_recipe}</p>'
        f'<p class="wb-advice" data-testid="advice"><b>Next</b> {escape(said)} {links}</p>{held}'
    )


def stages(view: View) -> mo.Html:
    """Show how each stage stands: rows, when it last finished, and why it is stale if it is."""
    rows = ""
    for state in view.states:
        name, last = state.stage.name, state.last
        if view.stage == name:
            mark, said = "run", "running"
        elif state.is_fresh:
            mark, said = "fresh", "up to date" if last else "nothing to do: no thread is kept"
        else:
            mark, said = "stale", state.reason.replace("`", "")
        when = (
            f"{job_status.moment(last.finished_at)}, in {job_status.duration(last.seconds)}"
            if last
            else ""
        )
        rows += (
            f'<tr><th scope="row">{name}</th><td>{escape(state.stage.title)}</td>'
            f'<td class="wb-num" data-testid="rows-{name}">'
            f"{escape(run_summary.table_sizes(state))}</td>"
            f"<td>{when}</td>"
            f'<td data-testid="state-{name}"><span class="wb-state wb-{mark}">{escape(said)}</span>'
            "</td></tr>"
        )
    heads = "".join(
        f'<th scope="col"{" class=wb-num" if head == "Made" else ""}>{head}</th>'
        for head in ["Stage", "What it does", "Made", "Last finished", "State"]
    )
    return mo.Html(f'<table class="wb-grid"><tr>{heads}</tr>{rows}</table>')


def funnel(view: View) -> mo.Html:
    """Show what is left after each step, and which share of the step before that is."""
    steps = pipeline.funnel(view.workspace) if view.workspace else []
    rows, before = "", None
    for place, (title, count) in enumerate(steps):
        share = min(count / before, 1.0) if before else None
        bar = f'<span><i style="width:{share:.2%}"></i></span>' if share is not None else ""
        rows += (
            f'<tr><th scope="row">{escape(title)}</th>'
            f'<td class="wb-num" data-testid="step-{place}">{count:,}</td>'
            f'<td class="wb-num">{"" if share is None else f"{share:.1%}"}</td>'
            f'<td class="wb-share">{bar}</td></tr>'
        )
        before = count
    heads = '<th scope="col">Rows</th><th></th><th scope="col" colspan="2">of the step before</th>'
    return mo.Html(f'<table class="wb-grid wb-funnel"><tr>{heads}</tr>{rows}</table>')
