"""Files: labels as JSON lines, to be kept or passed on, and labelled texts of other makes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import polars as pl

from workbench.exceptions import LabelError
from workbench.instructions import file_reader, record_formats, text_files
from workbench.labels import store
from workbench.labels.store import SCHEMA
from workbench.storage import Workspace

_Id = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_Tweet = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class _Row(msgspec.Struct):
    """A line of a file of labels; what else it holds is passed over."""

    tweet_id: _Tweet
    label: str
    labeller: str
    labelled_at: str
    text: str
    parent_id: _Tweet | None = None
    parent_text: str | None = None
    thread_id: _Id | None = None
    author_id: _Id | None = None
    text_version: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")] | None = None
    is_random: bool | None = None


def export_file(workspace: Workspace, path: Path) -> int:
    """Write all labels as JSON lines, with texts; count them.

    Raises:
        LabelError: If the file cannot be written.
    """
    rows = store.load(workspace)
    shown = rows.with_columns(
        pl.col("labelled_at").dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        shown.write_ndjson(path)
    except OSError as error:
        msg = f"Labels cannot be written to {path}: {error.strerror or error}."
        raise LabelError(msg, hint="name a file in a folder that you may write to.") from error
    return rows.height


def import_file(workspace: Workspace, path: Path) -> dict[str, int]:
    """Read labels that `export_file` wrote, here or elsewhere.

    Returns:
        Counts: `read`, and `new` (not known here, or newer than what is known).

    Raises:
        LabelError: If the file cannot be read or a line is no label; nothing is written then.
    """
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(line))
        except (ValueError, RecursionError, OverflowError) as error:
            msg = f"Line {number} of {path} is no label: {error}."
            raise LabelError(msg, hint="`workbench labels export` writes such files.") from error
    count = store.put(workspace, pl.DataFrame(rows, schema=SCHEMA)) if rows else 0
    return {"read": len(rows), "new": count}


def _row(line: str) -> dict[str, Any]:
    """Give a row of `Labels`; an error says what is wrong with the line."""
    # `convert` takes no number with a point and no truth value for an id, unlike a frame.
    row = msgspec.structs.asdict(msgspec.convert(json.loads(line), _Row))
    at = datetime.fromisoformat(row["labelled_at"])
    row["labelled_at"] = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    row["labeller"] = row["labeller"].strip()
    if not row["labeller"]:
        msg = "the name of who judged is empty"
        raise ValueError(msg)
    for value in row.values():
        if isinstance(value, str):
            value.encode()  # half of a surrogate pair has no UTF-8
    return row


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}."
        raise LabelError(msg, hint="name a file of JSON lines.") from error


def texts_of(path: Path) -> pl.DataFrame | None:
    """Read the text and the `label` of a file of labelled texts; None where no record has both.

    The text is `text`, or where `label` is one of `OF_TWEETS`, what `shapes.request` finds. Texts
    and labels are made storable, see `readings.clean`.

    Returns:
        One row per record; both are null where it is damaged, lacks one of them or judges a reply.

    Raises:
        InstructionError: If the file cannot be read.
    """
    rows: list[tuple[str | None, str | None]] = []
    is_labelled = False
    for record in text_files.records(text_files.text_of(path), path):
        found = record if isinstance(record, dict) else {}
        text, label = found.get("text"), found.get("label")
        # A label that is a number is one, too: it must not pass for no label.
        told = "" if label is None else file_reader.clean(str(label))
        if told in store.OF_TWEETS and not isinstance(text, str):
            text = record_formats.request(found) or None
        text = file_reader.clean(text) if isinstance(text, str) else None
        has_both = text is not None and told != ""
        is_labelled |= has_both
        is_of_a_reply = found.get("parent_id") is not None
        rows.append((text, told) if has_both and not is_of_a_reply else (None, None))
    schema = {"text": pl.String, "label": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row") if is_labelled else None
