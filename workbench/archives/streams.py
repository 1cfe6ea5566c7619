"""Streams: pieces of bytes, as they come, read as a file."""

import io
from collections.abc import Iterator
from typing import BinaryIO, cast


def as_file(pieces: Iterator[bytes]) -> BinaryIO:
    """Make a file, read once from start to end, of pieces of bytes.

    Examples:
        >>> as_file(iter([b"ab", b"", b"cde"])).read(4)
        b'abcd'
    """
    return cast(BinaryIO, io.BufferedReader(_Pieces(pieces), buffer_size=1 << 16))


class _Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = filter(None, pieces)
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._piece:
            self._piece = memoryview(next(self._pieces, b""))
        size = min(len(buffer), len(self._piece))
        buffer[:size] = self._piece[:size]
        self._piece = self._piece[size:]
        return size
