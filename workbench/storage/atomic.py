"""Write files and folders that appear whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path to write a file or folder to; move it into place if no error occurred.

    A run that dies in between leaves the old file, and a partial one that the next run overwrites.

    Args:
        path: File or folder to create or replace. Missing parent folders are created.
    """
    recover(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    _remove(partial)
    try:
        yield partial
        _move(partial, path)
    except BaseException:
        _remove(partial)
        raise


def _move(partial: Path, path: Path) -> None:
    if partial.is_dir() and path.exists():
        # A folder cannot replace another one in one step, see `recover`.
        old = _old(path)
        _remove(old)
        path.rename(old)
        partial.rename(path)
        _remove(old)
    else:
        partial.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write a small text file atomically."""
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8")


def recover(path: Path) -> None:
    """Restore an old folder if a run died after moving it away and before replacing it."""
    if not path.exists() and _old(path).exists():
        _old(path).rename(path)


def _old(path: Path) -> Path:
    return path.with_name(f".{path.name}.old")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
