"""Encodings: how records become the bytes of a file, and records again."""

import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, Literal, Protocol, Self, cast, get_args, get_origin

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from pydantic import BaseModel

#: Encodings of JSON lines.
LINES = ("jsonl", "jsonl.gz", "jsonl.zst")
#: What the Open-Assistant data sets ask for.
ROWS_IN_A_GROUP = 100
#: Rows gathered before a file is written to; a multiple of the rows in a group.
_ROWS_GATHERED = 10_000


class Writer(Protocol):
    """Takes records and writes them to a file."""

    def write(self, records: list[Any]) -> None:
        """Add records at the end."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *error: object) -> None:
        """Finish the file."""


class Lines:
    """Writes a JSON value a line, plain or compressed; the bytes do not depend on the parts."""

    def __init__(self, path: Path, *, encoding: str) -> None:
        self._encoder = msgspec.json.Encoder()
        self._stack = ExitStack()
        file: IO[bytes] = self._stack.enter_context(path.open("wb"))
        if encoding == "jsonl.zst":
            file = self._stack.enter_context(zstandard.open(file, "wb"))  # type: ignore[arg-type]
        elif encoding == "jsonl.gz":
            # No name and no time in the header: the same records give the same bytes.
            file = self._stack.enter_context(
                gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0)  # type: ignore[arg-type]
            )
        self._file = file

    def write(self, records: list[Any]) -> None:
        """Add records at the end."""
        self._file.write(self._encoder.encode_lines(records))

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the file."""
        self._stack.close()


class Parquet:
    """Writes parquet with groups of 100 rows, however the records come in."""

    def __init__(self, path: Path, *, record: type[BaseModel]) -> None:
        self._schema = pa.schema(list(_fields(record)))
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[Any] = []

    def write(self, records: list[Any]) -> None:
        """Add records at the end."""
        self._waiting.extend(records)
        while len(self._waiting) >= _ROWS_GATHERED:
            self._flush(_ROWS_GATHERED)

    def _flush(self, rows: int) -> None:
        table = pa.Table.from_pylist(self._waiting[:rows], schema=self._schema)
        self._file.write_table(table, row_group_size=ROWS_IN_A_GROUP)
        del self._waiting[:rows]

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *error: object) -> None:
        """Write what is left and close the file."""
        if self._waiting:
            self._flush(len(self._waiting))
        self._file.close()


def _fields(record: type[BaseModel]) -> Iterator[pa.Field]:
    for name, field in record.model_fields.items():
        yield pa.field(field.alias or name, _arrow(field.annotation))


def _arrow(annotation: Any) -> pa.DataType:  # noqa: ANN401 (annotations have no type)
    if get_origin(annotation) is list:
        return pa.list_(_arrow(get_args(annotation)[0]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct(list(_fields(annotation)))
    if annotation is str or get_origin(annotation) is Literal:
        return pa.string()
    msg = f"no parquet type for {annotation}"
    raise TypeError(msg)


def writer(path: Path, *, encoding: str, record: type[BaseModel]) -> Writer:
    """Open a file for records of a model in an encoding."""
    if encoding == "parquet":
        return Parquet(path, record=record)
    return Lines(path, encoding=encoding)


def read(path: Path, *, encoding: str) -> Iterable[Any]:
    """Give the records of a file, one at a time.

    Raises:
        ValueError: If a line is no JSON.
        OSError: If the file cannot be read.
    """
    if encoding == "parquet":
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1_000):
                yield from batch.to_pylist()
        return
    with _open(path, encoding=encoding) as lines:
        try:
            yield from map(json.loads, lines)
        except zstandard.ZstdError as error:
            msg = f"{path} is damaged: {error}"
            raise OSError(msg) from error


def _open(path: Path, *, encoding: str) -> IO[bytes]:
    if encoding == "jsonl.gz":
        return cast("IO[bytes]", gzip.open(path))
    if encoding == "jsonl.zst":
        return io.BufferedReader(zstandard.open(path))
    return path.open("rb")


def sha256(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
