"""Explain refusals of the operating system, like a full disk, as errors with a hint."""

import errno
import os
import re

from workbench.exceptions import WorkspaceError

_RIGHTS = "make it writable, then run the same command again to continue. Or choose another place."
_ROOM = "free some space, then run the same command again to continue. Or choose another disk."
_PLACE = "choose another place."

#: Error number of the system -> what to do about it. All have reasons outside of the workbench.
_HINTS = {
    errno.EROFS: _RIGHTS,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EISDIR: _PLACE,
    errno.ENOTDIR: _PLACE,
}
#: How Rust libraries write the number in a message. polars sometimes omits it.
_NUMBER = re.compile(r"\(os error (\d+)\)")
_DISK_FULL = "No space left on device"


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


def _number(error: BaseException) -> int:
    """Return the number of the system's error; 0 if it has none."""
    if isinstance(error, OSError) and error.errno:
        return error.errno
    text = str(error)
    if match := _NUMBER.search(text):
        return int(match[1])
    return errno.ENOSPC if _DISK_FULL in text else 0
