"""Read the bytes of one member out of the file of its archive."""

import zlib
from typing import BinaryIO

from workbench.archives import compression

#: A member that claims more bytes than this is damaged: 1 PiB.
LARGEST = 1 << 50


class Inflated:
    """Decompress a raw deflate stream; everything before a damage is read first."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._waiting = b""
        self._damage: Exception | None = None

    def read(self, size: int = compression.CHUNK) -> bytes:
        """Read at most so many decompressed bytes; damage is raised after everything before it."""
        pieces, left = [], size if size >= 0 else LARGEST
        while left > 0 and self._damage is None and not self._inflate.eof:
            try:
                piece = self._inflate.decompress(self._waiting or self._slice(), left)
            except (EOFError, OSError, zlib.error) as error:
                self._damage = error
                break
            self._waiting = self._inflate.unconsumed_tail
            pieces.append(piece)
            left -= len(piece)
        data = b"".join(pieces)
        if not data and size and self._damage is not None:
            raise self._damage
        return data

    def _slice(self) -> bytes:
        if not (data := self._stream.read(compression.SLICE)):
            msg = "the end of the compressed data is missing"
            raise EOFError(msg)
        return data


class Limited:
    """A file that ends after a number of bytes."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """Read at most so many bytes.

        Raises:
            EOFError: If the file ends before the member.
        """
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._stream.read(wanted)
        if wanted and not data:
            msg = "the archive ends inside the member"
            raise EOFError(msg)
        self._left -= len(data)
        return data
