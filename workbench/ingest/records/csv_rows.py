"""Read a CSV with a header as one JSON object per row."""

import csv
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator

from workbench.ingest.records import encoding, lines
from workbench.ingest.records.lines import TOO_LONG, Content, Lines, Record

#: Separators of cells. Spreadsheets write semicolons where the decimal mark is a comma.
DELIMITERS = (b",", b"\t", b";")
#: A header with at least this many is one, whatever its cells are called.
FEWEST = 3
#: A name of a column in a header with fewer: up to four words.
_NAME = re.compile(r"[^\W\d]\w*(?:[ .:/-]\w+){0,3}")
_MOST_NAME = 60


def delimiter(header: bytes) -> str | None:
    r"""Detect the separator of a table from its header; None if it is no header.

    Examples:
        >>> delimiter(b"id,date,user,tweet"), delimiter(b"id;date;user;tweet"), delimiter(b"so, a.")
        (',', ';', None)
    """
    most = max(DELIMITERS, key=header.count)
    count = header.count(most)
    is_header = count >= FEWEST or (count and _are_names(header.split(most)))
    return most.decode() if is_header else None


def is_narrow(header: bytes) -> bool:
    """Return whether a header has so few columns that it may be a line of text, too.

    Examples:
        >>> is_narrow(b"Tweet Id,Text"), is_narrow(b"id,date,user,tweet")
        (True, False)
    """
    return max(map(header.count, DELIMITERS)) < FEWEST


def _are_names(cells: list[bytes]) -> bool:
    names = [cell.strip(b' "\r').decode("utf-8", "replace").lower() for cell in cells]
    are_short = all(len(name) <= _MOST_NAME and _NAME.fullmatch(name) for name in names)
    return are_short and len(set(names)) == len(names)


def rows(chunks: Iterator[bytes], *, max_bytes: int, damage: list[str]) -> Iterator[Record]:
    r"""Yield each row of a CSV as a JSON object; a row over several lines is one record.

    An oversized row is `TOO_LONG`, and reading continues with the next line. A bare CR does not
    end a line here, so it becomes a blank. If a quote is never closed, everything after it is one
    row. That row is yielded, and `damage` receives a message with its length, or with how many
    lines are not UTF-8.

    Examples:
        >>> list(rows(iter([b"id,a,b,c\n1,x\ry\n"]), max_bytes=99, damage=[]))
        [(1, b'{"id": "1", "a": "x y"}')]
    """
    remaining = _lines(chunks, max_bytes=max_bytes)
    header = next((line for line in remaining if line is TOO_LONG or line.strip()), b"")
    current = _RowLines(itertools.chain([header], remaining), max_bytes=max_bytes)
    separator = None if header is TOO_LONG else delimiter(header)
    table = csv.reader(current, delimiter=separator or ",")
    names: list[str] | None = None
    previous = csv.field_size_limit(max_bytes + 1)
    number = 0
    try:
        while True:
            current.size = 0
            record: Content
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
        if current.unclosed:
            damage.append(f"a quote is never closed: the last row has {current.unclosed:,} bytes")
        damage.extend(f"lines {how}: {count:,}" for how, count in current.mended.items())
    finally:
        csv.field_size_limit(previous)


class _TooLongError(Exception):
    """A row is longer than allowed."""


class _RowLines:
    """Feed lines to `csv.reader` as text, as long as the current row is not too long."""

    def __init__(self, remaining: Iterator[Content], *, max_bytes: int) -> None:
        self._remaining = remaining
        self._max_bytes = max_bytes
        #: Bytes of the current row so far.
        self.size = 0
        #: Bytes of a row that the end of the table cuts off.
        self.unclosed = 0
        #: What was done to lines that are not UTF-8, and to how many.
        self.mended: Counter[str] = Counter()
        self._is_utf8 = False

    def __iter__(self) -> "_RowLines":
        return self

    def __next__(self) -> str:
        line = next(self._remaining, None)
        if line is None:
            self.unclosed = self.unclosed or self.size
            raise StopIteration
        is_inside_quotes = self.size > 0
        if line is TOO_LONG:
            if is_inside_quotes:
                self._skip_to_closing_quote(b"")
            raise _TooLongError
        self.size += len(line) + 1
        if self.size > self._max_bytes + 1:
            if is_inside_quotes:
                self._skip_to_closing_quote(line)
            raise _TooLongError
        text = self._decode(line).replace("\x00", "")
        return text[:-1].replace("\r", " ") + text[-1:] + "\n"

    def _decode(self, line: bytes) -> str:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text, how = encoding.decode(line, is_utf8=self._is_utf8)
            self.mended[how] += 1
            return text
        self._is_utf8 = self._is_utf8 or not text.isascii()
        return text

    def _skip_to_closing_quote(self, line: bytes) -> None:
        # Quotes inside a cell are doubled, so the line that closes the cell has an odd number.
        # If no such line follows soon, the opening quote was a mistake.
        left = self._max_bytes
        current: Content = line
        while left > 0 and (current is TOO_LONG or current.count(b'"') % 2 == 0):
            left -= 1 if current is TOO_LONG else len(current) + 1
            current = next(self._remaining, b'"')


def _lines(chunks: Iterator[bytes], *, max_bytes: int) -> Iterator[Content]:
    for piece in lines.cut(chunks, max_bytes=max_bytes):
        records = piece.records(max_bytes=max_bytes) if isinstance(piece, Lines) else piece
        yield from (line for _, line in records)
