"""Staging: the parts that `ingest` lays down, and that wait to be merged into tables."""

import shutil
from array import array
from pathlib import Path
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl

from workbench.ingest.collector import Collector
from workbench.ingest.tweet_records import Gathered
from workbench.schemas import Deletions, Gone, Ledger, Rejects
from workbench.storage import TABLES, Workspace

#: Table -> names of its files in the folder of a task.
_FILES = {
    "tweets": "sightings-*.parquet",
    "ledger": "ledger.parquet",
    "rejects": "rejects.parquet",
    "deletions": "deletions.parquet",
    "gone": "gone.parquet",
}


class Parts:
    """The tables of one task on their way into a folder.

    Args:
        folder: Where the files go, named as `gathered` looks for them.
    """

    def __init__(self, folder: Path) -> None:
        self.gathered = Gathered()
        self.deleted = array("q")
        self.rejects: list[dict[str, object]] = []
        self._folder = folder
        self._gone: dict[int, str] = {}
        self._written = 0

    def take(self, sink: Collector) -> None:
        """Take what a member came to, but for its rows, which `gathered` has."""
        self.deleted += sink.deleted
        for tweet_id, reason in sink.gone.items():
            self._gone[tweet_id] = min(reason, self._gone.get(tweet_id, reason))
        self.rejects += sink.rejects

    def flush(self) -> None:
        """Write the rows that were gathered."""
        if len(self.gathered):
            path = self._folder / f"sightings-{self._written:04}.parquet"
            frame = self.gathered.frame()
            frame.write_parquet(path, compression="lz4", row_group_size=50_000)
            self._written += 1

    def close(self, ledger: list[dict[str, object]]) -> None:
        """Write everything that is left, and the rows of the ledger."""
        self.flush()
        deleted = pl.DataFrame({"tweet_id": np.array(self.deleted)})
        deletions = deleted.unique().sort("tweet_id").with_columns(had_row=pl.lit(value=False))
        gone: dict[str, list[Any]] = {"tweet_id": [*self._gone], "reason": [*self._gone.values()]}
        tables = {
            "deletions": deletions.pipe(Deletions.validate),
            "gone": _table(gone, Gone),
            "rejects": _table(self.rejects, Rejects),
            "ledger": _table(ledger, Ledger),
        }
        for name, table in tables.items():
            table.write_parquet(self._folder / f"{name}.parquet")


def _table(
    rows: list[dict[str, object]] | dict[str, list[Any]], schema: type[dy.Schema]
) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema.create_empty().schema).pipe(schema.validate)


def folder(workspace: Workspace) -> Path:
    """The folder in which each finished task has a folder of its own."""
    return workspace.root / "1_tweets" / "staging"


def spool(workspace: Workspace) -> Path:
    """The folder of members that had to be copied out of a stream."""
    return workspace.root / "1_tweets" / "spool"


def tidy(workspace: Workspace) -> None:
    """Remove what a killed run left; finished tasks stay."""
    shutil.rmtree(spool(workspace), ignore_errors=True)
    for unfinished in folder(workspace).glob(".*.part"):
        shutil.rmtree(unfinished, ignore_errors=True)


def clear(workspace: Workspace) -> None:
    """Remove everything, after it was merged."""
    shutil.rmtree(spool(workspace), ignore_errors=True)
    shutil.rmtree(folder(workspace), ignore_errors=True)


def gathered(workspace: Workspace, table: str) -> pl.LazyFrame:
    """Give the rows of a table and those that wait to be merged into it, in any order."""
    waiting = sorted(folder(workspace).glob(f"[!.]*/{_FILES[table]}"))
    frames = [pl.scan_parquet(waiting, glob=False)] if waiting else []
    if workspace.has(table):
        frames.append(workspace.scan(table))
    return pl.concat(frames) if frames else TABLES[table][1].create_empty().lazy()
