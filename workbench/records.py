"""Records: the JSON values of a member, one at a time, whatever frame they come in."""

import codecs
import csv
import itertools
import json
import re
from collections.abc import Iterable, Iterator

import msgspec

from workbench import lines
from workbench.lines import TOO_LONG, Lines, Record

_ASSIGNMENT = re.compile(rb"\s*(?:var\s+)?[A-Za-z_$][\w.$\[\]'\"]*\s*=\s*(?=[\[{])")
_TOKEN = re.compile(rb'[\\"{}\[\]]')

#: What records are given in: lines as they lie, or records that were cut or made one by one.
Piece = Lines | list[Record]


def pieces(chunks: Iterator[bytes], *, max_bytes: int) -> Iterator[Piece]:
    """Cut the decompressed bytes of a member into records, many lines at a time.

    Lines may end in LF or CRLF; a byte order mark, UTF-16 and a JavaScript assignment before the
    JSON are taken off; a CSV with a header becomes one JSON object a row.
    """
    text = _utf8(chunks)
    head = b""
    for piece in text:
        head += piece
        if len(head.lstrip()) >= 1 << 16:
            break
    whole = itertools.chain([head], text)
    frame = frame_of(head)
    if frame == "lines":
        return lines.cut(whole, max_bytes=max_bytes)
    read = _values if frame == "document" else _rows
    return ([record] for record in read(whole, max_bytes=max_bytes))


def of_piece(piece: Piece, *, max_bytes: int) -> Iterable[Record]:
    r"""Give the records of a piece one by one.

    Blank lines come as empty bytes, records longer than `max_bytes` as `TOO_LONG`, so that each
    is counted.

    Examples:
        >>> (piece,) = pieces(iter([b'{"id": 1}\r\n\r\n{"id": 2}\n']), max_bytes=99)
        >>> list(of_piece(piece, max_bytes=99))
        [(1, b'{"id": 1}\r'), (2, b''), (3, b'{"id": 2}')]
        >>> list(
        ...     pieces(iter([b'window.YTD.tweets.part0 = [ {"id": 1}, {"id": 2} ]']), max_bytes=99)
        ... )
        [[(1, b'{"id": 1}')], [(2, b'{"id": 2}')]]
    """
    return piece.records(max_bytes=max_bytes) if isinstance(piece, Lines) else piece


def frame_of(head: bytes) -> str:
    """Tell from the first bytes how records are told apart: `lines`, `document` or `csv`."""
    body = head.lstrip()
    if body.startswith(b"[") or _ASSIGNMENT.match(body):
        return "document"
    first, end, rest = body.partition(b"\n")
    if not first.startswith((b"{", b"#")):
        return "csv" if first.count(b",") >= 3 or first.count(b"\t") >= 3 else "lines"
    if first.startswith(b"#") or not end or rest.lstrip().startswith(b"{"):
        return "lines"
    try:
        msgspec.json.decode(first, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        # An object over several lines; a cut or broken first line has an object below it.
        return "document"
    return "lines"


def _utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = b""
    while len(first) < len(codecs.BOM_UTF8) and (chunk := next(chunks, b"")):
        first += chunk
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
        for chunk in itertools.chain([first], chunks):
            yield decoder.decode(chunk).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")
        return
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from chunks


def _values(chunks: Iterator[bytes], *, max_bytes: int) -> Iterator[Record]:
    """Give the elements of an array, or values that follow each other, across any line ends."""
    first = next(chunks, b"")
    assignment = _ASSIGNMENT.match(first)
    body = (first[assignment.end() :] if assignment else first).lstrip()
    floor = 1 if body.startswith(b"[") else 0
    scanner = _Scanner()
    number, depth, start, too_long, buffer = 0, 0, -1, False, b""
    for chunk in itertools.chain([body], chunks):
        base = len(buffer)
        buffer += chunk
        for at, step in scanner.brackets(buffer, base):
            if step > 0 and depth == floor:
                start = at
            depth = max(0, depth + step)
            if step < 0 and depth == floor and start >= 0:
                number += 1
                too_long = too_long or at + 1 - start > max_bytes
                yield number, TOO_LONG if too_long else buffer[start : at + 1]
                start, too_long = -1, False
        too_long = too_long or (start >= 0 and len(buffer) - start > max_bytes)
        keep = len(buffer) if start < 0 or too_long else start
        buffer = buffer[keep:]
        scanner.forget(keep)
        start = min(start, 0)
    if start >= 0:
        yield number + 1, TOO_LONG if too_long else buffer


class _Scanner:
    """Finds the brackets of JSON that stand outside strings, piece by piece."""

    def __init__(self) -> None:
        self._in_string = False
        self._escaped_until = 0

    def brackets(self, buffer: bytes, start: int) -> Iterator[tuple[int, int]]:
        """Give the place of each bracket from `start` on, with +1 for an opening one, else -1."""
        for token in _TOKEN.finditer(buffer, start):
            at = token.start()
            mark = token.group()
            if at < self._escaped_until:
                continue
            if mark == b"\\":
                self._escaped_until = at + 2
            elif mark == b'"':
                self._in_string = not self._in_string
            elif not self._in_string:
                yield at, 1 if mark in b"{[" else -1

    def forget(self, size: int) -> None:
        """Count positions anew after so many bytes were dropped from the front of the buffer."""
        self._escaped_until = max(0, self._escaped_until - size)


def _rows(chunks: Iterator[bytes], *, max_bytes: int) -> Iterator[Record]:
    """Give each row of a CSV as a JSON object; a row over several lines is one record."""
    found = (
        "" if line is TOO_LONG else line.decode("utf-8", "replace").replace("\x00", "") + "\n"
        for piece in lines.cut(chunks, max_bytes=max_bytes)
        for _, line in of_piece(piece, max_bytes=max_bytes)
    )
    header = next(found, "")
    table = csv.reader(itertools.chain([header], found), delimiter="\t" if "\t" in header else ",")
    previous = csv.field_size_limit(max_bytes)
    number = 0
    try:
        names = next(table, [])
        for number, row in enumerate(table, start=1):
            yield number, json.dumps(dict(zip(names, row, strict=False))).encode() if row else b""
    except csv.Error:
        yield number + 1, TOO_LONG
    finally:
        csv.field_size_limit(previous)


def repair(record: bytes) -> bytes | None:
    r"""Mend a record that is no valid UTF-8 or holds lone surrogates; None where that fails.

    What cannot be a character becomes U+FFFD.

    Examples:
        >>> ascii(repair(rb'{"text": "a\ud800b"}').decode())
        '\'{"text": "a\\ufffdb"}\''
    """
    try:
        value = json.loads(record.decode("utf-8", "replace"))
        text = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
