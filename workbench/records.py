"""Records: the JSON values of a member, one at a time, whatever frame they come in."""

import codecs
import csv
import itertools
import json
import re
from collections.abc import Iterator

import msgspec

#: Records are numbered from 1: lines of a file, elements of an array, rows of a CSV.
Record = tuple[int, bytes]

#: Stands for a record that is longer than allowed; compared by identity.
TOO_LONG = b"\x00too long"

_ASSIGNMENT = re.compile(rb"\s*(?:var\s+)?[A-Za-z_$][\w.$\[\]'\"]*\s*=\s*(?=[\[{])")
_TOKEN = re.compile(rb'[\\"{}\[\]]')


def records(chunks: Iterator[bytes], *, max_bytes: int) -> Iterator[Record]:
    r"""Cut the decompressed bytes of a member into records.

    Lines may end in LF or CRLF; a byte order mark, UTF-16 and a JavaScript assignment before the
    JSON are taken off; a CSV with a header becomes one JSON object a row. Blank lines come as
    empty bytes, records longer than `max_bytes` as `TOO_LONG`, so that each is counted.

    Examples:
        >>> list(records(iter([b'{"id": 1}\r\n\r\n{"id"', b": 2}"]), max_bytes=99))
        [(1, b'{"id": 1}\r'), (2, b''), (3, b'{"id": 2}')]
        >>> list(
        ...     records(iter([b'window.YTD.tweets.part0 = [ {"id": 1}, {"id": 2} ]']), max_bytes=99)
        ... )
        [(1, b'{"id": 1}'), (2, b'{"id": 2}')]
    """
    text = _utf8(chunks)
    head = b""
    for piece in text:
        head += piece
        if len(head.lstrip()) >= 1 << 16:
            break
    whole = itertools.chain([head], text)
    frame = frame_of(head)
    if frame == "document":
        return _values(whole, max_bytes=max_bytes)
    if frame == "csv":
        return _rows(whole, max_bytes=max_bytes)
    return _lines(whole, max_bytes=max_bytes)


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


def _lines(chunks: Iterator[bytes], *, max_bytes: int) -> Iterator[Record]:
    number, rest, skipping = 0, b"", False
    for chunk in chunks:
        lines = chunk.split(b"\n")
        if len(lines) > 1:
            lines[0] = rest + lines[0]
            rest = lines.pop()
            if skipping:
                # The line was given as TOO_LONG when it passed the limit; this is its end.
                del lines[0]
                skipping = False
            for line in lines:
                number += 1
                if 1 < len(line) <= max_bytes:
                    yield number, line
                else:
                    yield number, TOO_LONG if len(line) > 1 else line.strip()
        elif not skipping:
            rest += chunk
        if not skipping and len(rest) > max_bytes:
            number, skipping = number + 1, True
            yield number, TOO_LONG
        if skipping:
            rest = b""
    if rest.strip():
        yield number + 1, rest


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
    lines = (
        "" if line is TOO_LONG else line.decode("utf-8", "replace").replace("\x00", "") + "\n"
        for _, line in _lines(chunks, max_bytes=max_bytes)
    )
    header = next(lines, "")
    table = csv.reader(itertools.chain([header], lines), delimiter="\t" if "\t" in header else ",")
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
