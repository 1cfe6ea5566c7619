"""Report how far a stage is: as a callback within a process, and as a file for other processes.

The command line writes the file, the dashboard reads it.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from workbench import environment
from workbench.storage import atomic

#: Called with the units done and all units (0 if their number is not known yet).
OnProgress = Callable[[int, int], None]

#: Environment variable that names another file than `FILE`.
VARIABLE = environment.PROGRESS

#: File in a workspace to which a command writes its progress by default.
FILE = "runs/progress"

#: Shortest time between two writes of the file, in seconds.
PAUSE = 0.3


class Step(msgspec.Struct, frozen=True):
    """A step of a task, and how much of it is done.

    Args:
        name: What is done, in words.
        done: Units done.
        total: All units; 0 if the step is not counted.
        unit: Name of the units, in the plural.
    """

    name: str
    done: int = 0
    total: int = 0
    unit: str = ""


#: Called with the step that has begun, or goes on.
OnStep = Callable[[Step], None]


class ProgressRecord(msgspec.Struct, frozen=True):
    """Content of the progress file.

    Args:
        stage: Name of the stage.
        done: Units done.
        total: All units; 0 if their number is not known.
        began_at: Start of the stage, in seconds since 1970, UTC.
        reported_at: Time of this record, in seconds since 1970, UTC.
        step: Step of the stage that is running; None if it has no named steps.
    """

    stage: str
    done: int
    total: int
    began_at: float
    reported_at: float
    step: Step | None = None

    @property
    def share(self) -> float | None:
        """Share of the units done, 0 to 1; None if unknown."""
        return min(self.done / self.total, 1.0) if self.total > 0 else None

    def seconds_left(self, now: float) -> float | None:
        """Estimate how long the stage still takes; return None before anything is done.

        Examples:
            >>> ProgressRecord("embed", 25, 100, began_at=0.0, reported_at=10.0).seconds_left(12.0)
            28.0
        """
        if not self.share or self.reported_at <= self.began_at:
            return None
        whole = (self.reported_at - self.began_at) / self.share
        return max(self.began_at + whole - now, 0.0)


def silent(done: int, total: int) -> None:
    """Ignore the progress; the default of every stage."""


def silent_step(step: Step) -> None:
    """Ignore the steps; the default of every task with steps."""


def to_file(stage: str, path: Path | None) -> OnProgress:
    """Return a callback that writes the progress of a stage to a file.

    The first record is written at once, then at most one every `PAUSE` seconds. If the file cannot
    be written, the stage goes on.

    Args:
        stage: Name of the stage.
        path: File to write; None to write nothing.
    """
    if path is None:
        return silent
    write = _writer(stage, path)
    write(0, 0, None)
    return lambda done, total: write(done, total, None)


def steps_to_file(stage: str, path: Path | None) -> OnStep:
    """Return a callback that writes the steps of a task to a file, each new step at once."""
    if path is None:
        return silent_step
    write = _writer(stage, path)
    return lambda step: write(step.done, step.total, step)


def _writer(stage: str, path: Path) -> Callable[[int, int, Step | None], None]:
    began, last, last_name = time.time(), 0.0, ""

    def write(done: int, total: int, step: Step | None) -> None:
        nonlocal began, last, last_name
        now, name = time.time(), step.name if step else ""
        is_new = name != last_name
        if now - last < PAUSE and not is_new:
            return
        # The time left is estimated for the running step: the others take other times.
        began, last, last_name = (now if is_new else began), now, name
        record = ProgressRecord(stage, int(done), int(total), began, now, step)
        with suppress(OSError):
            atomic.write_text(path, msgspec.json.encode(record).decode())

    return write


def from_file(path: Path) -> ProgressRecord | None:
    """Read the last record that `to_file` wrote; return None if there is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=ProgressRecord)
    except (OSError, msgspec.DecodeError):
        return None
