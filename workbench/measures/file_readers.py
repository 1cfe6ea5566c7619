"""Read the columns of Parquet, CSV and JSON lines; those of text files stay texts.

`text_values` finds out their types. Nothing is guessed here, so that one odd value cannot change
the type of a whole column.
"""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from workbench.exceptions import MeasureError

_HINT = "name a file with a column `thread_id` or `tweet_id` and one column per measure."


class Columns(NamedTuple):
    """The content of a file.

    Args:
        frame: Its rows.
        content: Its bytes.
        lines: Line of each row; empty if the rows are not on lines of their own.
    """

    frame: pl.DataFrame
    content: bytes
    lines: list[int]

    def place(self, row: int) -> str:
        """Name the place of a row, counted from 0."""
        return f"line {self.lines[row]}" if self.lines else f"row {row + 1}"


def read(path: Path) -> Columns:
    """Read a file by the ending of its name.

    Raises:
        MeasureError: If it cannot be read, or is of another kind than its name says.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        msg = f"{path.name} is not a Parquet, CSV, JSON lines or Python file by its name."
        raise MeasureError(msg, hint="rename it to end in .parquet, .csv, .jsonl or .py.")
    try:
        content = path.read_bytes()
        frame, lines = reader(content, path.name)
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}."
        raise MeasureError(msg, hint=_HINT) from error
    except (pl.exceptions.PolarsError, ValueError) as error:
        msg = f"{path.name} cannot be read: {str(error).splitlines()[0][:200]}."
        raise MeasureError(msg, hint=_HINT) from error
    return Columns(frame, content, lines)


def _read_parquet(content: bytes, _name: str) -> tuple[pl.DataFrame, list[int]]:
    return pl.read_parquet(content), []


def _read_csv(content: bytes, name: str) -> tuple[pl.DataFrame, list[int]]:
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        msg = f"{name} contains JSON, not CSV."
        raise MeasureError(msg, hint="rename it to end in .jsonl, with one object per line.")
    header = start.partition(b"\n")[0]
    for separator, title in ((b";", "semicolons"), (b"\t", "tabs")):
        if separator in header and b"," not in header:
            msg = f"The columns of {name} are separated by {title}, not by commas."
            raise MeasureError(msg, hint="save it with commas, and with points in its numbers.")
    try:
        frame = pl.read_csv(content, infer_schema=False)
    except pl.exceptions.ComputeError as error:
        _refuse_ragged(content, name)
        raise error from None
    is_one_line_each = content.rstrip(b"\r\n").count(b"\n") == frame.height
    return frame, list(range(2, frame.height + 2)) if is_one_line_each else []


def _refuse_ragged(content: bytes, name: str) -> None:
    """Name the first line with more values than the header has columns."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    columns = len(next(rows, []))
    for row in rows:
        if len(row) > columns:
            msg = f"Line {rows.line_num} of {name} has {len(row)} values for {columns} columns."
            hint = "write a value that contains a comma in quotes, and numbers with points."
            raise MeasureError(msg, hint=hint)


def _read_json_lines(content: bytes, name: str) -> tuple[pl.DataFrame, list[int]]:
    rows, lines = list[dict[str, str | None]](), list[int]()
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            msg = f"Line {number} of {name} is not JSON: {error}."
            raise MeasureError(msg, hint="write one object per line.") from error
        if not isinstance(row, dict):
            msg = f"Line {number} of {name} is not a JSON object."
            raise MeasureError(msg, hint="write one object per line, without an array around them.")
        rows.append(
            {key: _text(value, key, f"Line {number} of {name}") for key, value in row.items()}
        )
        lines.append(number)
    names = list(dict.fromkeys(key for row in rows for key in row))
    columns = {key: pl.Series([row.get(key) for row in rows], dtype=pl.String) for key in names}
    return pl.DataFrame(columns), lines


def _text(value: Any, key: str, place: str) -> str | None:  # noqa: ANN401 (any JSON)
    if isinstance(value, dict | list):
        msg = f"{place} has a list or an object as `{key}`."
        raise MeasureError(msg, hint="measures are numbers, true or false, or texts.")
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


_READERS: dict[str, Callable[[bytes, str], tuple[pl.DataFrame, list[int]]]] = {
    ".parquet": _read_parquet,
    ".csv": _read_csv,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
}
