"""Files: labels as JSON lines, to be kept or passed on, and labelled texts of other makes."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from workbench import textfiles
from workbench.exceptions import LabelError
from workbench.labels import store
from workbench.labels.store import SCHEMA
from workbench.schemas import Labels
from workbench.workspace import Workspace


def export_file(workspace: Workspace, path: Path) -> int:
    """Write all labels as JSON lines, with texts; count them."""
    rows = store.load(workspace)
    shown = rows.with_columns(
        pl.col("labelled_at").dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    shown.write_ndjson(path)
    return rows.height


def import_file(workspace: Workspace, path: Path) -> dict[str, int]:
    """Read labels that `export_file` wrote, here or elsewhere.

    Returns:
        Counts: `read`, and `new` (not known here, or newer than what is known).

    Raises:
        LabelError: If the file cannot be read or a line is no label; nothing is written then.
    """
    wanted = {name for name, column in Labels.columns().items() if not column.nullable}
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            row = {name: record.get(name) for name in SCHEMA}
            row["labelled_at"] = datetime.fromisoformat(record["labelled_at"])
            absent = {name for name in wanted - {"text_version"} if row[name] is None}
            if absent:
                raise ValueError(f"{', '.join(sorted(absent))} missing")  # noqa: TRY301, EM102
            pl.DataFrame([row], schema=SCHEMA)
        except (
            ValueError,
            TypeError,
            AttributeError,
            KeyError,
            pl.exceptions.PolarsError,
        ) as error:
            msg = f"Line {number} of {path} is no label: {error}."
            raise LabelError(msg, hint="`workbench labels export` writes such files.") from error
        rows.append(row)
    count = store.put(workspace, pl.DataFrame(rows, schema=SCHEMA)) if rows else 0
    return {"read": len(rows), "new": count}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}."
        raise LabelError(msg, hint="name a file of JSON lines.") from error


def texts_of(path: Path) -> pl.DataFrame | None:
    """Read `text` and `label` of a file of labelled texts; None where no record has a label.

    Raises:
        InstructionError: If the file cannot be read.
    """
    rows = [
        (record["text"], record["label"])
        for record in textfiles.records(textfiles.text_of(path), path)
        if isinstance(record, dict)
        and isinstance(record.get("text"), str)
        and isinstance(record.get("label"), str)
        and record.get("parent_id") is None
    ]
    return pl.DataFrame(rows, schema=["text", "label"], orient="row") if rows else None
