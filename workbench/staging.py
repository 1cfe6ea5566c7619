"""Staging: parts that `ingest` has laid down and that wait to be merged into tables."""

import shutil
from pathlib import Path

import polars as pl

from workbench.workspace import TABLES, Workspace

#: Table -> names of its files in the folder of a task.
_FILES = {
    "tweets": "sightings-*.parquet",
    "ledger": "ledger.parquet",
    "rejects": "rejects.parquet",
    "deletions": "deletions.parquet",
    "gone": "gone.parquet",
}


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
    frames = [pl.scan_parquet(waiting)] if waiting else []
    if workspace.has(table):
        frames.append(workspace.scan(table))
    return pl.concat(frames) if frames else TABLES[table][1].create_empty().lazy()
