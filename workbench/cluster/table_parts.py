"""Tables in parts: check those that workers have written, and choose those that they read."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from workbench.cluster.engine import Engine
from workbench.exceptions import StageError
from workbench.storage import atomic


class TableParts:
    """The files of tables that have a column `thread_id`.

    Args:
        paths: Tables and other files, of which items need all.
        engine: Who reads them. If all machines see the same files, nothing is left out.
    """

    def __init__(self, paths: Iterable[Path], *, engine: Engine) -> None:
        self._whole: list[Path] = []
        self._parts: list[tuple[Path, int, int]] = []
        for path in paths:
            if engine.exchange is not None and path.suffix == ".parquet" and path.is_dir():
                self._parts += [(part, *_bounds(part)) for part in sorted(path.glob("*.parquet"))]
            else:
                self._whole.append(path)

    def between(self, low: int, high: int) -> list[Path]:
        """Return the files in which threads between two ids are, both included.

        The first file of each table is among them, so that the table is never missing.
        """
        firsts = {part.parent: part for part, _, _ in reversed(self._parts)}
        near = [part for part, first, last in self._parts if first <= high and last >= low]
        return [*self._whole, *sorted({*near, *firsts.values()})]


def settle(folder: Path, *, rows: int) -> None:
    """Remove from a table what killed workers have left in it, and count its rows.

    Args:
        folder: The table. All workers have finished.
        rows: Number of rows that they have counted.

    Raises:
        StageError: If there are others, as those of a worker whose command was killed.
    """
    for path in folder.iterdir():
        if not path.match(atomic.PARTS):
            atomic.remove(path)
    there = pl.scan_parquet(sorted(folder.iterdir()), glob=False).select(pl.len()).collect().item()
    if there != rows:
        msg = f"{folder} has {there:,} rows of {rows:,}: another command has written there, too."
        raise StageError(msg, hint="run the same command again.")


def _bounds(part: Path) -> tuple[int, int]:
    """Return the lowest and the highest thread of a file; of an empty one, a range without ids."""
    ids = pl.scan_parquet(part, glob=False).select(
        low=pl.col("thread_id").min(), high=pl.col("thread_id").max()
    )
    low, high = ids.collect().row(0)
    return (0, -1) if low is None else (low, high)
