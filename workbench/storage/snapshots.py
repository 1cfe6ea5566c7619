"""Read a table lazily, as it was when it was opened."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import polars as pl

#: Tables of more files are read by their names: a process may open a thousand files or so.
MOST_FILES = 100
#: Tries to open the files of a folder before another process replaces it.
_TRIES = 5
_PAUSE = 0.05


def scan(path: Path) -> pl.LazyFrame:
    """Read a Parquet file, or the files of a folder, lazily.

    The files are opened at once. If they are replaced or deleted before they are read, the frame
    still has the old rows. Opened by name, polars would read the footer of one file and the data of
    another.

    Raises:
        FileNotFoundError: If there is no such file or folder.
    """
    for pause in _pauses():
        try:
            return _scan(path)
        except FileNotFoundError:
            # Where folders cannot be exchanged in one step, there is none for a moment.
            if not path.with_name(f".{path.name}.old").exists() and not path.exists():
                raise
        time.sleep(pause)
    return _scan(path)


def _pauses() -> Iterator[float]:
    yield from [_PAUSE] * _TRIES


def _scan(path: Path) -> pl.LazyFrame:
    before = path.stat()
    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if len(parts) > MOST_FILES or not parts:
        # The path of the workspace may contain brackets and stars.
        return pl.scan_parquet(parts, glob=False)
    with ExitStack() as stack:
        # polars keeps a copy of each descriptor as long as the frame lives.
        files: list[IO[bytes]] = [stack.enter_context(part.open("rb")) for part in parts]
        if path.is_dir() and path.stat().st_ino != before.st_ino:
            raise FileNotFoundError(path)
        return pl.scan_parquet(files, glob=False)
