"""Delete tweets by hand, and find the exports that still contain deleted tweets."""

import re
import time
from pathlib import Path

import polars as pl

from workbench.exceptions import StageError
from workbench.export import manifest, tweet_ids
from workbench.ingest import merge, staging
from workbench.ingest.merged_rows import OpenTables, local_tables
from workbench.schemas import Deletions
from workbench.storage import Workspace, atomic

_ID = re.compile(r"[1-9][0-9]{0,18}")


def read(path: str | Path) -> list[int]:
    """Read tweet ids from a text file, one per line; skip blank lines and `#` comments.

    Raises:
        StageError: If the file cannot be read or a line is not an id.
    """
    if Path(path).is_dir():
        msg = f"{path} is a folder."
        raise StageError(msg, hint="name a text file in it, with one tweet id per line.")
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}."
        raise StageError(msg, hint="name a text file with one tweet id per line.") from error
    texts = [(number, line.split("#")[0].strip()) for number, line in enumerate(lines, start=1)]
    wrong = [(number, text) for number, text in texts if text and not _is_id(text)]
    if wrong:
        number, text = wrong[0]
        msg = (
            f"{len(wrong):,} of {len(lines):,} lines of {path} are not tweet ids; "
            f"line {number} is {text[:40]!r}."
        )
        raise StageError(msg, hint="write one tweet id per line, digits only. Nothing was deleted.")
    return [int(text) for _, text in texts if text]


def _is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text)) and int(text) < 2**63


def add(
    ids: list[int],
    *,
    workspace: Workspace,
    row_tables: OpenTables = local_tables,
) -> dict[str, int]:
    """Remove tweets for good, as if a dump contained deletion notices for them.

    They stay removed whatever is read later. The tables after stage 1 follow when their stages run
    again.

    Args:
        ids: The tweets.
        workspace: Where the tables are.
        row_tables: See `merge.merge`.

    Returns:
        Counts: `asked` (distinct ids), `known` (deleted before), and those of `merge.merge`.
    """
    deleted = pl.DataFrame({"tweet_id": ids}, schema={"tweet_id": pl.Int64}).unique()
    before = workspace.read("deletions") if workspace.has("deletions") else Deletions.create_empty()
    known = deleted.join(before, on="tweet_id", how="semi").height
    rows = deleted.with_columns(had_row=pl.lit(value=False))
    # A new folder each time, so that ids staged by a run that died are not overwritten.
    with atomic.replacing(staging.folder(workspace) / f"by-hand-{time.time_ns()}") as aside:
        aside.mkdir()
        Deletions.validate(rows).write_parquet(aside / "deletions.parquet")
    counts = merge.merge(workspace, row_tables=row_tables)
    return {"asked": deleted.height, "known": known, **counts}


def in_exports(workspace: Workspace) -> dict[str, list[int]]:
    """Find the exports that contain deleted tweets: name of the export -> ids of the tweets."""
    if not workspace.has("deletions"):
        return {}
    deleted = workspace.scan("deletions")
    folders = sorted(path.parent for path in workspace.exports_path.glob(f"[!.]*/{manifest.IDS}"))
    deleted_ids = {
        folder.name: tweet_ids.find_deleted(tweet_ids.read(folder), deleted=deleted)
        for folder in folders
    }
    return {name: ids for name, ids in deleted_ids.items() if ids}
