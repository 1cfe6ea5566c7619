"""Decompress: plain, gzip, bzip2, xz and zstandard bytes, told by content, in bounded memory."""

import bz2
import io
import lzma
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol, cast

import zstandard
from isal import isal_zlib

#: Bytes read, and at most given out, at a time.
CHUNK = 1 << 20

#: Compressed bytes handed to a decompressor at a time: where it meets damage, it keeps back what
#: it made of them.
SLICE = 1 << 15

#: A member that grows beyond both of these is a bomb: archives of tweets grow 5- to 30-fold.
BOMB_RATIO = 200
BOMB_BYTES = 1 << 28

#: The types of `isal` call its exception class an exception.
_ISAL_ERROR = cast(type[Exception], isal_zlib.error)
_MAGIC = {
    **{b"\x1f\x8b": "gz", b"BZh": "bz2", b"\x28\xb5\x2f\xfd": "zst", b"\xfd7zXZ\x00": "xz"},
    # Frames that tell a parallel reader of zstandard where to begin, and are skipped by others.
    **{bytes([0x50 + number]) + b"\x2a\x4d\x18": "zst" for number in range(16)},
}

#: Bytes at the end of a gzip stream that only say whether it is whole. They are handed over by
#: themselves, so that what stands before them is kept if they say that it is not.
_TRAILER = 8


class DamagedError(Exception):
    """The rest of a member cannot be read; its text says why and from where."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def kind_of(head: bytes) -> str:
    """Tell the compression from the first bytes: `gz`, `bz2`, `zst`, `xz` or `plain`.

    Examples:
        >>> kind_of(b"BZh91AY&SY"), kind_of(b"[1]")
        ('bz2', 'plain')
    """
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "plain")


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Give the decompressed bytes of a stream in pieces of at most `CHUNK` bytes.

    Several compressed streams one after the other are read as one; zero padding behind is ignored.

    Raises:
        DamagedError: After everything that could be read, if the stream is corrupt, cut off or
            a bomb.
    """
    head = stream.read(CHUNK)
    kind = kind_of(head)
    if kind == "plain":
        while head:
            yield head
            head = stream.read(CHUNK)
        return
    read = given = 0

    def counted() -> Iterator[bytes]:
        nonlocal read
        piece, waiting = head, b""
        while piece:
            for start in range(0, len(piece), SLICE):
                read += len(waiting)
                yield waiting
                waiting = piece[start : start + SLICE]
            piece = stream.read(CHUNK)
        read += len(waiting)
        yield waiting[:-_TRAILER]
        yield waiting[-_TRAILER:]

    for piece in _decompressed(kind, counted()):
        given += len(piece)
        refuse_bomb(read, given)
        yield piece


def refuse_bomb(read: int, given: int) -> None:
    """Check how far compressed bytes have grown.

    Raises:
        DamagedError: If it is further than any dump of tweets does.
    """
    if given > BOMB_BYTES and given > BOMB_RATIO * read:
        msg = f"{read:,} bytes grow to more than {given:,}, stopped there as a bomb"
        raise DamagedError(msg)


def _decompressed(kind: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    makers: dict[str, Callable[[], _Decompressor]] = {
        "gz": _Inflate,
        "bz2": bz2.BZ2Decompressor,
        "xz": lzma.LZMADecompressor,
        "zst": _Zstandard,
    }
    new = makers[kind]
    decompressor, given, started = new(), 0, False
    try:
        for piece in pieces:
            data = piece
            while True:
                if decompressor.eof:
                    data = (decompressor.unused_data + data).lstrip(b"\x00")
                    if not data:
                        break
                    if kind_of(data) != kind and len(data) >= 6:
                        raise DamagedError(_told(kind, given, "other bytes follow the end"))
                    decompressor, started = new(), False
                out = decompressor.decompress(data, CHUNK)
                started, data = True, b""
                if out:
                    given += len(out)
                    yield out
                if not decompressor.eof and (len(out) < CHUNK):
                    break
    except (OSError, EOFError, ValueError, _ISAL_ERROR, lzma.LZMAError) as error:
        raise DamagedError(_told(kind, given, str(error) or type(error).__name__)) from error
    except zstandard.ZstdError as error:
        raise DamagedError(_told(kind, given, str(error))) from error
    if started and not decompressor.eof:
        raise DamagedError(_told(kind, given, "the end is missing"))


def _told(kind: str, given: int, why: str) -> str:
    return f"{kind} unreadable after {given:,} decompressed bytes: {why}"


class _Inflate:
    """Gzip with the interface of `bz2.BZ2Decompressor`: what is not consumed is kept inside."""

    def __init__(self) -> None:
        self._inflate = isal_zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int = CHUNK, /) -> bytes:
        return self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)


class _Zstandard:
    """Zstandard likewise; its own decompressor knows no output limit, so input goes in slices."""

    #: A zstandard block grows to at most 128 KiB and takes at least 4 bytes, so that this slice
    #: never gives more than a few MiB.
    SLICE = 1 << 8

    def __init__(self) -> None:
        window = 1 << 27
        self._object = zstandard.ZstdDecompressor(max_window_size=window).decompressobj()
        self._waiting = b""
        self._ready = b""

    @property
    def eof(self) -> bool:
        return self._object.eof and not self._ready

    @property
    def unused_data(self) -> bytes:
        return self._object.unused_data + self._waiting

    def decompress(self, data: bytes, max_length: int = CHUNK, /) -> bytes:
        self._waiting += data
        position, ready = 0, [self._ready]
        size = len(self._ready)
        while size < max_length and position < len(self._waiting) and not self._object.eof:
            try:
                piece = self._object.decompress(self._waiting[position : position + self.SLICE])
            except zstandard.ZstdError:
                if size:
                    break  # give what there is; the next call meets the damage again
                raise
            position += self.SLICE
            size += len(piece)
            ready.append(piece)
        self._waiting = self._waiting[position:]
        joined = b"".join(ready)
        self._ready = joined[max_length:]
        return joined[:max_length]


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
