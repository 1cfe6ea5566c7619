"""Read a Parquet member as one JSON object per row, one row group after the other."""

import base64
import json
import math
import os
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from workbench.archives.compression import DamagedError, refuse_bomb
from workbench.ingest.records.lines import TOO_LONG, Content, Record

if TYPE_CHECKING:
    import pyarrow.parquet as pq

#: First bytes of a Parquet file.
MAGIC = b"PAR1"

#: Most rows decoded at once, and most bytes that these may take.
ROWS = 1_000
DECODED_BYTES = 1 << 26

#: A row group with a column that claims more bytes than this, unpacked, is not read.
LARGEST_COLUMN = 1 << 29


def rows(source: Path | BinaryIO, *, max_bytes: int, damage: list[str]) -> Iterator[Record]:
    """Yield each row as a JSON object; a row that is longer than allowed is `TOO_LONG`.

    Times become ISO 8601, numbers that are no number become null.

    Args:
        source: The file; it must be seekable.
        max_bytes: Longest allowed row.
        damage: Receives a message if a row group cannot be read. The others are read.

    Raises:
        DamagedError: If it is no Parquet file or has no end, or it grows as no dump of tweets does.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = written = 0
    try:
        file = pq.ParquetFile(source, memory_map=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        msg = f"Parquet unreadable: {_first_line(error)}"
        raise DamagedError(msg) from error
    size = source.stat().st_size if isinstance(source, Path) else source.seek(0, os.SEEK_END)
    with file:
        for group in range(file.metadata.num_row_groups):
            try:
                for content, decoded in _rows_of(file, group, max_bytes=max_bytes):
                    number += 1
                    yield number, content
                    written += decoded
                    refuse_bomb(size, written)
            except (pa.ArrowException, OSError, ValueError) as error:
                damage.append(f"row group {group + 1} unreadable: {_first_line(error)}")


def _rows_of(
    file: "pq.ParquetFile", group: int, *, max_bytes: int
) -> Iterator[tuple[Content, int]]:
    """Yield the rows of a group, and how many bytes each has."""
    about = file.metadata.row_group(group)
    columns = [about.column(index) for index in range(about.num_columns)]
    size = max((column.total_uncompressed_size for column in columns), default=0)
    if size > LARGEST_COLUMN:
        msg = f"it has a column of {size:,} bytes, more than {LARGEST_COLUMN:,}"
        raise ValueError(msg)
    # A column with a dictionary may repeat a value of its own size in every row.
    repeated = [
        column.total_uncompressed_size
        for column in columns
        if any("DICTIONARY" in encoding for encoding in column.encodings)
    ]
    at_once = DECODED_BYTES // max(sum(repeated), 1)
    batches = file.iter_batches(
        batch_size=min(max(at_once, 1), ROWS), row_groups=[group], use_threads=False
    )
    for batch in batches:
        step = batch.num_rows if batch.nbytes <= DECODED_BYTES else 1
        for start in range(0, batch.num_rows, max(step, 1)):
            few = batch.slice(start, step)
            if step == 1 and few.nbytes > max_bytes:
                yield TOO_LONG, few.nbytes
                continue
            for row in few.to_pylist():
                text = _json(row)
                yield text if len(text) <= max_bytes else TOO_LONG, len(text)


def _json(row: dict[str, object]) -> bytes:
    return json.dumps(_plain(row), default=_default, ensure_ascii=False).encode("utf-8", "replace")


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _default(value: object) -> object:
    """Return a value of a type that JSON lacks."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    return str(value)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
