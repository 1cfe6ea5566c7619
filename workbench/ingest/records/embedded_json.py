"""Find the JSON objects in a line with other bytes around them, such as commas or a log prefix.

`collector` and the detection of formats call `objects` for lines that are not JSON as they are.
`wrappers` is about the opposite case: whole JSON with tweets deep inside.
"""

import re

import msgspec

from workbench.ingest.records.json_values import values

#: Bytes around an object that mean nothing: padding, separators, commas of a list.
_NOISE = b" \t\r\n,;\x00\x1e"
_MARK = b"\xef\xbb\xbf"

#: Start of an object in other text, and the most objects to find there.
_OBJECT = re.compile(rb'\{\s*"')
_MOST_IN_TEXT = 100

#: JSON strings inside JSON strings are decoded at most this deep.
_MOST_STRINGS = 3

_raw = msgspec.json.Decoder(msgspec.Raw).decode
_string = msgspec.json.Decoder(str).decode


def objects(record: bytes) -> list[bytes]:
    r"""Return the JSON objects of a record; none if it has none, or one that is never closed.

    It understands commas, brackets of a list, NUL bytes, byte order marks and record separators
    around an object, objects that follow each other, a JSON string that contains objects, and
    text before and after objects, as logs have it.

    Examples:
        >>> objects(b'{"a": 1},'), objects(b'[{"a": 1}'), objects(b'{"a": 1}{"b": 2}')
        ([b'{"a": 1}'], [b'{"a": 1}'], [b'{"a": 1}', b'{"b": 2}'])
        >>> objects(rb'"{\"a\": 1}"'), objects(b'2019-07-03 INFO {"a": 1}')
        ([b'{"a": 1}'], [b'{"a": 1}'])
        >>> objects(b'{"a": 1'), objects(b'{"a": 1} and {"b": 2}'), objects(b"[1]")
        ([], [b'{"a": 1}', b'{"b": 2}'], [])
    """
    return _objects(record, _MOST_STRINGS)


def first_object(record: bytes) -> bytes:
    r"""Return the object that a record begins with; the record if the object is never closed.

    Examples:
        >>> first_object(b'{"a": 1}{"b'), first_object(b'{"a": "}{"}')
        (b'{"a": 1}', b'{"a": "}{"}')
    """
    numbered = values(iter([record]), max_bytes=len(record), damage=[])
    first = next((value for _, value in numbered), b"")
    return first if isinstance(first, bytes) and first.startswith(b"{") else record


def is_noise(record: bytes) -> bool:
    r"""Return whether a record contains only bytes that mean nothing.

    Examples:
        >>> is_noise(b"\0\0\x1e\r"), is_noise(b"0")
        (True, False)
    """
    rest = record.replace(_MARK, b"").strip(_NOISE)
    return rest in {b"", b"[", b"]"}


def _objects(record: bytes, strings: int) -> list[bytes]:
    body = record.strip(_NOISE)
    while body.startswith(_MARK):
        body = body[len(_MARK) :].lstrip(_NOISE)
    if body.startswith(b'"'):
        text = _string_in(body) if strings else None
        return [] if text is None else _objects(text, strings - 1)
    if body.startswith(b"{"):
        return [body] if _is_json(body) else _sequence(body) or _in_text(body)
    if body.startswith(b"["):
        return _sequence(body)
    start = _OBJECT.search(body)
    return _sequence(body[start.start() :]) or _in_text(body) if start else []


def _in_text(body: bytes) -> list[bytes]:
    """Return the objects in other text; none if one is never closed, or there are too many."""
    contents: list[bytes] = []
    start = _OBJECT.search(body)
    while start:
        content = first_object(body[start.start() :])
        if not _is_json(content) or len(contents) == _MOST_IN_TEXT:
            return []
        contents.append(content)
        start = _OBJECT.search(body, start.start() + len(content))
    return contents


def _sequence(body: bytes) -> list[bytes]:
    """Cut objects that follow each other, or are elements of a list that may be open."""
    if body.startswith(b"{") and body.endswith(b"]"):
        body = b"[" + body
    damage: list[str] = []
    parts = [value for _, value in values(iter([body]), max_bytes=len(body), damage=damage)]
    whole = [
        value
        for value in parts
        if isinstance(value, bytes) and value.startswith(b"{") and value.endswith(b"}")
    ]
    is_cut = damage and whole and not _is_json(whole[-1])  # an open list may end in a whole object
    return whole if len(whole) == len(parts) and not is_cut else []


def _string_in(body: bytes) -> bytes | None:
    try:
        return _string(body).encode()
    except (msgspec.DecodeError, UnicodeError):
        return None


def _is_json(body: bytes) -> bool:
    try:
        _raw(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
