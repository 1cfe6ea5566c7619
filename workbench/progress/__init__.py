"""Report how far a command is: as a callback within a process, and as a file for other processes.

A stage calls `OnProgress`. The `Reporter` of the command adds the place of the stage in the job, a
rate and an estimate of the time left, and writes a `ProgressRecord` to a file. The dashboard reads
it. `text` puts a record into words, so that a terminal and a page say the same.
"""

from workbench.progress.record import FILE, VARIABLE, ProgressRecord, Step, from_file
from workbench.progress.reporter import OnProgress, OnStep, Reporter, doing, silent, silent_step
from workbench.progress.words import text

__all__ = [
    "FILE",
    "VARIABLE",
    "OnProgress",
    "OnStep",
    "ProgressRecord",
    "Reporter",
    "Step",
    "doing",
    "from_file",
    "silent",
    "silent_step",
    "text",
]
