"""Cut JSON over any number of lines into its values: elements of arrays, or objects."""

import itertools
import re
from collections.abc import Iterator

import msgspec

from workbench.ingest.records.lines import TOO_LONG, Content, Record

#: JavaScript before the JSON: an assignment to a variable, or the call of a function (JSONP).
ASSIGNMENT = re.compile(
    rb"\s*(?:(?:var|let|const)\s+)?[A-Za-z_$][\w.$\[\]'\"]*\s*(?:=\s*(?=[\[{])|\(\s*(?=\[))"
)

#: The same before a second array of the file.
_NAME = re.compile(rb"(?:(?:var|let|const)\s+)?[A-Za-z_$][\w.$]*\s*=")

_TOKEN = re.compile(rb'[\\"{}\[\]]')
_BETWEEN = b" \t\r\n,;)"

#: Numbers and strings between two objects are separated if they have at most this many bytes.
_SEPARATED_BYTES = 1 << 16

_scalars = msgspec.json.Decoder(list[msgspec.Raw]).decode


def values(chunks: Iterator[bytes], *, max_bytes: int, damage: list[str]) -> Iterator[Record]:
    """Yield the elements of arrays, or objects that follow each other, across any line ends.

    Everything else becomes a record too, so that it is rejected and counted. A value that is never
    closed is one record, and `damage` receives a message with its length.

    Examples:
        >>> damage = []
        >>> list(values(iter([b'[1, {"a": 2}, {"a"']), max_bytes=99, damage=damage))
        [(1, b'1'), (2, b'{"a": 2}'), (3, b'{"a"')]
        >>> damage
        ['the JSON is never closed: 4 bytes unread']
    """
    first = next(chunks, b"")
    assignment = ASSIGNMENT.match(first)
    body = first[assignment.end() :] if assignment else first
    cutter = _Cutter(max_bytes)
    number = 0
    for chunk in itertools.chain([body], chunks):
        for value in cutter.feed(chunk):
            number += 1
            yield number, value
    for value in cutter.end(damage):
        number += 1
        yield number, value


class _Cutter:
    """Cut JSON into objects and the text between them."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._scanner = _Scanner()
        self._buffer = b""
        self._start = 0  # of the current object, or of the text between two objects
        self._dropped = 0  # bytes already dropped from there because it is too long
        self._depth = 0  # open brackets of the object; 0 between two objects
        self._opening = b""
        self._in_array = False
        self._unread = 0

    def feed(self, chunk: bytes) -> Iterator[Content]:
        """Yield the values that end in a chunk."""
        base = len(self._buffer)
        self._buffer += chunk
        for position, mark in self._scanner.brackets(self._buffer, base):
            is_open = mark in b"[{"
            if self._depth:
                self._depth += 1 if is_open else -1
                if not self._depth:
                    yield self._value(position + 1)
            elif is_open and (self._in_array or mark == b"{"):
                yield from self._between(position)
                self._start, self._depth, self._opening = position, 1, mark
            elif is_open or self._in_array:
                yield from self._between(position)
                self._start, self._in_array = position + 1, is_open
        self._forget()

    def end(self, damage: list[str]) -> Iterator[Content]:
        """Yield the rest; append a message to `damage` if the JSON is not closed."""
        is_open = self._depth or self._in_array or self._scanner.in_string
        if self._depth:
            yield self._value(len(self._buffer))
        else:
            yield from self._between(len(self._buffer))
        if is_open or self._unread:
            damage.append(f"the JSON is never closed: {self._unread:,} bytes unread")

    def _value(self, stop: int) -> Content:
        value = self._buffer[self._start : stop]
        if not value.endswith(b"}" if self._opening == b"{" else b"]") or self._depth:
            self._unread += self._dropped + len(value)
        is_long = self._dropped or len(value) > self._max_bytes
        self._start, self._dropped = stop, 0
        return TOO_LONG if is_long else value

    def _between(self, stop: int) -> list[Content]:
        text = self._buffer[self._start : stop].lstrip(_BETWEEN)
        if self._dropped or len(text) > self._max_bytes:
            self._dropped = 0
            return [TOO_LONG]
        text = text.rstrip(_BETWEEN)
        if not text or (not self._in_array and _NAME.fullmatch(text)):
            return []
        if len(text) > _SEPARATED_BYTES:
            return [text]
        try:
            return [bytes(scalar) for scalar in _scalars(b"[" + text + b"]")]
        except (msgspec.DecodeError, UnicodeDecodeError):
            return [text]

    def _forget(self) -> None:
        """Drop finished bytes, so that memory is bounded by the limit and a chunk."""
        rest = self._buffer[self._start :]
        if not self._depth and not self._dropped:
            rest = rest.lstrip(_BETWEEN)
        if self._dropped or len(rest) > self._max_bytes:
            self._dropped += len(rest)
            rest = b""
        self._scanner.forget(len(self._buffer) - len(rest))
        self._buffer, self._start = rest, 0


class _Scanner:
    """Find the brackets of JSON outside strings, chunk by chunk."""

    def __init__(self) -> None:
        self.in_string = False
        self._escaped_until = 0

    def brackets(self, buffer: bytes, start: int) -> Iterator[tuple[int, bytes]]:
        """Yield the position of each bracket from `start` on, and the bracket."""
        for token in _TOKEN.finditer(buffer, start):
            position = token.start()
            mark = token.group()
            if position < self._escaped_until:
                continue
            if mark == b"\\":
                self._escaped_until = position + 2
            elif mark == b'"':
                self.in_string = not self.in_string
            elif not self.in_string:
                yield position, mark

    def forget(self, size: int) -> None:
        """Adjust positions after `size` bytes were dropped from the front of the buffer."""
        self._escaped_until = max(0, self._escaped_until - size)
