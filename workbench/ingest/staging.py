"""Keep the results of finished ingest tasks in a folder until they are merged into tables.

A task writes its tables with `Parts`; `merge` reads the parts of all tasks with `gathered`.
"""

import shutil
from array import array
from pathlib import Path
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl

from workbench.ingest.collector import Collector
from workbench.ingest.tweet_records import RawRows
from workbench.schemas import Authors, Deletions, Gone, Ledger, RawEdits, Rejects, complete
from workbench.storage import TABLES, Workspace

#: Table -> its files in the folder of a task.
_FILES = {
    "tweets": "sightings-*.parquet",
    "ledger": "ledger.parquet",
    "rejects": "rejects.parquet",
    "deletions": "deletions.parquet",
    "gone": "gone.parquet",
    "authors": "authors.parquet",
    "edits": "edits.parquet",
}


class Parts:
    """The tables of one task.

    Args:
        folder: Where the files are written, under the names of `_FILES`.
    """

    def __init__(self, folder: Path) -> None:
        self.rows = RawRows()
        self.deleted = array("q")
        self.rejects: list[dict[str, object]] = []
        self.folder = folder
        self._gone: dict[int, str] = {}
        self.author_names: dict[int, str] = {}
        self._edits: set[tuple[int, int]] = set()
        self._written = 0

    def add(self, collector: Collector) -> None:
        """Add what was collected from a member, except its tweets: these are in `rows` already."""
        self.deleted += collector.deleted
        for tweet_id, reason in collector.gone.items():
            self._gone[tweet_id] = min(reason, self._gone.get(tweet_id, reason))
        for author_id, name in collector.author_names.items():
            self.author_names[author_id] = max(name, self.author_names.get(author_id, name))
        self._edits |= collector.edits
        self.rejects += collector.rejects

    def flush(self) -> None:
        """Write the rows collected so far."""
        if len(self.rows):
            path = self.folder / f"sightings-{self._written:04}.parquet"
            frame = self.rows.frame()
            frame.write_parquet(path, compression="lz4", row_group_size=50_000)
            self._written += 1

    def close(self, ledger: list[dict[str, object]]) -> None:
        """Write everything else, and the rows of the ledger."""
        self.flush()
        deleted = pl.DataFrame({"tweet_id": np.array(self.deleted)})
        deletions = deleted.unique().sort("tweet_id").with_columns(had_row=pl.lit(value=False))
        gone: dict[str, list[Any]] = {"tweet_id": [*self._gone], "reason": [*self._gone.values()]}
        authors: dict[str, list[Any]] = {
            "author_id": [*self.author_names],
            "author_name": [*self.author_names.values()],
        }
        tweet_ids, current_ids = zip(*sorted(self._edits), strict=True) if self._edits else ((), ())
        edits: dict[str, list[Any]] = {
            "tweet_id": [*tweet_ids],
            "current_id": [*current_ids],
        }
        tables = {
            "deletions": deletions.pipe(Deletions.validate),
            "gone": _table(gone, Gone),
            "authors": _table(authors, Authors),
            "edits": _table(edits, RawEdits),
            "rejects": _table(self.rejects, Rejects),
            "ledger": _table(ledger, Ledger),
        }
        for name, table in tables.items():
            table.write_parquet(self.folder / f"{name}.parquet")


def _table(
    rows: list[dict[str, object]] | dict[str, list[Any]], schema: type[dy.Schema]
) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema.create_empty().schema).pipe(schema.validate)


def folder(workspace: Workspace) -> Path:
    """Return the folder that contains a folder for each finished task."""
    return workspace.root / "1_tweets" / "staging"


def spool(workspace: Workspace) -> Path:
    """Return the folder for members that were copied out of a stream."""
    return workspace.root / "1_tweets" / "spool"


def tidy(workspace: Workspace) -> None:
    """Remove the unfinished tasks of a killed run; keep the finished ones."""
    shutil.rmtree(spool(workspace), ignore_errors=True)
    for unfinished in folder(workspace).glob(".*.part"):
        shutil.rmtree(unfinished, ignore_errors=True)


def clear(workspace: Workspace) -> None:
    """Remove everything; called after the merge."""
    shutil.rmtree(spool(workspace), ignore_errors=True)
    shutil.rmtree(folder(workspace), ignore_errors=True)


def files(workspace: Workspace, table: str) -> list[Path]:
    """Return the files with rows of a table, and those of the rows that are staged for it."""
    path = workspace.path(table)
    own = sorted(path.glob("*.parquet")) if path.is_dir() else [path] if path.exists() else []
    return own + _staged(workspace, table)


def _staged(workspace: Workspace, table: str) -> list[Path]:
    return sorted(folder(workspace).glob(f"[!.]*/{_FILES[table]}"))


def gathered(workspace: Workspace, table: str, *, with_task: bool = False) -> pl.LazyFrame:
    """Return the rows of a table and the staged rows for it, in any order.

    Args:
        workspace: Where they are.
        table: Name of the table.
        with_task: Add a column `task`: the folder of the task that staged the row, or "" for rows
            of the table. A task reads a member once, so `member` and `task` identify a reading.
    """
    frames = []
    if staged := _staged(workspace, table):
        # The task of an older version lacks some columns and fields.
        rows = pl.scan_parquet(
            staged,
            glob=False,
            schema=TABLES[table][1].create_empty().schema,
            missing_columns="insert",
            cast_options=pl.ScanCastOptions(missing_struct_fields="insert"),
            include_file_paths="task",
        )
        task = pl.col("task").str.strip_suffix(_FILES[table])
        frames.append(complete(table, rows).with_columns(task))
    if workspace.has(table):
        frames.append(workspace.scan(table).with_columns(task=pl.lit("")))
    if not frames:
        frames.append(TABLES[table][1].create_empty().lazy().with_columns(task=pl.lit("")))
    rows = pl.concat(frames)
    return rows if with_task else rows.drop("task")
