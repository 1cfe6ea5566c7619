"""Read the secret key of a workspace, from which pseudonyms are derived."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from workbench.exceptions import WorkspaceError

#: Length of a key, in bytes.
LENGTH = 32


def read(path: Path) -> bytes:
    """Read the key in a file; create the file on first use.

    Raises:
        WorkspaceError: If the file cannot be read or written, or is not a key.
    """
    try:
        if not path.exists():
            _create(path)
        secret = path.read_bytes()
    except OSError as error:
        msg = f"The key {path} cannot be read or written: {error}."
        raise WorkspaceError(msg, hint="allow yourself to read and write it.") from error
    if len(secret) != LENGTH:
        msg = f"The key {path} has {len(secret)} bytes, not {LENGTH}."
        raise WorkspaceError(msg, hint="restore it; a new one changes every user id.")
    return secret


def _create(path: Path) -> None:
    """Write a key that only the owner can read; if two processes try at once, the first wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=".secret.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(LENGTH))
        # Unlike `rename`, `link` never replaces a key that exists by now.
        with suppress(FileExistsError):
            Path(path).hardlink_to(partial)
    finally:
        Path(partial).unlink()
