"""Split the bytes of a member into records, whatever encoding and framing they have.

`member_reader` calls `pieces` for every member.
"""

import codecs
import itertools
import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto

import msgspec

from workbench.ingest.records import embedded_json, lines
from workbench.ingest.records.csv_rows import delimiter, is_narrow, rows
from workbench.ingest.records.json_values import ASSIGNMENT, values
from workbench.ingest.records.lines import Lines, Record

#: An object that starts a line; in a CSV its quotes would be doubled or end a cell.
_OBJECT_BELOW = re.compile(rb'\n\{\s*"\w')

#: Bytes from which the framing is detected: without leading blank lines, and with them.
_HEAD = 1 << 16
_HEAD_WITH_BLANKS = 1 << 20

#: NUL bytes of interrupted writers, and the separator of JSON text sequences.
_PADDING = b"\x00\x1e"

#: Bytes that show the encoding.
_FIRST = 4

#: An object right after the end of another one.
_SECOND_OBJECT = re.compile(rb'\}[ \t]*,?[ \t]*\{\s*["}]')
#: A line with an object after the prefix of a log.
_LOGGED = re.compile(rb'^[^\n{"\t]{1,4000}\{"\w[^\n]*', re.MULTILINE)
#: An object in a line. No header of a table contains one.
_OBJECT = re.compile(rb'\{\s*"\w+"\s*:')

#: First bytes of pictures, documents, databases, programs, films and archives.
_BINARY_MAGIC = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"%PDF-", b"SQLite format 3\x00"),
    *(b"\x7fELF", b"\xcf\xfa\xed\xfe", b"MZ\x90\x00", b"\x00\x00\x01\x00", b"\x00asm", b"OggS"),
    *(b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a", b"ID3", b"wOF", b"\xd0\xcf\x11\xe0", b"ARROW1"),
)
_BINARY_MAGIC_AT_4 = {b"ftyp", b"moov"}
#: Bytes that are searched for control characters, and the most that a text has of these. NUL bytes
#: do not count: interrupted writers leave many.
_PROBE = 1 << 13
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c\x1d\x1f]")
_FEWEST_CONTROLS = 3
_CONTROL_SHARE = 0.02

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
    """Split the decompressed bytes of a member into records, see `framed`."""
    return framed(chunks, max_bytes=max_bytes, damage=damage)[1]


def framed(
    chunks: Iterator[bytes], *, max_bytes: int, damage: list[str] | None = None
) -> tuple[Framing, Iterator[Piece]]:
    """Split the decompressed bytes of a member into records, many lines at a time.

    Lines may end in LF, CRLF or CR. A byte order mark, UTF-16 with or without one, NUL bytes,
    record separators and a JavaScript assignment before the JSON are removed. Each row of a CSV
    becomes a JSON object.

    Args:
        chunks: The decompressed bytes.
        max_bytes: Longest allowed record.
        damage: Receives a message if a record over several lines is never closed.

    Returns:
        How the records are separated, and the records.
    """
    text = _utf8(chunks)
    head = _head(text)
    whole: Iterator[bytes] = itertools.chain([head], text)
    if b"\r" in head and b"\n" not in head:
        head = head.replace(b"\r", b"\n")
        whole = (chunk.replace(b"\r", b"\n") for chunk in whole)
    framing = framing_of(_unpadded(head))
    if framing is Framing.LINES:
        # `embedded_json` removes padding between lines, where there is any.
        return framing, lines.cut(whole, max_bytes=max_bytes)
    messages = [] if damage is None else damage
    read = values if framing is Framing.JSON else rows
    records = read(map(_unpadded, whole), max_bytes=max_bytes, damage=messages)
    return framing, ([record] for record in records)


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
        is_table = (
            (separator := delimiter(first))
            and not _OBJECT_BELOW.search(body)
            and not _has_objects(body)
            and not (is_narrow(first) and _is_prose(first, rest, separator.encode()))
        )
        return Framing.CSV if is_table else Framing.LINES
    is_lines = first.startswith(b"#") or not end or rest.lstrip().startswith(b"{")
    if is_lines or _is_json(first):
        # Lines with several objects are split later. Without line ends, all are one line.
        return Framing.JSON if not end and _are_several(first) else Framing.LINES
    # An object over several lines. A cut or broken first line has an object below it.
    return Framing.JSON


def _is_prose(first: bytes, rest: bytes, separator: bytes) -> bool:
    """Return whether the line below a header with few columns has fewer, or there is none."""
    second = next((line for line in rest.split(b"\n", 99) if line.strip()), b"")
    return second.count(separator) < first.count(separator)


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _are_several(line: bytes) -> bool:
    """Return whether an object is followed by another one on the same line."""
    return bool(_SECOND_OBJECT.search(line)) and len(embedded_json.first_object(line)) < len(
        line.strip()
    )


def _has_objects(body: bytes) -> bool:
    """Return whether a line is a JSON string with an object, or has an object in other text."""
    first, _, rest = body.partition(b"\n")
    if _OBJECT.search(first):
        return True
    logged = _LOGGED.search(rest) if delimiter(first) == "," else None
    return any(map(embedded_json.objects, [first, logged[0] if logged else b""]))


def is_binary(head: bytes) -> bool:
    r"""Return whether the first bytes of a member show that it is no text.

    Examples:
        >>> is_binary(b"\x89PNG\r\n"), is_binary(b'{"a": 1}'), is_binary("{…}".encode("utf-16"))
        (True, False, False)
    """
    if head.startswith(_BINARY_MAGIC) or head[4:8] in _BINARY_MAGIC_AT_4:
        return True
    sample = head[:_PROBE]
    if _wide_encoding(sample):
        return False
    filled = sample.replace(b"\x00", b"")
    controls = len(_CONTROL.findall(filled))
    return controls > max(_FEWEST_CONTROLS, _CONTROL_SHARE * len(filled))


def _wide_encoding(head: bytes) -> str | None:
    """Return the encoding of text in UTF-16, or in UTF-32 with a mark; None for other bytes.

    Without a mark it is recognized by its first characters: JSON and tables begin with ASCII.
    """
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(head) >= _FIRST and head[0] and not head[1] and head[2] and not head[3]:
        return "utf-16-le"
    if len(head) >= _FIRST and not head[0] and head[1] and not head[2] and head[3]:
        return "utf-16-be"
    return None


def _unpadded(chunk: bytes) -> bytes:
    """Remove NUL bytes and record separators, which JSON never contains."""
    return chunk.translate(None, _PADDING)


def _utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = b""
    while len(first) < _FIRST and (chunk := next(chunks, b"")):
        first += chunk
    if encoding := _wide_encoding(first):
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        for chunk in itertools.chain([first], chunks):
            yield decoder.decode(chunk).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")
        return
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from chunks
