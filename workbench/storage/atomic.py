"""Write files and folders that appear whole or not at all."""

import ctypes
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from workbench.storage import os_errors

#: Names of the files of a table in parts.
PARTS = "part-*.parquet"

#: Arguments of the system call `renameat2`, see its manual.
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@contextmanager
def replacing(path: Path, *, writer: str = "") -> Iterator[Path]:
    """Yield a path to write a file or folder to; move it into place if no error occurred.

    A run that dies in between leaves the old file, and a partial one that the next run overwrites.
    The bytes are on the disk before the file appears, so it is whole even after a power cut.

    Args:
        path: File or folder to create or replace. Missing parent folders are created.
        writer: Differs between those who may write the file at the same time. By default they
            hold a lock.
    """
    recover(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}{writer}.part")
    remove(partial)
    try:
        with os_errors.named(path.parent):
            yield partial
        flush(partial)
        move(partial, path)
    except BaseException:
        with suppress(OSError):
            remove(partial)
        raise


def flush(path: Path) -> None:
    """Wait until a file, or every file of a folder, is on the disk."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as opened, suppress(OSError):  # some file systems cannot
                os.fsync(opened.fileno())


def move(partial: Path, path: Path) -> None:
    """Put a finished file or folder in the place of another one, which is deleted.

    A folder is exchanged with the other one in one step where the system can. Elsewhere there is
    no folder for a moment, see `recover`. A file takes the place of a folder only if that is a
    table in parts.

    Raises:
        IsADirectoryError: If a file should replace another folder.
    """
    if not path.exists() or not (partial.is_dir() or _is_in_parts(path)):
        partial.replace(path)
    elif exchange(partial, path):
        remove(partial)
    else:
        old = _old(path)
        remove(old)
        path.rename(old)
        partial.rename(path)
        remove(old)


def _is_in_parts(path: Path) -> bool:
    """Return whether a path is a folder with nothing but parts of a table, and unfinished ones."""
    inside = [*path.iterdir()] if path.is_dir() else []
    parts = [each for each in inside if each.match(PARTS)]
    return bool(parts) and all(each.name.startswith(".") for each in {*inside} - {*parts})


def exchange(one: Path, other: Path) -> bool:
    """Exchange two paths in one step; return False where the system cannot."""
    system = _renameat2()
    if system is None:
        return False
    sys.audit("os.rename", str(one), str(other), -1, -1)  # as Python itself does for its own calls
    names = os.fsencode(one), os.fsencode(other)
    return bool(system(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)


@cache
def _renameat2() -> Any:  # noqa: ANN401 (a function of the C library)
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "renameat2", None)


def write_text(path: Path, text: str) -> None:
    """Write a small text file atomically; several processes may do so at once."""
    with replacing(path, writer=f".{os.getpid()}-{threading.get_ident()}") as partial:
        partial.write_text(text, encoding="utf-8")


def recover(path: Path) -> None:
    """Restore an old folder if a run died after moving it away and before replacing it."""
    if not path.exists() and _old(path).exists():
        _old(path).rename(path)


def _old(path: Path) -> Path:
    return path.with_name(f".{path.name}.old")


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
