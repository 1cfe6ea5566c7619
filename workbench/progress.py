"""Progress: how a stage tells how far it is."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from workbench.storage import atomic

#: Called with units done and units in all (0 where that is not known yet).
OnProgress = Callable[[int, int], None]

#: Environment variable that names the file to which `to_file` writes.
VARIABLE = "WORKBENCH_PROGRESS"

#: File in a workspace to which a command writes that nobody named another one for.
FILE = "runs/progress"

#: Seconds between two writes of that file, at least.
PAUSE = 0.3


class ProgressRecord(msgspec.Struct, frozen=True):
    """How far a stage is, as it stands in the file.

    Args:
        stage: Name of the stage.
        done: Units done.
        total: Units in all; 0 where that is not known.
        began_at: When the stage began, in seconds since 1970, UTC.
        told_at: When it told this.
    """

    stage: str
    done: int
    total: int
    began_at: float
    told_at: float

    @property
    def share(self) -> float | None:
        """What is done, 0 to 1; None where that is not known."""
        return min(self.done / self.total, 1.0) if self.total > 0 else None

    def seconds_left(self, now: float) -> float | None:
        """Guess how long the stage still takes; None before there is anything to go by.

        Examples:
            >>> ProgressRecord("embed", 25, 100, began_at=0.0, told_at=10.0).seconds_left(12.0)
            28.0
        """
        if not self.share or self.told_at <= self.began_at:
            return None
        whole = (self.told_at - self.began_at) / self.share
        return max(self.began_at + whole - now, 0.0)


def silent(done: int, total: int) -> None:
    """Ignore the progress; the default of every stage."""


def to_file(stage: str) -> OnProgress:
    """Write the progress of a stage to the file that `WORKBENCH_PROGRESS` names, if it does.

    The first word is written at once, then a few a second at most. No stage fails for a file that
    cannot be written.
    """
    if not (named := os.environ.get(VARIABLE)):
        return silent
    path, began, last = Path(named), time.time(), 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        if (now := time.time()) - last < PAUSE:
            return
        last = now
        told = ProgressRecord(stage, int(done), int(total), began, now)
        with suppress(OSError):
            atomic.write_text(path, msgspec.json.encode(told).decode())

    tell(0, 0)
    return tell


def from_file(path: Path) -> ProgressRecord | None:
    """Read what `to_file` wrote last; None where there is nothing yet."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=ProgressRecord)
    except (OSError, msgspec.DecodeError):
        return None
