"""Disks: what the system says where it refuses a file, as an error that a person can mend."""

import errno
import os
import re

from workbench.exceptions import WorkspaceError

_RIGHTS = "make it writable; the same command goes on where it was. Or name another place."
_ROOM = "make room there; the same command goes on where it was. Or name a place on another disk."
_PLACE = "name another place."

#: What the system refuses for reasons outside of the workbench -> what to do about it.
_HINTS = {
    errno.EROFS: _RIGHTS,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EISDIR: _PLACE,
    errno.ENOTDIR: _PLACE,
}
#: How libraries in Rust write the number down; polars leaves it out at times.
_NUMBER = re.compile(r"\(os error (\d+)\)")
_FULL = "No space left on device"


def refusal(error: BaseException, *, where: str = "") -> WorkspaceError | None:
    """Say what to do where the system refused a file; None for every other error.

    Args:
        error: What was raised, by Python, or by a library in Rust.
        where: What was being written, for errors that name no file.

    Examples:
        >>> refusal(OSError(errno.ENOSPC, _FULL), where="july").problem
        'july: No space left on device.'
        >>> refusal(OSError(errno.ECONNRESET, "Connection reset by peer")) is None
        True
    """
    number = _number(error)
    if number not in _HINTS:
        return None
    # Of a file that is put in the place of another, the second name is the one that was asked for.
    name = getattr(error, "filename2", None) or getattr(error, "filename", None)
    place = os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else where
    msg = f"{place or 'A file'}: {os.strerror(number)}."
    return WorkspaceError(msg, hint=_HINTS[number])


def _number(error: BaseException) -> int:
    """Give the number of the system's error; 0 where it is none."""
    if isinstance(error, OSError) and error.errno:
        return error.errno
    told = str(error)
    if found := _NUMBER.search(told):
        return int(found[1])
    return errno.ENOSPC if _FULL in told else 0
