"""Lock a workspace, or a part of it, against all other processes and threads.

The system's own file lock decides where there is one: it vanishes with its process, whatever
happens. The lock file also names its owner, see `lock_owner`. On file systems without such locks,
a second file decides, which exists as long as the lock is held. It is taken over if its process is
known to have ended, also by a restart of the machine.
"""

import errno
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from workbench.exceptions import WorkspaceError
from workbench.storage import lock_owner
from workbench.storage.lock_owner import LockOwner

#: Seconds to wait for a process that takes a lock only to look at it.
BLINK = 0.3
#: Seconds between two tries.
_PAUSE = 0.02
#: Seconds after which a process that took over a file checks that no other one did so too.
_SETTLED = 0.2

#: Error numbers of file systems that have no locks.
WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
#: Error numbers of file systems that have no hard links.
_WITHOUT_LINKS = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK}

#: Lock file -> the thread of this process that holds it. A thread may lock a file twice.
_held: dict[Path, int] = {}


@contextmanager
def exclusive(path: Path, *, what: str, patience: float = BLINK) -> Iterator[bool]:
    """Hold a lock, and name this process in its file.

    Yields:
        Whether the lock is new; False if this thread holds it already.

    Args:
        path: The lock file; its folder exists.
        what: What is locked, for the error: `the workspace july`.
        patience: Seconds to wait for another process.

    Raises:
        WorkspaceError: If another process or thread holds it. The error says which one.
    """
    key = Path(os.path.realpath(path))
    if _held.get(key) == threading.get_ident():
        yield False
        return
    with path.open("a") as file:
        release = _acquire(file, path, what=what, patience=patience)
        _held[key] = threading.get_ident()
        try:
            yield True
        finally:
            del _held[key]
            with suppress(OSError):
                file.truncate(0)
            if release is not None:
                release.unlink(missing_ok=True)


def owner_of(path: Path) -> LockOwner | None:
    """Return the process that holds a lock; None if nobody does.

    The lock itself is tried only if the owner is on another machine, so that nobody who wants it
    at that moment is turned away.
    """
    file = instead(path) if instead(path).exists() else path
    owner = lock_owner.find(file)
    if owner is None or lock_owner.is_alive(owner) or file != path:
        return owner
    return owner if _is_locked(path) else None


def _is_locked(path: Path) -> bool:
    """Try a lock; the lock of a file system without locks counts as free."""
    with suppress(FileNotFoundError), path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError as error:
            if error.errno not in WITHOUT_LOCKS:
                raise
    return False


def _acquire(file: IO[str], path: Path, *, what: str, patience: float) -> Path | None:
    """Wait for a lock; return the file to delete at the end on file systems without locks."""
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > end:
                raise _refusal(path, what) from error
        except OSError as error:
            if error.errno not in WITHOUT_LOCKS:
                raise
            if _create(instead(path)):
                return instead(path)
            if time.monotonic() > end:
                raise _refusal(instead(path), what, is_file=True) from error
        else:
            file.truncate(0)
            file.write(lock_owner.encode(lock_owner.this_process()))
            file.flush()
            return None
        time.sleep(_PAUSE)


def _refusal(path: Path, what: str, *, is_file: bool = False) -> WorkspaceError:
    owner = lock_owner.read(path)
    by = lock_owner.describe(owner) if owner else "another process"
    msg = f"{what[0].upper()}{what[1:]} is in use: {by}."
    hint = "wait until it is done, or stop it."
    if is_file and (owner is None or lock_owner.is_alive(owner) is None):
        hint = (
            "wait until it is done, or stop it on that machine. This file system has no locks, so "
            f"the workbench cannot check. If that program is no longer running, delete {path}."
        )
    return WorkspaceError(msg, hint=hint)


def instead(path: Path) -> Path:
    """Return the file that stands for a lock on file systems without locks."""
    return path.with_name(f"{path.name}-owner")


def _create(path: Path) -> bool:
    """Create a file that names this process; False if another one holds it."""
    owner = lock_owner.this_process()
    aside = path.with_name(f"{path.name}.{owner.pid}-{threading.get_ident()}")
    aside.write_text(lock_owner.encode(owner), encoding="utf-8")
    try:
        if _link(aside, path):
            return True
        holder = lock_owner.read(path)
        if holder is None or lock_owner.is_alive(holder) is not False:
            return False
        return _take_over(path, holder, aside=aside, owner=owner)
    finally:
        aside.unlink(missing_ok=True)


def _link(aside: Path, path: Path) -> bool:
    """Put a finished file in place; False if there is one."""
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _WITHOUT_LINKS:
            raise
        with suppress(FileExistsError), path.open("x", encoding="utf-8") as file:
            file.write(aside.read_text(encoding="utf-8"))
            return True
        return False
    return True


def _take_over(path: Path, dead: LockOwner, *, aside: Path, owner: LockOwner) -> bool:
    """Replace the file of a process that has ended.

    Two processes may try at once. The one that moves the dead file away goes on; a file that is
    not the dead one is put back.
    """
    moved = aside.with_name(f"{aside.name}.dead")
    try:
        path.rename(moved)
    except FileNotFoundError:
        return False
    if lock_owner.read(moved) != dead:
        with suppress(FileExistsError):
            path.hardlink_to(moved)
        moved.unlink()
        return False
    moved.unlink()
    if not _link(aside, path):
        return False
    time.sleep(_SETTLED)
    return lock_owner.read(path) == owner
