"""Keep the record of the last finished run of each stage in a workspace."""

from pathlib import Path
from typing import Any

import msgspec

from workbench.storage import atomic


class Run(msgspec.Struct, frozen=True):
    """Record of the last finished run of a stage.

    Args:
        stage: Name of the stage.
        fingerprint: Hash of everything that the result depends on.
        finished_at: Seconds since 1970, UTC.
        seconds: Wall time of the run.
        counts: Rows of each table written, and other counts of the stage.
        made_of: Inputs of the fingerprint, see `fingerprints.inputs`; empty in older records.
        stamps: Table -> its stamp after the run, see `stamps.of`; empty in older records.
    """

    stage: str
    fingerprint: str
    finished_at: float
    seconds: float
    counts: dict[str, Any]
    made_of: dict[str, str] = {}
    stamps: dict[str, str] = {}


def path(root: Path, stage: str) -> Path:
    """Return the file of a stage's record, whether it exists or not."""
    return root / "runs" / f"{stage}.json"


def read(root: Path, stage: str) -> Run | None:
    """Read the record of a stage; None if there is none, or it is damaged."""
    try:
        return msgspec.json.decode(path(root, stage).read_bytes(), type=Run)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def write(root: Path, run: Run) -> None:
    """Write the record of a stage, atomically."""
    text = msgspec.json.format(msgspec.json.encode(run)).decode() + "\n"
    atomic.write_text(path(root, run.stage), text)
