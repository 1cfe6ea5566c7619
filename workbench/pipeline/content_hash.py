"""Hash what ingest has read, so that later stages know whether it has changed."""

import hashlib
from collections.abc import Iterator

import polars as pl

from workbench.pipeline import fingerprints, table_stamps
from workbench.pipeline.stages import INGEST
from workbench.storage import Workspace

#: Ids of deleted tweets that are in memory at once.
IDS_AT_ONCE = 8_000_000


def of(workspace: Workspace) -> str:
    """Hash what was read: the members by content, format and number of tweets, and deletions.

    The format of a table names the column map that read it. The tables that later stages read
    count too. They may have been written by hand before.
    """
    digest = hashlib.sha256(str(fingerprints.VERSION).encode())
    ledger = workspace.read("ledger", columns=["content_hash", "format", "tweets", "embedded"])
    for member, name, tweets, embedded in ledger.sort("content_hash").iter_rows():
        digest.update(f"{member} {name} {tweets} {embedded}\n".encode())
    for ids in _deleted_ids(workspace):
        digest.update(ids.to_numpy().tobytes())
    stamps = table_stamps.of(workspace, INGEST)
    digest.update((stamps["tweets"] + stamps.get("edits", "")).encode())
    return digest.hexdigest()[:16]


def _deleted_ids(workspace: Workspace) -> Iterator[pl.Series]:
    """Read the ids of deleted tweets piece by piece: years of the stream have billions of them."""
    ids = workspace.scan("deletions").select("tweet_id")
    rows = ids.select(pl.len()).collect().item()
    for start in range(0, rows, IDS_AT_ONCE):
        yield ids.slice(start, IDS_AT_ONCE).collect()["tweet_id"]
