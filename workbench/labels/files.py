"""Export and import labels as JSON lines, and read labelled texts from other files."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import polars as pl

from workbench.exceptions import LabelError
from workbench.instructions import file_reader, record_formats, text_files
from workbench.labels import store
from workbench.labels.store import SCHEMA
from workbench.storage import Workspace

#: Largest file to read, in bytes, and longest text of a label, in characters. X allows 25,000.
MOST_BYTES, LONGEST_TEXT = 500_000_000, 100_000

#: How far ahead the clock of another machine may be.
_AHEAD = timedelta(days=1)
_Id = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_TweetId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class _Row(msgspec.Struct):
    """A line of a file of labels. Unknown fields are ignored."""

    tweet_id: _TweetId
    label: str
    labeller: str
    labelled_at: str
    text: str
    parent_id: _TweetId | None = None
    parent_text: str | None = None
    thread_id: _Id | None = None
    author_id: _Id | None = None
    text_version: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")] | None = None
    is_random: bool | None = None
    method: Literal["bulk", "settled"] | None = None


def export_file(workspace: Workspace, path: Path) -> int:
    """Write all labels with their texts as JSON lines and return how many there are.

    Raises:
        LabelError: If the file cannot be written.
    """
    rows = store.load(workspace).with_columns(
        pl.col("labelled_at").dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        rows.write_ndjson(path)
    except OSError as error:
        msg = f"Labels cannot be written to {path}: {error.strerror or error}."
        raise LabelError(msg, hint="name a file in a folder that you may write to.") from error
    return rows.height


def import_file(workspace: Workspace, path: Path) -> dict[str, int]:
    """Read labels that `export_file` wrote for this or another workspace.

    Returns:
        Counts: `read`, and `new` (unknown so far, or newer than the known label).

    Raises:
        LabelError: If the file cannot be read or a line is not a label. Nothing is written then.
    """
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(line))
        except (LabelError, ValueError, RecursionError, OverflowError) as error:
            reason = error.problem if isinstance(error, LabelError) else f"{error}."
            msg = f"Line {number} of {path} is not a label: {reason}"
            raise LabelError(msg, hint="`workbench labels export` writes such files.") from error
    count = store.put(workspace, pl.DataFrame(rows, schema=SCHEMA)) if rows else 0
    return {"read": len(rows), "new": count}


def _row(line: str) -> dict[str, Any]:
    """Return a row of `Labels`; errors say what is wrong with the line."""
    # `convert` refuses floats and booleans as ids; a frame would accept them.
    row = msgspec.structs.asdict(msgspec.convert(json.loads(line), _Row))
    at = datetime.fromisoformat(row["labelled_at"])
    row["labelled_at"] = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    if row["labelled_at"] > datetime.now(UTC) + _AHEAD:
        msg = f"`labelled_at` is in the future: {at}, and would outlast every later label"
        raise ValueError(msg)
    row["labeller"] = row["labeller"].strip()
    store.check_name(row["labeller"])
    if max(len(row["text"]), len(row["parent_text"] or "")) > LONGEST_TEXT:
        msg = f"a text has more than {LONGEST_TEXT:,} characters"
        raise ValueError(msg)
    for value in row.values():
        if isinstance(value, str):
            value.encode()  # raises for half of a surrogate pair, which UTF-8 cannot store
    return row


def _lines(path: Path) -> list[str]:
    if path.is_dir():
        msg = f"{path} is a folder."
        raise LabelError(msg, hint="name a file of JSON lines in it.")
    if path.exists() and not path.is_file():
        msg = f"{path} is not a file: a device or a pipe may never end."
        raise LabelError(msg, hint="name a file of JSON lines.")
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            msg = f"{path} has {size:,} bytes, more than the {MOST_BYTES:,} of any file of labels."
            raise LabelError(msg, hint="name a file that `workbench labels export` wrote.")
        return path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}."
        raise LabelError(msg, hint="name a file of JSON lines.") from error


def texts_of(path: Path) -> pl.DataFrame | None:
    """Read the text and the label of each record of a file of labelled texts.

    The text is the field `text`. If that is missing and the label is one of `OF_TWEETS`, it is what
    `record_formats.request` finds. Texts and labels are cleaned, see `file_reader.clean`.

    Returns:
        One row per record with `text` and `label`. Both are null if the record is damaged, lacks
        one of them or labels a reply. None if no record has both.

    Raises:
        InstructionError: If the file cannot be read.
    """
    rows = file_reader.Rows({"text": pl.String, "label": pl.String})
    is_labelled = False
    for record in text_files.records(text_files.text_of(path), path):
        fields = record if isinstance(record, dict) else {}
        text, label = _text_and_label(fields)
        has_both = bool(text is not None and label)
        is_labelled |= has_both
        is_tweet = fields.get("parent_id") is None
        rows.append((text, label) if has_both and is_tweet else (None, None))
    return rows.frame() if is_labelled else None


def _text_and_label(fields: dict[str, Any]) -> tuple[str | None, str]:
    text, label = fields.get("text"), fields.get("label")
    # A number is a label too, if an unknown one. It must not count as a missing label.
    label = "" if label is None else file_reader.clean(str(label))
    if label in store.OF_TWEETS and not isinstance(text, str):
        text = record_formats.request(fields)
    return (file_reader.clean(text) if isinstance(text, str) else None), label
