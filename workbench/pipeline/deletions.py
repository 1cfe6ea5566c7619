"""Deletions: take-downs by hand, and which packs hold what must not be kept."""

import re
import time
from pathlib import Path

import polars as pl

from workbench.exceptions import StageError
from workbench.export import manifest, tweet_ids
from workbench.ingest import merge, staging
from workbench.schemas import Deletions
from workbench.storage import Workspace, atomic

_ID = re.compile(r"[1-9][0-9]{0,18}")


def read(path: str | Path) -> list[int]:
    """Read ids of tweets from a text file, one a line; blank lines and `#` comments are skipped.

    Raises:
        StageError: If the file cannot be read or a line holds something else.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}."
        raise StageError(msg, hint="name a text file with one id of a tweet a line.") from error
    told = [(number, line.split("#")[0].strip()) for number, line in enumerate(lines, start=1)]
    wrong = [(number, text) for number, text in told if text and not _is_id(text)]
    if wrong:
        number, text = wrong[0]
        msg = (
            f"{len(wrong):,} of {len(lines):,} lines of {path} hold no id; "
            f"line {number} is {text[:40]!r}."
        )
        raise StageError(
            msg, hint="write one id of a tweet a line, digits only; nothing was deleted."
        )
    return [int(text) for _, text in told if text]


def _is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text)) and int(text) < 2**63


def add(ids: list[int], *, workspace: Workspace) -> dict[str, int]:
    """Remove tweets for good, as if a dump had told that they were deleted.

    They stay removed whatever is read later. The tables after stage 1 follow when their stages run
    again.

    Returns:
        Counts: `asked` (different ids), `known` (deleted before), and those of `merging.merge`.
    """
    asked = pl.DataFrame({"tweet_id": ids}, schema={"tweet_id": pl.Int64}).unique()
    before = workspace.read("deletions") if workspace.has("deletions") else Deletions.create_empty()
    known = asked.join(before, on="tweet_id", how="semi").height
    rows = asked.with_columns(had_row=pl.lit(value=False))
    # A name of its own: ids that wait since a run that died are not lost.
    with atomic.replacing(staging.folder(workspace) / f"by-hand-{time.time_ns()}") as aside:
        aside.mkdir()
        Deletions.validate(rows).write_parquet(aside / "deletions.parquet")
    counts = merge.merge(workspace)
    return {"asked": asked.height, "known": known, **counts}


def held_by_packs(workspace: Workspace) -> dict[str, list[int]]:
    """Find the packs of a workspace that hold deleted tweets: name -> ids, where there are any."""
    if not workspace.has("deletions"):
        return {}
    deleted = workspace.scan("deletions")
    found = sorted(path.parent for path in workspace.exports_path.glob(f"[!.]*/{manifest.IDS}"))
    held = {
        pack.name: tweet_ids.find_deleted(tweet_ids.read(pack), deleted=deleted) for pack in found
    }
    return {name: ids for name, ids in held.items() if ids}
