"""Run all stages once, and die before a chosen change of the workspace.

Usage: `python -m tests.torture.one_run WORKSPACE DUMP ENGINE AT WHOM COUNTER`. DUMP may be empty,
to run only the stages after ingest. ENGINE is `local`, `daft` or `ray`. AT is the number of the
change, 0 for none. WHOM is `group` or `main`. COUNTER is a file for the number of changes.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from workbench import export
from workbench.cli import app
from workbench.cluster import cuts, score, threads
from workbench.embeddings import build
from workbench.ingest import tasks, workers

#: Events of Python that change a folder, see its table of audit events.
EVENTS = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir"}


def watch(root: str, on_change: Callable[[int], None]) -> None:
    """Call a function before each change of a folder, with its number."""
    number = 0

    def hook(event: str, args: tuple[object, ...]) -> None:
        nonlocal number
        if event in EVENTS and any(root in str(value) for value in args[:2]):
            number += 1
            on_change(number)

    sys.addaudithook(hook)


def run(workspace: str, dump: str, *, engine: str, processes: int) -> None:
    """Run all stages with small tasks, chunks and buckets: much to interrupt."""
    words = ["run", *filter(None, [dump]), "-w", workspace, "--workers", str(processes), "-q"]
    words += ["--engine", engine]
    with (
        mock.patch.object(workers, "ONE_PROCESS_BYTES", -1),
        mock.patch.multiple(tasks, FIRST_TASK_BYTES=20_000, TASK_BYTES=20_000),
        mock.patch.object(build, "CHUNK", 4),
        mock.patch.dict(export.from_selection.__kwdefaults__ or {}, turns_at_once=100),
        mock.patch.multiple(cuts, ROWS_A_BUCKET=200, FEWEST_ROWS=200),
        mock.patch.object(threads, "TURNS_A_BUCKET", 50),
        mock.patch.object(score, "TURNS_A_RANGE", 50),
    ):
        app(words, standalone_mode=False)


def main(workspace: str, dump: str, engine: str, kill: tuple[int, str], counter: str) -> None:
    """Run all stages; die before a change, whose number and victims are given by `kill`."""
    at, whom = kill

    def on_change(number: int) -> None:
        if number == at and whom == "group":
            os.killpg(0, signal.SIGKILL)
        if number == at:
            os.kill(os.getpid(), signal.SIGKILL)
        if not at:
            Path(counter).write_text(str(number))

    watch(workspace, on_change)
    run(workspace, dump, engine=engine, processes=2)


if __name__ == "__main__":
    main(*sys.argv[1:4], (int(sys.argv[4]), sys.argv[5]), sys.argv[6])
