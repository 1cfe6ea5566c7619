"""Records: the JSON values of a member, one at a time, whatever frame they come in."""

import codecs
import itertools
import json
import re
from collections.abc import Iterable, Iterator

import msgspec

from workbench.ingest.records import lines
from workbench.ingest.records.csv_rows import delimiter, rows
from workbench.ingest.records.json_values import ASSIGNMENT, values
from workbench.ingest.records.lines import Lines, Record

#: The start of an object on a line of its own; in a CSV the quote would be doubled or end a cell.
_OBJECT_BELOW = re.compile(rb'\n\{\s*"\w')

#: Bytes from which the frame is told, not counting blank lines above them, and in all.
_HEAD = 1 << 16
_HEAD_WITH_BLANKS = 1 << 20

#: What records are given in: lines as they lie, or records that were cut or made one by one.
Piece = Lines | list[Record]


def pieces(
    chunks: Iterator[bytes], *, max_bytes: int, damage: list[str] | None = None
) -> Iterator[Piece]:
    """Cut the decompressed bytes of a member into records, many lines at a time.

    Lines may end in LF or CRLF; a byte order mark, UTF-16 and a JavaScript assignment before the
    JSON are taken off; a CSV with a header becomes one JSON object a row.

    Args:
        chunks: The bytes.
        max_bytes: The longest record that is given.
        damage: Is told of a record over several lines that is not closed.
    """
    text = _utf8(chunks)
    head = _head(text)
    whole = itertools.chain([head], text)
    frame = frame_of(head)
    if frame == "lines":
        return lines.cut(whole, max_bytes=max_bytes)
    told = [] if damage is None else damage
    read = values if frame == "document" else rows
    return ([record] for record in read(whole, max_bytes=max_bytes, damage=told))


def _head(text: Iterator[bytes]) -> bytes:
    found: list[bytes] = []
    size = filled = 0
    for piece in text:
        found.append(piece)
        size += len(piece)
        filled += len(piece) if filled else len(piece.lstrip())
        if filled >= _HEAD or size >= _HEAD_WITH_BLANKS:
            break
    return b"".join(found)


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
    first, end, rest = body.partition(b"\n")
    if first.startswith(b"["):
        is_torn = first.rstrip().endswith(b"}") and rest.startswith(b"{")
        return "lines" if is_torn else "document"
    if ASSIGNMENT.match(body):
        return "document"
    if not first.startswith((b"{", b"#")):
        return "csv" if delimiter(first) and not _OBJECT_BELOW.search(body) else "lines"
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
