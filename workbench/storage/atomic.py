"""Atomic: files and folders that appear whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write a file or folder to; put it in place when all went well.

    A run that dies in between leaves the old file, and rubbish that the next run overwrites.

    Args:
        path: File or folder to be made or replaced; folders above it are made.
    """
    recover(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    _remove(aside)
    try:
        yield aside
        _put(aside, path)
    except BaseException:
        _remove(aside)
        raise


def _put(aside: Path, path: Path) -> None:
    if aside.is_dir() and path.exists():
        # A folder cannot take the place of another in one step: see `recover`.
        old = _old(path)
        _remove(old)
        path.rename(old)
        aside.rename(path)
        _remove(old)
    else:
        aside.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write a small text file."""
    with replacing(path) as aside:
        aside.write_text(text, encoding="utf-8")


def recover(path: Path) -> None:
    """Put an old folder back where a run died between taking it away and putting the new in."""
    if not path.exists() and _old(path).exists():
        _old(path).rename(path)


def _old(path: Path) -> Path:
    return path.with_name(f".{path.name}.old")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
