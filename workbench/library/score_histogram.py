"""Draw how many threads have which value of a score; `Workspace.histogram` calls this module."""

from typing import TYPE_CHECKING

from workbench.exceptions import StageError
from workbench.recipe import CATALOGUE, Bounds, Recipe, active

if TYPE_CHECKING:
    from workbench.charts import Layers
    from workbench.library.workspace import Workspace


def draw(workspace: "Workspace", recipe: Recipe, column: str) -> "Layers":
    """Draw kept and removed threads by a score, with the bounds of its rule.

    Raises:
        StageError: If the scores have no such column, or no numbers in it.
        WorkspaceError: If the threads are not scored yet.
    """
    from workbench import charts

    schema = workspace.scores.collect_schema()
    measures = workspace.measures()
    numeric = [name for name in measures if name in schema and schema[name].is_numeric()]
    if column not in numeric:
        msg = f"The scores have no numbers called {column!r}."
        raise StageError(msg, hint=f"choose one of {', '.join(numeric)}.")
    measure = measures[column]
    kept = workspace.select(recipe).select("thread_id", "kept")
    values = workspace.scores.select("thread_id", column).collect()
    low, high = _bounds(recipe, column)
    bins = charts.bins(values.join(kept, on="thread_id"), column)
    return charts.histogram(bins, title=measure.title, unit=measure.unit, min=low, max=high)


def _bounds(recipe: Recipe, column: str) -> tuple[float | None, float | None]:
    """Return the bounds of the active rule on a column."""
    for name, rule in active(recipe.select).items():
        if CATALOGUE[name].column == column and isinstance(rule, Bounds):
            return rule.min, rule.max
    return None, None
