"""Pipeline: which stages are stale, and how to run them in order."""

from workbench.pipeline.run import (
    State,
    bring_up_to_date,
    check,
    delete,
    export_pack,
    funnel,
    ingest,
    redo,
    run_stage,
    states,
)
from workbench.pipeline.stages import STAGES

__all__ = [
    "STAGES",
    "State",
    "bring_up_to_date",
    "check",
    "delete",
    "export_pack",
    "funnel",
    "ingest",
    "redo",
    "run_stage",
    "states",
]
