"""Run a stage after ingest on a cluster. Stages without a runner here run on this machine."""

from collections.abc import Callable
from functools import partial
from typing import Any

from workbench.cluster import exchange
from workbench.cluster.engine import Engine
from workbench.pipeline import runners
from workbench.pipeline.runners import Runner
from workbench.progress import OnProgress
from workbench.recipe import Recipe
from workbench.storage import Workspace

#: Stage -> its runner, which takes an `engine`.
RUNNERS: dict[str, Callable[..., dict[str, Any]]] = {
    "threads": runners.place,
    "embed": runners.embed,
    "score": runners.score,
    "export": runners.export,
}


def runner(name: str, engine: Engine | None) -> Runner:
    """Return what runs a stage.

    Args:
        name: Name of the stage.
        engine: Where it should run; None is this machine.
    """
    if engine is None or name not in RUNNERS:
        return runners.RUNNERS[name]
    return partial(_run, name, engine)


def _run(
    name: str, engine: Engine, workspace: Workspace, recipe: Recipe, on_progress: OnProgress
) -> dict[str, Any]:
    with exchange.opened(workspace, engine) as engine_there:
        return RUNNERS[name](workspace, recipe, on_progress, engine=engine_there)
