"""Run the stages in order, and only those whose tables are out of date.

`stages` lists the stages, `fingerprints` hashes what a result depends on, `table_stamps` notices
tables that a run did not write, and `freshness` compares all of it. `runners` runs one stage,
`exports` writes the kept threads, and `run` does all of it in order. `damage` finds tables that
cannot be read, `doctor` rebuilds them. The command line and the dashboard call the names below.
"""

from workbench.pipeline.freshness import State, check, states
from workbench.pipeline.remaining import biggest_loss, funnel
from workbench.pipeline.run import (
    bring_up_to_date,
    delete,
    ingest,
    redo,
    run_stage,
    write_export,
)
from workbench.pipeline.stages import STAGES

__all__ = [
    "STAGES",
    "State",
    "biggest_loss",
    "bring_up_to_date",
    "check",
    "delete",
    "funnel",
    "ingest",
    "redo",
    "run_stage",
    "states",
    "write_export",
]
