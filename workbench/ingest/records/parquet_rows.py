"""Read a Parquet member as one JSON object per row, one row group after the other."""

import base64
import json
import math
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from workbench.archives.compression import DamagedError
from workbench.ingest.records.lines import TOO_LONG, Record

if TYPE_CHECKING:
    import pyarrow.parquet as pq

#: First bytes of a Parquet file.
MAGIC = b"PAR1"

#: Rows decoded at once.
ROWS = 1_000

#: A row group that claims more bytes than this, unpacked, is not read.
LARGEST_GROUP = 1 << 30


def rows(source: Path | BinaryIO, *, max_bytes: int, damage: list[str]) -> Iterator[Record]:
    """Yield each row as a JSON object; a row that is longer than allowed is `TOO_LONG`.

    Times become ISO 8601, numbers that are no number become null.

    Args:
        source: The file; it must be seekable.
        max_bytes: Longest allowed row.
        damage: Receives a message if a row group cannot be read. The others are read.

    Raises:
        DamagedError: If it is no Parquet file or has no end.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        file = pq.ParquetFile(source, memory_map=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        msg = f"Parquet unreadable: {_first_line(error)}"
        raise DamagedError(msg) from error
    with file:
        for group in range(file.metadata.num_row_groups):
            try:
                for row in _rows_of(file, group):
                    number += 1
                    text = json.dumps(_plain(row), default=_default, ensure_ascii=False).encode(
                        "utf-8", "replace"
                    )
                    yield number, text if len(text) <= max_bytes else TOO_LONG
            except (pa.ArrowException, OSError, ValueError) as error:
                damage.append(f"row group {group + 1} unreadable: {_first_line(error)}")


def _rows_of(file: "pq.ParquetFile", group: int) -> Iterator[dict[str, object]]:
    size = file.metadata.row_group(group).total_byte_size
    if size > LARGEST_GROUP:
        msg = f"it has {size:,} bytes, more than {LARGEST_GROUP:,}"
        raise ValueError(msg)
    for batch in file.iter_batches(batch_size=ROWS, row_groups=[group], use_threads=False):
        yield from batch.to_pylist()


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
