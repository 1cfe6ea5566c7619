"""Documents: JSON over any number of lines, cut into the values that it holds."""

import itertools
import re
from collections.abc import Iterator

import msgspec

from workbench.ingest.records.lines import TOO_LONG, Record

#: What stands before the JSON of a file that is JavaScript.
ASSIGNMENT = re.compile(rb"\s*(?:var\s+)?[A-Za-z_$][\w.$\[\]'\"]*\s*=\s*(?=[\[{])")

#: The same before a second array.
_NAME = re.compile(rb"(?:var\s+)?[A-Za-z_$][\w.$]*\s*=")

_TOKEN = re.compile(rb'[\\"{}\[\]]')
_BETWEEN = b" \t\r\n,;"

#: Bytes up to which the numbers and strings between two objects are told apart.
_APART = 1 << 16

_scalars = msgspec.json.Decoder(list[msgspec.Raw]).decode


def values(chunks: Iterator[bytes], *, max_bytes: int, damage: list[str]) -> Iterator[Record]:
    """Give the elements of arrays, or objects that follow each other, across any line ends.

    What is no object becomes a record too, so that it is rejected and counted. What is still
    open at the end is one record, and `damage` is told how long it is.

    Examples:
        >>> damage = []
        >>> list(values(iter([b'[1, {"a": 2}, {"a"']), max_bytes=99, damage=damage))
        [(1, b'1'), (2, b'{"a": 2}'), (3, b'{"a"')]
        >>> damage
        ['its JSON is not closed: 4 bytes unread']
    """
    first = next(chunks, b"")
    assignment = ASSIGNMENT.match(first)
    body = first[assignment.end() :] if assignment else first
    cutter = _Cutter(max_bytes)
    number = 0
    for chunk in itertools.chain([body], chunks):
        for value in cutter.take(chunk):
            number += 1
            yield number, value
    for value in cutter.end(damage):
        number += 1
        yield number, value


class _Cutter:
    """Parts a document into objects and what stands between them."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._scanner = _Scanner()
        self._buffer = b""
        self._start = 0  # of the object, or of what stands between two
        self._dropped = 0  # bytes of it that went because it is too long
        self._depth = 0  # brackets open in the object; 0 between two
        self._opening = b""
        self._in_array = False
        self._unread = 0

    def take(self, chunk: bytes) -> Iterator[bytes]:
        """Give the values that end in a chunk."""
        base = len(self._buffer)
        self._buffer += chunk
        for at, mark in self._scanner.brackets(self._buffer, base):
            is_open = mark in b"[{"
            if self._depth:
                self._depth += 1 if is_open else -1
                if not self._depth:
                    yield self._value(at + 1)
            elif is_open and (self._in_array or mark == b"{"):
                yield from self._between(at)
                self._start, self._depth, self._opening = at, 1, mark
            elif is_open or self._in_array:
                yield from self._between(at)
                self._start, self._in_array = at + 1, is_open
        self._forget()

    def end(self, damage: list[str]) -> Iterator[bytes]:
        """Give what is left, and tell of JSON that is not closed."""
        is_open = self._depth or self._in_array or self._scanner.in_string
        if self._depth:
            yield self._value(len(self._buffer))
        else:
            yield from self._between(len(self._buffer))
        if is_open or self._unread:
            damage.append(f"its JSON is not closed: {self._unread:,} bytes unread")

    def _value(self, stop: int) -> bytes:
        value = self._buffer[self._start : stop]
        if not value.endswith(b"}" if self._opening == b"{" else b"]") or self._depth:
            self._unread += self._dropped + len(value)
        is_long = self._dropped or len(value) > self._max_bytes
        self._start, self._dropped = stop, 0
        return TOO_LONG if is_long else value

    def _between(self, stop: int) -> list[bytes]:
        said = self._buffer[self._start : stop].lstrip(_BETWEEN)
        if self._dropped or len(said) > self._max_bytes:
            self._dropped = 0
            return [TOO_LONG]
        said = said.rstrip(_BETWEEN)
        if not said or (not self._in_array and _NAME.fullmatch(said)):
            return []
        if len(said) > _APART:
            return [said]
        try:
            return [bytes(scalar) for scalar in _scalars(b"[" + said + b"]")]
        except (msgspec.DecodeError, UnicodeDecodeError):
            return [said]

    def _forget(self) -> None:
        """Drop what needs not be kept, so that memory is bounded by the limit and a chunk."""
        kept = self._buffer[self._start :]
        if not self._depth and not self._dropped:
            kept = kept.lstrip(_BETWEEN)
        if self._dropped or len(kept) > self._max_bytes:
            self._dropped += len(kept)
            kept = b""
        self._scanner.forget(len(self._buffer) - len(kept))
        self._buffer, self._start = kept, 0


class _Scanner:
    """Finds the brackets of JSON that stand outside strings, piece by piece."""

    def __init__(self) -> None:
        self.in_string = False
        self._escaped_until = 0

    def brackets(self, buffer: bytes, start: int) -> Iterator[tuple[int, bytes]]:
        """Give the place of each bracket from `start` on, and the bracket."""
        for token in _TOKEN.finditer(buffer, start):
            at = token.start()
            mark = token.group()
            if at < self._escaped_until:
                continue
            if mark == b"\\":
                self._escaped_until = at + 2
            elif mark == b'"':
                self.in_string = not self.in_string
            elif not self.in_string:
                yield at, mark

    def forget(self, size: int) -> None:
        """Count positions anew after so many bytes were dropped from the front of the buffer."""
        self._escaped_until = max(0, self._escaped_until - size)
