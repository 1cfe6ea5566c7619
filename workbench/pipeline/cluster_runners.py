"""Run a stage after ingest on a cluster. Stages without a runner here run on this machine."""

from collections.abc import Callable
from functools import partial
from typing import Any

from workbench.cluster.engine import Engine
from workbench.pipeline import runners
from workbench.pipeline.runners import Runner

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
    return partial(RUNNERS[name], engine=engine)
