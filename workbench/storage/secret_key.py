"""Keys: the secret of a workspace, by which its pseudonyms are made."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from workbench.exceptions import WorkspaceError


def read(path: Path) -> bytes:
    """Read the key of 32 bytes in a file, made at first use.

    Raises:
        WorkspaceError: If it cannot be read or written, or is no such key.
    """
    try:
        if not path.exists():
            _make(path)
        secret = path.read_bytes()
    except OSError as error:
        msg = f"The key {path} cannot be read or written: {error}."
        raise WorkspaceError(msg, hint="allow yourself to read and write it.") from error
    if len(secret) != 32:
        msg = f"The key {path} has {len(secret)} bytes, not 32."
        raise WorkspaceError(msg, hint="restore it; a new one changes every user id.")
    return secret


def _make(path: Path) -> None:
    """Write a key that only the owner reads; of two processes at once, the first wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=".secret.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(32))
        # Unlike `rename`, `link` leaves a key alone that is there by now.
        with suppress(FileExistsError):
            Path(path).hardlink_to(aside)
    finally:
        Path(aside).unlink()
