"""Report the result of each stage, and which stages are out of date."""

from datetime import UTC, datetime, timedelta

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench import pipeline
from workbench.cli import hints
from workbench.cli.reports import safe
from workbench.pipeline import deletions, run_summary
from workbench.recipe import Recipe
from workbench.storage import Run, Workspace
from workbench.text.counts import counted


def funnel(workspace: Workspace) -> Table:
    """Show what remains after each stage."""
    table = Table(title="From lines to conversations", title_justify="left", box=None)
    table.add_column("")
    table.add_column("count", justify="right")
    table.add_column("share", justify="left")
    for step in pipeline.funnel(workspace):
        table.add_row(step.title, f"{step.count:,}", step.share)
    return table


def status(workspace: Workspace, recipe: Recipe) -> RenderableType:
    """Show the rows and age of each stage's tables, and why a stage is stale."""
    title = safe(f"Workspace {workspace.root}")
    table = Table(title=title, title_justify="left", box=None)
    for column, justify in [("stage", "left"), ("rows", "right"), ("age", "right"), ("", "left")]:
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    states = pipeline.states(workspace, recipe)
    for state in states:
        fresh = "up to date" if state.last else "nothing to do: no thread is kept"
        note = Text(fresh, style="green") if state.is_fresh else Text(state.reason)
        sizes = run_summary.table_sizes(state)
        table.add_row(state.stage.name, sizes, age(state.last), note)
    stale = [state.stage.name for state in states if not state.is_fresh]
    advice = "`workbench run` brings them up to date." if stale else "Nothing to do."
    if "ingest" in stale and not states[0].is_rewritten:
        advice = "Start with `workbench ingest PATH...`."
    return Group(table, hints.text(advice), *_warnings(workspace, ingest=states[0].last))


def _warnings(workspace: Workspace, *, ingest: Run | None) -> list[Text]:
    """Warn of damaged archives, unread fields and exports with deleted tweets; count edits."""
    warnings = []
    if damage := run_summary.damage_note(ingest):
        warnings.append(hints.text(f"{damage}: {run_summary.SEE_LEDGER}.", style="yellow"))
    if unread := run_summary.unread_note(ingest):
        warnings.append(hints.text(f"{unread}: {run_summary.SEE_LEDGER}.", style="yellow"))
    if edits := run_summary.edits_note(ingest):
        warnings.append(Text(f"{edits}."))
    for name, ids in deletions.in_exports(workspace).items():
        problem = f"The export `{name}` contains {counted(len(ids), 'tweet')} deleted since: "
        remedy = f"`workbench export {name} --redo` writes it again without them."
        parts = (problem, "yellow"), hints.repeat(remedy)
        warnings.append(Text.assemble(*parts, no_wrap=True, overflow="ignore"))
    return warnings


def age(run: Run | None) -> str:
    """Say how long ago a run finished.

    Examples:
        >>> age(None)
        '-'
    """
    if run is None:
        return "-"
    passed = datetime.now(UTC) - datetime.fromtimestamp(run.finished_at, UTC)
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{passed.seconds // 60} min"
    if passed < timedelta(days=1):
        return f"{passed.seconds // 3600} h"
    return f"{passed.days} days"
