"""Keep what lies between two steps in Parquet files, and cut tables into buckets of rows.

A step that is written down is not computed again by the steps that read it, and needs no memory.
"""

import glob
import math
import shutil
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl

from workbench.cluster import shard_folders
from workbench.cluster.engine import Engine, EngineName
from workbench.cluster.failures import failures_named
from workbench.storage import Workspace

if TYPE_CHECKING:
    from daft import DataFrame, DataType, Expression, Series
    from daft.io import IOConfig

#: Ids to sample per bucket, to find the bounds between buckets.
SAMPLE = 200

#: Column with the number of the bucket of a row.
BUCKET = "bucket"


@dataclass
class Scratch:
    """A folder for the steps of one stage.

    Args:
        folder: Where the files are.
        engine: Who writes them.
    """

    folder: Path
    engine: Engine
    _numbers: Iterator[int] = field(default_factory=count)

    def saved(self, frame: "DataFrame") -> "DataFrame":
        """Compute a frame, write it down, and return it as it is read from the files."""
        import daft

        schema = frame.schema()
        with failures_named():
            paths = self._write(frame)
            if paths:
                return self.read(paths)
            return daft.from_pydict({name: [] for name in schema.column_names()}).select(
                *(daft.col(column.name).cast(column.dtype) for column in schema)
            )

    def read(
        self, paths: Iterable[Path], *, schema: "dict[str, DataType] | None" = None
    ) -> "DataFrame":
        """Read Parquet files, whatever characters their paths contain.

        Args:
            paths: At least one.
            schema: Columns and their types; by default those of the first file. Files that lack
                one have nulls.
        """
        import daft

        paths = list(paths)
        self.engine.share(paths)
        # Stars and brackets mean themselves.
        names = [glob.escape(self._target(path)) for path in paths]
        return daft.read_parquet(names, schema=schema, io_config=self._io_config)

    def buckets(self, frame: "DataFrame", *, number: int) -> list[list[Path]]:
        """Write the rows of each bucket into files of its own.

        Args:
            frame: Rows with the column `BUCKET`, from 0 to below `number`.
            number: Number of buckets.

        Returns:
            The paths of the files of each bucket. Daft names them after their rows are whole. A
            task that is repeated leaves other files behind, so the folder is never listed.
        """
        with failures_named():
            if self.engine.name == EngineName.RAY and number > 1:
                frame = frame.repartition(min(number, 4 * self.engine.processes), BUCKET)
            written = frame.write_parquet(
                self._target(self.new_folder()), partition_cols=[BUCKET], io_config=self._io_config
            ).to_pydict()
        files: list[list[Path]] = [[] for _ in range(number)]
        for path, bucket in zip(written["path"], written[BUCKET], strict=True):
            files[bucket].append(self._written(path))
        return files

    def new_folder(self) -> Path:
        """Return the path of a folder for the next step; whoever writes creates it."""
        return self.folder / f"{next(self._numbers):03}"

    def _write(self, frame: "DataFrame") -> list[Path]:
        written = frame.write_parquet(
            self._target(self.new_folder()), compression="zstd", io_config=self._io_config
        )
        return sorted(map(self._written, written.to_pydict()["path"]))

    def _target(self, path: Path) -> str:
        """Return how Daft names a path of the driver."""
        exchange = self.engine.exchange
        return str(path) if exchange is None else exchange.url(path)

    def _written(self, name: str) -> Path:
        """Undo `_target`, for what Daft has written."""
        exchange = self.engine.exchange
        return Path(name) if exchange is None else exchange.written(name)

    @property
    def _io_config(self) -> "IOConfig | None":
        return None if self.engine.exchange is None else self.engine.exchange.io_config


@contextmanager
def opened(workspace: Workspace, engine: Engine, *, stage: str) -> Iterator[Scratch]:
    """Yield an empty folder for the steps of a stage, and remove it afterwards."""
    folder = shard_folders.folder(workspace, stage, key="steps")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield Scratch(folder, engine)
    finally:
        shard_folders.remove(folder)


def height(frame: "DataFrame") -> int:
    """Count the rows of a frame."""
    with failures_named():
        return int(frame.count_rows())


def collected(frame: "DataFrame") -> pl.DataFrame:
    """Bring the rows of a frame to the driver, few enough for its memory."""
    with failures_named():
        return pl.DataFrame(pl.from_arrow(frame.to_arrow()))


def bounds(frame: "DataFrame", column: str, *, rows: int, a_bucket: int) -> list[int]:
    """Choose ids that cut a frame into buckets of about equal size.

    Args:
        frame: Any rows; those with equal ids stay together.
        column: Column with the ids.
        rows: Number of rows.
        a_bucket: Rows of a bucket.

    Returns:
        The first id of each bucket but the first, ascending; empty if one bucket is enough.
    """
    number = math.ceil(rows / a_bucket)
    if number <= 1:
        return []
    share = min(1.0, SAMPLE * number / rows)
    with failures_named():
        sampled = frame.select(column).sample(fraction=share, seed=1).to_pydict()[column]
    ids = pl.Series(sampled, dtype=pl.Int64).sort()
    places = [len(ids) * step // number for step in range(1, number)]
    return sorted(set(ids.gather(places))) if len(ids) else []


def with_buckets(frame: "DataFrame", column: str, *, first_ids: list[int]) -> "DataFrame":
    """Add the column `BUCKET`: the number of `first_ids` up to the id of a row."""
    import daft

    numbered = daft.func.batch(return_dtype=daft.DataType.int32())(
        partial(_numbers_of, first_ids=first_ids)
    )
    return frame.with_column(BUCKET, cast("Expression", numbered(daft.col(column))))


def _numbers_of(ids: "Series", first_ids: list[int]) -> list[int]:
    return [bisect_right(first_ids, each) for each in ids.to_pylist()]
