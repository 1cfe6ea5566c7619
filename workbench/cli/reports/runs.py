"""Reports on runs: what came of each stage, and which of them are out of date."""

from datetime import UTC, datetime, timedelta

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench import pipeline
from workbench.pipeline import deletions
from workbench.pipeline.run_summary import _SEE, damage, rows
from workbench.recipe import Recipe
from workbench.storage import Run, Workspace


def funnel(workspace: Workspace) -> Table:
    """Show what is left after each stage."""
    table = Table(title="From lines to conversations", title_justify="left", box=None)
    table.add_column("")
    table.add_column("rows", justify="right")
    table.add_column("of the step before", justify="right")
    before = None
    for title, count in pipeline.funnel(workspace):
        share = f"{count / before:.1%}" if before else ""
        table.add_row(title, f"{count:,}", share)
        before = count
    return table


def status(workspace: Workspace, recipe: Recipe) -> RenderableType:
    """Show each stage's tables: rows, age, and why it is stale if it is."""
    table = Table(title=f"Workspace {workspace.root}", title_justify="left", box=None)
    for column, justify in [("stage", "left"), ("rows", "right"), ("age", "right"), ("", "left")]:
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    found = pipeline.states(workspace, recipe)
    for state in found:
        fresh = "up to date" if state.last else "nothing to do: no thread is kept"
        note = Text(fresh, style="green") if state.is_fresh else Text(state.reason)
        table.add_row(state.stage.name, rows(state), age(state.last), note)
    stale = [state.stage.name for state in found if not state.is_fresh]
    advice = "Nothing to do." if not stale else "`workbench run` brings all of it up to date."
    if "ingest" in stale:
        advice = "Begin with `workbench ingest PATH...`."
    amiss = damage(found[0].last)
    notes = [Text(f"{amiss}: {_SEE}.", style="yellow")] if amiss else []
    notes += [
        Text(f"The pack `{name}` holds {len(ids):,} tweets deleted since: ", style="yellow")
        + Text(f"`workbench export {name} --redo` makes it again.")
        for name, ids in deletions.held_by_packs(workspace).items()
    ]
    return Group(table, Text(advice), *notes)


def age(run: Run | None) -> str:
    """Tell how long ago a run finished.

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
