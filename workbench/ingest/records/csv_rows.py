"""Rows: a CSV with a header, as one JSON object a row."""

import csv
import itertools
import json
from collections.abc import Iterator

from workbench.ingest.records import lines
from workbench.ingest.records.lines import TOO_LONG, Lines, Record

#: What parts the cells of a row; the last is what spreadsheets write where a comma is a point.
DELIMITERS = (b",", b"\t", b";")
#: Fewest of them in a header.
FEWEST = 3


def delimiter(header: bytes) -> str | None:
    r"""Tell what parts the cells of a table from its header; None if it is none.

    Examples:
        >>> delimiter(b"id,date,user,tweet"), delimiter(b"id;date;user;tweet"), delimiter(b"a, b")
        (',', ';', None)
    """
    most = max(DELIMITERS, key=header.count)
    return most.decode() if header.count(most) >= FEWEST else None


def rows(chunks: Iterator[bytes], *, max_bytes: int, damage: list[str]) -> Iterator[Record]:
    r"""Give each row of a CSV as a JSON object; a row over several lines is one record.

    A row that is too long is `TOO_LONG`, and reading goes on with the next line. A bare CR is
    read as a blank, since it ends no line here. A quote that is still open at the end has made
    one row of several; it is given, and `damage` is told how long it is.

    Examples:
        >>> list(rows(iter([b"id,a,b,c\n1,x\ry\n"]), max_bytes=99, damage=[]))
        [(1, b'{"id": "1", "a": "x y"}')]
    """
    found = _lines(chunks, max_bytes=max_bytes)
    header = next((line for line in found if line is TOO_LONG or line.strip()), b"")
    under_way = _Row(itertools.chain([header], found), max_bytes=max_bytes)
    table = csv.reader(under_way, delimiter=delimiter(header) or ",")
    names: list[str] | None = None
    previous = csv.field_size_limit(max_bytes + 1)
    number = 0
    try:
        while True:
            under_way.size = 0
            try:
                row = next(table)
                record = json.dumps(dict(zip(names or [], row, strict=False))).encode()
            except StopIteration:
                break
            except (csv.Error, _TooLongError):
                row, record, names = [""], TOO_LONG, names or []
            if names is None:
                names = row
                continue
            number += 1
            yield number, record if row else b""
        if under_way.unclosed:
            damage.append(f"its last row is not closed: {under_way.unclosed:,} bytes in one")
    finally:
        csv.field_size_limit(previous)


class _TooLongError(Exception):
    """A row is longer than allowed."""


class _Row:
    """The lines of a table, as text, as long as the row under way is not too long."""

    def __init__(self, found: Iterator[bytes], *, max_bytes: int) -> None:
        self._found = found
        self._max_bytes = max_bytes
        self.size = 0
        #: Bytes of the row that the end of the table cut.
        self.unclosed = 0

    def __iter__(self) -> "_Row":
        return self

    def __next__(self) -> str:
        line = next(self._found, None)
        if line is None:
            self.unclosed = self.unclosed or self.size
            raise StopIteration
        is_inside_quotes = self.size > 0
        self.size += len(line) + 1
        if line is TOO_LONG or self.size > self._max_bytes + 1:
            if is_inside_quotes:
                self._leave_quotes(line)
            raise _TooLongError
        text = line.decode("utf-8", "replace").replace("\x00", "")
        return text[:-1].replace("\r", " ") + text[-1:] + "\n"

    def _leave_quotes(self, line: bytes) -> None:
        # Quotes inside a cell are doubled, so that the line that ends it has an odd number. Where
        # there is none for long, the one that opened the cell was a slip.
        left = self._max_bytes
        while line.count(b'"') % 2 == 0 and left > 0:
            left -= len(line) + 1
            line = next(self._found, b'"')


def _lines(chunks: Iterator[bytes], *, max_bytes: int) -> Iterator[bytes]:
    for piece in lines.cut(chunks, max_bytes=max_bytes):
        shown = piece.records(max_bytes=max_bytes) if isinstance(piece, Lines) else piece
        yield from (line for _, line in shown)
