"""Record which process writes to a workspace, in the file that it locks."""

import getpass
import os
import platform
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import msgspec

#: Most seconds by which two readings of one process's start may differ, because the system's
#: clock was adjusted in between.
CLOCK = 2.0

#: Linux makes a new one at every start of the machine.
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class LockOwner(msgspec.Struct, frozen=True):
    """A process that writes to a workspace.

    Args:
        pid: Process id.
        born: Start of the process according to the system. Together with the id it is unique.
        began_at: When it locked the workspace, in seconds since 1970, UTC.
        command: Program and subcommand, without arguments.
        user: Who started it; empty if unknown.
        machine: Name of the machine.
        boot: Differs between machines, between two starts of one machine, and between containers
            with process ids of their own. Empty in records of earlier versions.
    """

    pid: int
    born: float
    began_at: float
    command: str
    user: str = ""
    machine: str = ""
    boot: str = ""


def this_process() -> LockOwner:
    """Describe this process."""
    import psutil

    pid = os.getpid()
    return LockOwner(
        pid=pid,
        born=psutil.Process(pid).create_time(),
        began_at=time.time(),
        command=_command(sys.argv),
        user=_user(),
        machine=platform.node(),
        boot=_boot(),
    )


def encode(owner: LockOwner) -> str:
    """Return the content of a lock file."""
    return msgspec.json.encode(owner).decode()


def read(path: Path) -> LockOwner | None:
    """Read the record in a lock file, whether its process lives or not; None if it has none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=LockOwner)
    except (OSError, msgspec.DecodeError):
        return None


def find(path: Path) -> LockOwner | None:
    """Return the process that owns a lock; None if there is none, or it is known to have ended.

    Reads the file only. Trying the lock could turn away a process that wants it at that moment.
    """
    owner = read(path)
    return owner if owner and is_alive(owner) is not False else None


def is_alive(owner: LockOwner) -> bool | None:
    """Return whether a process still runs; None if it runs, or ran, on another machine."""
    import psutil

    if owner.boot != _boot() and owner.boot:
        # After a restart of this machine, no process from before lives. In containers, and on
        # systems without a boot id, the name of the machine may say less.
        return False if _was_restarted(owner) else None
    try:
        born = psutil.Process(owner.pid).create_time()
    except psutil.Error:
        return False
    return abs(born - owner.born) < CLOCK


def _was_restarted(owner: LockOwner) -> bool:
    """Return whether a record is of this machine before its last start."""
    kernel, _, space = owner.boot.partition("/")
    own_kernel, _, own_space = _boot().partition("/")
    return owner.machine == platform.node() and kernel != own_kernel and space == own_space


def describe(owner: LockOwner, *, now: float | None = None) -> str:
    """Say who owns a lock, since when, and on which machine.

    Examples:
        >>> owner = LockOwner(7, 0.0, 60.0, "workbench run", "ann", "atlas", "x")
        >>> describe(owner, now=200.0)
        '`workbench run` of ann (process 7 on atlas), since 1970-01-01 00:01 UTC, 2 min ago'
    """
    minutes = int(((time.time() if now is None else now) - owner.began_at) // 60)
    ago = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{max(minutes, 0)} min"
    began = datetime.fromtimestamp(owner.began_at, UTC)
    by = f" of {owner.user}" if owner.user else ""
    where = f" on {owner.machine}" if owner.machine else ""
    return (
        f"`{owner.command}`{by} (process {owner.pid}{where}), since {began:%Y-%m-%d %H:%M} UTC, "
        f"{ago} ago"
    )


@cache
def _boot() -> str:
    """Identify this start of this machine, and the space of process ids that it has in common."""
    kernel = platform.node()
    with suppress(OSError):
        kernel = _BOOT_ID.read_text(encoding="utf-8").strip()
    space = ""
    with suppress(OSError):
        space = str(Path("/proc/self/ns/pid").readlink())
    return f"{kernel}/{space}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container without a name for the user's number
        return f"user {os.getuid()}" if hasattr(os, "getuid") else ""


def _command(argv: list[str]) -> str:
    """Name a program and its subcommand.

    Examples:
        >>> _command(["/x/workbench/__main__.py", "run", "july.tar"]), _command(["marimo"])
        ('workbench run', 'marimo')
    """
    program = Path(argv[0]) if argv else Path("python")
    name = program.parent.name if program.name == "__main__.py" else program.name
    return " ".join([name, *(word for word in argv[1:2] if word.isalpha())])
