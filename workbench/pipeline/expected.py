"""Estimate how long a stage will take, from the counts of the stages before it."""

from workbench.storage import Run, Workspace

#: Stage -> (stage, count) of its input: what its time depends on.
_INPUTS = {
    "threads": ("ingest", "tweets"),
    "embed": ("threads", "threads"),
    "score": ("threads", "threads"),
    "select": ("threads", "threads"),
    "export": ("threads", "threads"),
}

#: Stage -> seconds per unit of its input, measured on two cores. Embedding is missing: it depends
#: on the model, the machine and the vectors that are known already.
_TYPICAL = {"threads": 1e-5, "score": 1e-3, "select": 1e-5, "export": 2e-4}

#: Seconds that any stage takes.
_LEAST = {"score": 1.0}

#: Smallest input from which a time per unit is measured.
_ENOUGH = 1000


def seconds(workspace: Workspace, stage: str) -> float | None:
    """Return the seconds that a stage will take; None if too little is known.

    A large enough earlier run in this workspace tells the time per unit; else it is what most
    machines take.

    Args:
        workspace: The workspace; the input of the stage must be up to date.
        stage: Name of the stage.
    """
    source, count = _INPUTS.get(stage, ("", ""))
    run = workspace.last_run(source) if source else None
    if run is None:
        return None
    per_unit = _measured(workspace.last_run(stage)) or _TYPICAL.get(stage)
    return None if per_unit is None else _LEAST.get(stage, 0.0) + per_unit * run.counts[count]


def _measured(run: Run | None) -> float | None:
    """Return the seconds per unit of an earlier run, if it was large enough."""
    if run is None:
        return None
    units = run.counts.get("encoded" if run.stage == "embed" else "threads", 0)
    return run.seconds / units if units >= _ENOUGH else None
