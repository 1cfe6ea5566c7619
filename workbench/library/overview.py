"""Show a workspace at a glance: its stages, the rows of their tables, and what is stale."""

from workbench import pipeline
from workbench.display.tables import Table
from workbench.exceptions import WorkbenchError
from workbench.pipeline import run_summary
from workbench.pipeline.freshness import State
from workbench.recipe import Recipe
from workbench.storage import Workspace

_HEADER = ("stage", "rows", "state")


def of(workspace: Workspace, recipe: Recipe) -> Table:
    """List the stages of a workspace, with the rows of their tables and what has to run again.

    Args:
        workspace: Any workspace, also an empty one.
        recipe: The recipe for which the stages should be up to date.
    """
    states = pipeline.states(workspace, recipe)
    rows = [(each.stage.name, run_summary.table_sizes(each), _state(each)) for each in states]
    return Table(_HEADER, rows, title=f"Workspace {workspace.root}", notes=[_advice(states)])


def unreadable(workspace: Workspace, error: WorkbenchError) -> Table:
    """Say why the stages of a workspace cannot be checked."""
    notes = [error.problem, f"Hint: {error.hint}"]
    return Table(_HEADER, [], title=f"Workspace {workspace.root}", notes=notes)


def _state(state: State) -> str:
    if not state.is_fresh:
        return state.reason
    return "up to date" if state.last else "nothing to do: no thread is kept"


def _advice(states: list[State]) -> str:
    stale = [state.stage.name for state in states if not state.is_fresh]
    if not stale:
        return "Everything is up to date."
    if states[0].last is None:
        return 'Call run("july.tar") to read tweets.'
    return f"Call run() to bring up to date: {', '.join(stale)}."
