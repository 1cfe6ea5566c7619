"""Explain refusals of the operating system, like a full disk, as errors with a hint."""

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.exceptions import WorkspaceError

_RIGHTS = "make it writable, then run the same command again to continue. Or choose another place."
_ROOM = "free some space, then run the same command again to continue. Or choose another disk."
_PLACE = "choose another place."
_LIMIT = "raise the limit on the size of files (`ulimit -f`), or choose another disk."
_FILES = "raise the limit (`ulimit -n 4096`), then run the same command again to continue."
_MEMORY = "close other programs, then run the same command again to continue."

#: Error number of the system -> what to do about it. All have reasons outside of the workbench.
_HINTS = {
    errno.EROFS: _RIGHTS,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EISDIR: _PLACE,
    errno.ENOTDIR: _PLACE,
    errno.EFBIG: _LIMIT,
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENOMEM: _MEMORY,
    errno.EAGAIN: _MEMORY,  # a thread cannot be started
}
#: How Rust libraries write the number in a message. polars sometimes omits it.
_NUMBER = re.compile(r"\(os error (\d+)\)")
#: What the loader of libraries and PyTorch say if memory runs out.
_NO_MEMORY = re.compile(r"failed to map segment|[Cc]annot allocate memory|not enough memory")
_DISK_FULL = "No space left on device"

#: Bytes to write to find out whether a disk takes any more.
_PROBE = 1 << 20


def refusal(error: BaseException, *, where: str = "") -> WorkspaceError | None:
    """Return an error with a hint if the system refused a file; None for every other error.

    Args:
        error: Error that Python or a Rust library raised.
        where: What was being written, for errors that name no file.

    Examples:
        >>> refusal(OSError(errno.ENOSPC, _DISK_FULL), where="july").problem
        'july: No space left on device.'
        >>> refusal(OSError(errno.ECONNRESET, "Connection reset by peer")) is None
        True
    """
    number = _number(error)
    if number not in _HINTS:
        return None
    # An error of a rename has two names. The second one is the file that the user named.
    name = getattr(error, "filename2", None) or getattr(error, "filename", None)
    place = os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else where
    msg = f"{place or 'A file'}: {os.strerror(number)}."
    return WorkspaceError(msg, hint=_HINTS[number])


@contextmanager
def named(folder: Path) -> Iterator[None]:
    """Raise the error of the system if a library fails to write because the disk is full.

    polars reports some refusals without saying so, for example as a fault of its own file.

    Args:
        folder: Where the block writes. What it has written is still there.
    """
    try:
        yield
    except Exception as error:
        if refusal(error) is None and (refused := _refused(folder)):
            raise refused from error
        raise


def _refused(folder: Path) -> OSError | None:
    """Try to write to a folder; return the error of the system."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_PROBE))
    except OSError as error:
        return error
    return None


def _number(error: BaseException) -> int:
    """Return the number of the system's error; 0 if it has none."""
    if isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)):
        return errno.ENOMEM
    if isinstance(error, OSError) and error.errno:
        return error.errno
    text = str(error)
    if match := _NUMBER.search(text):
        return int(match[1])
    return errno.ENOSPC if _DISK_FULL in text else 0
