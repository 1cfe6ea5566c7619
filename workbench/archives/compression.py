"""Decompress files in bounded memory, and keep everything before the first damage.

`Member.chunks` reads members through `chunks`; `tar` reads compressed tars through it.
"""

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from workbench.archives.codecs import LONGEST_MAGIC, Codec, codec_of

#: Bytes to read at once, and the most that `chunks` yields at once.
CHUNK = 1 << 20

#: Compressed bytes per call of a decompressor. A decompressor that meets damage discards its
#: output of that call, so the slices are small.
SLICE = 1 << 15

#: A member that grows beyond both of these is a bomb: dumps of tweets grow 5- to 30-fold.
BOMB_RATIO = 200
BOMB_BYTES = 1 << 28

#: Bytes at the end of a gzip stream that only contain its checksum and size. They are passed on
#: separately, so that a wrong checksum does not discard the data before it.
TRAILER = 8

#: Tapes and some writers fill the space after a stream with these.
_PADDING = b"\x00"


class DamagedError(Exception):
    """The rest of a member is unreadable; the message says why and from where."""


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the decompressed bytes of a file in chunks of at most `CHUNK` bytes.

    Compressed streams that follow each other are joined. Zero padding after a stream is ignored.
    A file that is not compressed is passed through.

    Raises:
        DamagedError: After everything readable, if the file is corrupt, cut off or a bomb.
    """
    head = stream.read(CHUNK)
    codec = codec_of(head)
    if codec is None:
        while head:
            yield head
            head = stream.read(CHUNK)
        return
    slices = _Slices(head, stream)
    written = 0
    for chunk in _decompressed(codec, slices):
        written += len(chunk)
        refuse_bomb(slices.read, written)
        yield chunk


def refuse_bomb(read: int, written: int) -> None:
    """Check how much larger the decompressed bytes are than the compressed ones.

    Raises:
        DamagedError: If they have grown more than any dump of tweets does.
    """
    if written > BOMB_BYTES and written > BOMB_RATIO * read:
        msg = f"{read:,} bytes grow to more than {written:,}: stopped, this looks like a bomb"
        raise DamagedError(msg)


class _Slices:
    """Cut a compressed file into slices; the last `TRAILER` bytes are a slice of their own."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream
        #: Bytes yielded so far.
        self.read = 0

    def __iter__(self) -> Iterator[bytes]:
        last = b""
        for following in self._equal_slices():
            yield self._counted(last)
            last = following
        yield self._counted(last[:-TRAILER])
        yield self._counted(last[-TRAILER:])

    def _equal_slices(self) -> Iterator[bytes]:
        chunk = self._head
        while chunk:
            for start in range(0, len(chunk), SLICE):
                yield chunk[start : start + SLICE]
            chunk = self._stream.read(CHUNK)

    def _counted(self, data: bytes) -> bytes:
        self.read += len(data)
        return data


def _decompressed(codec: type[Codec], slices: _Slices) -> Iterator[bytes]:
    streams = _Streams(codec)
    written = 0
    try:
        for data in slices:
            for chunk in streams.decompress(data):
                written += len(chunk)
                yield chunk
        streams.check_end()
    except codec.errors as error:
        reason = str(error) or type(error).__name__
        msg = f"{codec.name} unreadable after {written:,} decompressed bytes: {reason}"
        raise DamagedError(msg) from error


class _Streams:
    """Streams of one codec that follow each other, decompressed as one."""

    def __init__(self, codec: type[Codec]) -> None:
        self._codec = codec
        self._stream = codec()

    def decompress(self, data: bytes) -> Iterator[bytes]:
        """Decompress more bytes, which may contain the end of one stream and the next ones."""
        while True:
            if self._stream.is_finished:
                data = (self._stream.rest + data).lstrip(_PADDING)
                if not data:
                    return
                self._open_next(data)
            yield from self._one_stream(data)
            if not self._stream.is_finished:
                return
            data = b""

    def _one_stream(self, data: bytes) -> Iterator[bytes]:
        while True:
            chunk = self._stream.decompress(data, CHUNK)
            if chunk:
                yield chunk
            if self._stream.is_finished or len(chunk) < CHUNK:
                return
            data = b""

    def _open_next(self, head: bytes) -> None:
        if codec_of(head) is not self._codec and len(head) >= LONGEST_MAGIC:
            msg = "other bytes follow the end"
            raise ValueError(msg)
        self._stream = self._codec()

    def check_end(self) -> None:
        if not self._stream.is_finished:
            msg = "the end is missing"
            raise EOFError(msg)


def as_file(pieces: Iterator[bytes]) -> BinaryIO:
    """Wrap an iterator of bytes as a file that is read once, from start to end.

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
