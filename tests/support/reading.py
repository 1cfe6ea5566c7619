"""Bytes of a member to rows and ledger, without a workspace."""

import json
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from workbench.archives.listing import Member
from workbench.ingest import member_reader, staging
from workbench.recipe import IngestSettings
from workbench.schemas.ledger import OUTCOMES

__all__ = ["OUTCOMES", "lines", "plain", "read", "read_file"]


def read(data: bytes, *, settings: IngestSettings | None = None) -> tuple[pl.DataFrame, dict]:
    """Read one member; return its raw tweets and its row of the ledger.

    `rejects`, `deleted` and `authors` (names of authors by id) are added to the row.
    """
    with tempfile.TemporaryDirectory() as folder:
        parts = staging.Parts(Path(folder))
        row: dict[str, Any] = member_reader.read_member(
            Member("dump", "member", len(data), data=data),
            digest="00" * 16,
            settings=settings or IngestSettings(),
            parts=parts,
        )
        frame = parts.rows.frame()
        row["rejects"] = parts.rejects
        row["deleted"] = list(parts.deleted)
        row["authors"] = dict(parts.author_names)
    assert row["lines"] == sum(row[kind] for kind in OUTCOMES)
    return frame, row


def lines(*objects: object) -> bytes:
    """Write JSON lines."""
    return b"".join(json.dumps(each).encode() + b"\n" for each in objects)


def read_file(path: Path) -> tuple[pl.DataFrame, dict]:
    """Read a file as one member."""
    return read(path.read_bytes())


def plain(path: Path) -> list[Any]:
    """Decode the JSON lines of a file in the simplest way; undecodable ones are dropped."""
    data = path.read_bytes()
    text = data.decode("utf-16" if data.startswith(b"\xff\xfe") else "utf-8-sig")
    objects = []
    for line in text.split("\n"):
        try:
            objects.append(json.loads(line))
        except ValueError:
            continue
    return objects
