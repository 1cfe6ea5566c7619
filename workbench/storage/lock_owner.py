"""Record which process writes to a workspace, in the file that it locks."""

import os
import sys
import time
from pathlib import Path
from typing import IO

import msgspec

#: Most seconds by which two readings of one process's start may differ, because the system's
#: clock was adjusted in between.
CLOCK = 2.0


class LockOwner(msgspec.Struct, frozen=True):
    """A process that writes to a workspace.

    Args:
        pid: Process id.
        born: Start of the process according to the system. Together with the id it is unique.
        began_at: When it locked the workspace, in seconds since 1970, UTC.
        command: Program and subcommand, without arguments.
    """

    pid: int
    born: float
    began_at: float
    command: str


def sign(lock: IO[str]) -> None:
    """Write into a lock file that this process owns the lock."""
    import psutil

    pid = os.getpid()
    owner = LockOwner(pid, psutil.Process(pid).create_time(), time.time(), _command(sys.argv))
    lock.truncate(0)
    lock.write(msgspec.json.encode(owner).decode())
    lock.flush()


def find(path: Path) -> LockOwner | None:
    """Return the process on this machine that owns a lock; None if there is none.

    Reads the file only. Trying the lock could turn away a process that wants it at that moment.
    """
    import psutil

    try:
        owner = msgspec.json.decode(path.read_bytes(), type=LockOwner)
        born = psutil.Process(owner.pid).create_time()
    except (OSError, msgspec.DecodeError, psutil.Error):
        return None
    return owner if abs(born - owner.born) < CLOCK else None


def _command(argv: list[str]) -> str:
    """Name a program and its subcommand.

    Examples:
        >>> _command(["/x/workbench/__main__.py", "run", "july.tar"]), _command(["marimo"])
        ('workbench run', 'marimo')
    """
    program = Path(argv[0]) if argv else Path("python")
    name = program.parent.name if program.name == "__main__.py" else program.name
    return " ".join([name, *(word for word in argv[1:2] if word.isalpha())])
