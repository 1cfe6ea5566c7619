"""Split the bytes of a member into records, whatever encoding and framing they have.

`member_reader` calls `pieces` for every member.
"""

import codecs
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto

import msgspec

from workbench.ingest.records import lines
from workbench.ingest.records.csv_rows import delimiter, rows
from workbench.ingest.records.json_values import ASSIGNMENT, values
from workbench.ingest.records.lines import Lines, Record

#: An object that starts a line; in a CSV its quotes would be doubled or end a cell.
_OBJECT_BELOW = re.compile(rb'\n\{\s*"\w')

#: Bytes from which the framing is detected: without leading blank lines, and with them.
_HEAD = 1 << 16
_HEAD_WITH_BLANKS = 1 << 20

#: Either many lines, not yet split, or a list of records.
Piece = Lines | list[Record]


class Framing(Enum):
    """How the records of a member are separated."""

    #: One record per line.
    LINES = auto()
    #: JSON values that may span lines: an array, or objects that follow each other.
    JSON = auto()
    #: A table with a header.
    CSV = auto()


def pieces(
    chunks: Iterator[bytes], *, max_bytes: int, damage: list[str] | None = None
) -> Iterator[Piece]:
    """Split the decompressed bytes of a member into records, many lines at a time.

    Lines may end in LF or CRLF. A byte order mark, UTF-16, and a JavaScript assignment before the
    JSON are removed. Each row of a CSV becomes a JSON object.

    Args:
        chunks: The decompressed bytes.
        max_bytes: Longest allowed record.
        damage: Receives a message if a record over several lines is never closed.
    """
    text = _utf8(chunks)
    head = _head(text)
    whole = itertools.chain([head], text)
    framing = framing_of(head)
    if framing is Framing.LINES:
        return lines.cut(whole, max_bytes=max_bytes)
    messages = [] if damage is None else damage
    read = values if framing is Framing.JSON else rows
    return ([record] for record in read(whole, max_bytes=max_bytes, damage=messages))


def _head(text: Iterator[bytes]) -> bytes:
    chunks: list[bytes] = []
    size = filled = 0
    for chunk in text:
        chunks.append(chunk)
        size += len(chunk)
        filled += len(chunk) if filled else len(chunk.lstrip())
        if filled >= _HEAD or size >= _HEAD_WITH_BLANKS:
            break
    return b"".join(chunks)


def of_piece(piece: Piece, *, max_bytes: int) -> Iterable[Record]:
    r"""Return the records of a piece one by one.

    Blank lines are empty bytes, records longer than `max_bytes` are `TOO_LONG`. So each is
    counted.

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


def framing_of(head: bytes) -> Framing:
    """Detect from the first bytes how records are separated."""
    body = head.lstrip()
    first, end, rest = body.partition(b"\n")
    if first.startswith(b"["):
        is_torn = first.rstrip().endswith(b"}") and rest.startswith(b"{")
        return Framing.LINES if is_torn else Framing.JSON
    if ASSIGNMENT.match(body):
        return Framing.JSON
    if not first.startswith((b"{", b"#")):
        is_table = delimiter(first) and not _OBJECT_BELOW.search(body)
        return Framing.CSV if is_table else Framing.LINES
    if first.startswith(b"#") or not end or rest.lstrip().startswith(b"{"):
        return Framing.LINES
    try:
        msgspec.json.decode(first, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        # An object over several lines. A cut or broken first line has an object below it.
        return Framing.JSON
    return Framing.LINES


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


def repair(record: bytes) -> bytes | None:
    r"""Replace invalid UTF-8 and lone surrogates in a record with U+FFFD.

    Returns:
        The record as valid JSON; None if it is no JSON even then.

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
