"""Holders: which process writes to a workspace, as it says itself in the file that it locks."""

import os
import sys
import time
from pathlib import Path
from typing import IO

import msgspec

#: Seconds by which two readings of one process's beginning may differ, as the clock is set right.
CLOCK = 2.0


class LockOwner(msgspec.Struct, frozen=True):
    """A process that writes to a workspace.

    Args:
        pid: Its id.
        born: When it began, as the system tells it: no other has the same id and this.
        began_at: When it locked the workspace, in seconds since 1970, UTC.
        command: Program and subcommand, without what they are given.
    """

    pid: int
    born: float
    began_at: float
    command: str


def sign(lock: IO[str]) -> None:
    """Write down that this process holds a lock."""
    import psutil

    pid = os.getpid()
    told = LockOwner(pid, psutil.Process(pid).create_time(), time.time(), _command(sys.argv))
    lock.truncate(0)
    lock.write(msgspec.json.encode(told).decode())
    lock.flush()


def find(path: Path) -> LockOwner | None:
    """Give the process that holds a lock on this machine; None where none does.

    The lock itself is not tried: whoever wants it at that moment would be turned away.
    """
    import psutil

    try:
        told = msgspec.json.decode(path.read_bytes(), type=LockOwner)
        born = psutil.Process(told.pid).create_time()
    except (OSError, msgspec.DecodeError, psutil.Error):
        return None
    return told if abs(born - told.born) < CLOCK else None


def _command(words: list[str]) -> str:
    """Name a program as people call it.

    Examples:
        >>> _command(["/x/workbench/__main__.py", "run", "july.tar"]), _command(["marimo"])
        ('workbench run', 'marimo')
    """
    program = Path(words[0]) if words else Path("python")
    name = program.parent.name if program.name == "__main__.py" else program.name
    return " ".join([name, *(word for word in words[1:2] if word.isalpha())])
