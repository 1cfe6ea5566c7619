"""Write records as JSON lines or parquet, and read them back."""

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import NoneType
from typing import IO, Any, Literal, Protocol, Self, cast, get_args, get_origin

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel

from workbench.archives.codecs import zstd

#: Encodings of JSON lines.
JSON_LINES = ("jsonl", "jsonl.gz", "jsonl.zst")
#: Rows per group of a parquet file, as the Open-Assistant data sets require.
ROWS_IN_A_GROUP = 100
#: Rows collected before they are written; a multiple of `ROWS_IN_A_GROUP`.
_ROWS_GATHERED = 10_000
#: Bytes of a shard to read at once.
_COPIED_AT_ONCE = 1 << 20


_ARROW = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}


class Writer(Protocol):
    """Writes records to a file; use it in a `with` statement."""

    def write(self, records: list[Any]) -> None:
        """Append records."""

    def append(self, shard: Path) -> None:
        """Append the records of a file that a `shard_writer` for the same encoding has written."""

    def __enter__(self) -> Self:
        """Start writing."""

    def __exit__(self, *error: object) -> None:
        """Finish and close the file."""


class JsonLinesWriter:
    """Write one JSON value per line, plain or compressed.

    The bytes do not depend on how the records are divided among calls of `write`.
    """

    def __init__(self, path: Path, *, encoding: str) -> None:
        self._encoder = msgspec.json.Encoder()
        self._stack = ExitStack()
        file: IO[bytes] = self._stack.enter_context(path.open("wb"))
        if encoding == "jsonl.zst":
            file = self._stack.enter_context(cast("IO[bytes]", zstd.open(file, "wb")))
        elif encoding == "jsonl.gz":
            # No name and no time in the header: equal records give equal bytes.
            file = self._stack.enter_context(
                gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0)  # type: ignore[arg-type]
            )
        self._file = file

    def write(self, records: list[Any]) -> None:
        """Append records."""
        self._file.write(self._encoder.encode_lines(records))

    def append(self, shard: Path) -> None:
        """Append the lines of a plain file."""
        with shard.open("rb") as lines:
            shutil.copyfileobj(lines, self._file, _COPIED_AT_ONCE)

    def __enter__(self) -> Self:
        """Start writing."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the file."""
        self._stack.close()


class ParquetWriter:
    """Write parquet in groups of 100 rows, however the records are divided among calls."""

    def __init__(self, path: Path, *, record: type[BaseModel]) -> None:
        self._schema = pa.schema(list(_fields(record)))
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._pending: list[pa.Table] = []
        self._rows = 0

    def write(self, records: list[Any]) -> None:
        """Append records."""
        self._add(pa.Table.from_pylist(records, schema=self._schema))

    def append(self, shard: Path) -> None:
        """Append the rows of an Arrow stream."""
        with shard.open("rb") as file, pa.ipc.open_stream(file) as batches:
            for batch in batches:
                self._add(pa.Table.from_batches([batch]))

    def _add(self, table: pa.Table) -> None:
        self._pending.append(table)
        self._rows += table.num_rows
        if self._rows >= _ROWS_GATHERED:
            self._flush(self._rows // _ROWS_GATHERED * _ROWS_GATHERED)

    def _flush(self, rows: int) -> None:
        table = pa.concat_tables(self._pending).combine_chunks()
        self._file.write_table(table.slice(0, rows), row_group_size=ROWS_IN_A_GROUP)
        self._pending = [table.slice(rows)]
        self._rows -= rows

    def __enter__(self) -> Self:
        """Start writing."""
        return self

    def __exit__(self, *error: object) -> None:
        """Write the remaining records and close the file."""
        if self._rows:
            self._flush(self._rows)
        self._file.close()


class ArrowWriter:
    """Write a stream of Arrow batches, whose rows a `ParquetWriter` can append to others."""

    def __init__(self, path: Path, *, record: type[BaseModel]) -> None:
        self._schema = pa.schema(list(_fields(record)))
        self._stack = ExitStack()
        file = self._stack.enter_context(path.open("wb"))
        self._stream = self._stack.enter_context(pa.ipc.new_stream(file, self._schema))

    def write(self, records: list[Any]) -> None:
        """Append records."""
        self._stream.write_table(pa.Table.from_pylist(records, schema=self._schema))

    def append(self, shard: Path) -> None:
        """Append the batches of another stream."""
        with shard.open("rb") as file, pa.ipc.open_stream(file) as batches:
            for batch in batches:
                self._stream.write_batch(batch)

    def __enter__(self) -> Self:
        """Start writing."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the file."""
        self._stack.close()


def _fields(record: type[BaseModel]) -> Iterator[pa.Field]:
    for name, field in record.model_fields.items():
        yield pa.field(field.alias or name, _arrow(field.annotation))


def _arrow(annotation: Any) -> pa.DataType:  # noqa: ANN401 (annotations have no type)
    if get_origin(annotation) is list:
        return pa.list_(_arrow(get_args(annotation)[0]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct(list(_fields(annotation)))
    if get_origin(annotation) is Literal:
        return pa.string()
    if annotation in _ARROW:
        return _ARROW[annotation]
    if len(options := [each for each in get_args(annotation) if each is not NoneType]) == 1:
        return _arrow(options[0])  # Any column may contain nulls.
    msg = f"no parquet type for {annotation}"
    raise TypeError(msg)


#: Type of arrow -> its name in the `datasets` library, if they differ.
_DTYPES = {"double": "float64"}


def yaml_features(record: type[BaseModel]) -> list[str]:
    """Return the columns of a flat record as YAML, as the `datasets` library reads them in a card.

    Args:
        record: A model that parquet can be written of.

    Examples:
        >>> from workbench.export.formats.alpaca import Record
        >>> yaml_features(Record)[:2]
        ['- name: instruction', '  dtype: string']
    """
    return [line for field in _fields(record) for line in _yaml_feature(field)]


def _yaml_feature(field: pa.Field) -> list[str]:
    head, kind, key = f"- name: {field.name}", field.type, "dtype"
    if pa.types.is_list(kind):
        kind, key = kind.value_type, "list"
    if not pa.types.is_struct(kind):
        return [head, f"  {key}: {_DTYPES.get(str(kind), kind)}"]
    if key == "dtype":
        key = "struct"
    inner = (line for each in kind.fields for line in _yaml_feature(each))
    return [head, f"  {key}:", *(f"  {line}" for line in inner)]


def writer(path: Path, *, encoding: str, record: type[BaseModel]) -> Writer:
    """Open a file for writing records.

    Args:
        path: The file.
        encoding: `parquet` or one of `JSON_LINES`.
        record: Model of the records; parquet takes its columns from it.
    """
    if encoding == "parquet":
        return ParquetWriter(path, record=record)
    return JsonLinesWriter(path, encoding=encoding)


def shard_writer(path: Path, *, encoding: str, record: type[BaseModel]) -> Writer:
    """Open a file for a part of the records, which the `writer` of the whole file can append.

    The whole file then has the same bytes as if its writer had written all records itself.

    Args:
        path: The file.
        encoding: That of the whole file.
        record: Model of the records.
    """
    if encoding == "parquet":
        return ArrowWriter(path, record=record)
    return JsonLinesWriter(path, encoding="jsonl")


def read(path: Path, *, encoding: str) -> Iterable[Any]:
    """Read the records of a file, one at a time.

    Raises:
        ValueError: If a line is not JSON.
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
        except zstd.ZstdError as error:
            msg = f"{path} is damaged: {error}"
            raise OSError(msg) from error


def _open(path: Path, *, encoding: str) -> IO[bytes]:
    if encoding == "jsonl.gz":
        return cast("IO[bytes]", gzip.open(path))
    if encoding == "jsonl.zst":
        return cast("IO[bytes]", zstd.open(path))
    return path.open("rb")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
