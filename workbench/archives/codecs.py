"""One class per compression, all with the same small interface.

A codec object decompresses one stream. `compression.chunks` joins streams that follow each other.
To add a compression, subclass `Codec` and add the class to `CODECS`.
"""

import bz2
import lzma
import sys
from typing import ClassVar, Protocol, cast

from isal import isal_zlib

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = [
    "CODECS",
    "LONGEST_MAGIC",
    "Bzip2",
    "Codec",
    "Gzip",
    "Xz",
    "Zstandard",
    "codec_of",
    "zstd",
]

#: `zlib` reads a gzip header and trailer around the data if this is added to the window size.
_GZIP_WRAPPER = 16
_LARGEST_DEFLATE_WINDOW = 15

#: The largest window, as a power of two, that a zstandard frame may ask for: 128 MiB.
_LARGEST_ZSTD_WINDOW = 27

#: The type stubs of `isal` declare its exception class as an instance.
_ISAL_ERROR = cast(type[Exception], isal_zlib.error)


class _Stream(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class Codec:
    """Decompress one stream, piece by piece, in bounded memory."""

    #: Name in messages.
    name: ClassVar[str]
    #: First bytes of a stream, one of these.
    magic: ClassVar[tuple[bytes, ...]]
    #: What `decompress` raises for corrupt data.
    errors: ClassVar[tuple[type[Exception], ...]] = (OSError, EOFError, ValueError)

    def __init__(self) -> None:
        self._stream = self._open()

    def _open(self) -> _Stream:
        raise NotImplementedError

    @property
    def is_finished(self) -> bool:
        """True once the end of the stream was read."""
        return self._stream.eof

    @property
    def rest(self) -> bytes:
        """The bytes after the end of the stream."""
        return self._stream.unused_data

    def decompress(self, data: bytes, most: int) -> bytes:
        """Return at most `most` decompressed bytes; keep the input that was not needed yet.

        Call it again with no data as long as it returns `most` bytes.
        """
        return self._stream.decompress(data, most)


class Gzip(Codec):
    """Gzip, through ISA-L, which is about twice as fast as zlib."""

    name = "gz"
    magic = (b"\x1f\x8b",)
    errors = (*Codec.errors, _ISAL_ERROR)

    def __init__(self) -> None:
        self._inflate = isal_zlib.decompressobj(wbits=_GZIP_WRAPPER + _LARGEST_DEFLATE_WINDOW)
        super().__init__()

    def _open(self) -> _Stream:
        return self._inflate

    def decompress(self, data: bytes, most: int) -> bytes:
        """Return at most `most` decompressed bytes; keep the input that was not needed yet."""
        return self._inflate.decompress(self._inflate.unconsumed_tail + data, most)


class Bzip2(Codec):
    """Bzip2, through the standard library."""

    name = "bz2"
    magic = (b"BZh",)

    def _open(self) -> _Stream:
        return bz2.BZ2Decompressor()


class Xz(Codec):
    """Xz, through the standard library."""

    name = "xz"
    magic = (b"\xfd7zXZ\x00",)
    errors = (*Codec.errors, lzma.LZMAError)

    def _open(self) -> _Stream:
        return lzma.LZMADecompressor()


class Zstandard(Codec):
    """Zstandard, through the standard library of Python 3.14 or its backport.

    Each frame is a stream of its own. So is a skippable frame, which parallel writers add.
    """

    name = "zst"
    magic = (
        b"\x28\xb5\x2f\xfd",
        *(bytes([first]) + b"\x2a\x4d\x18" for first in range(0x50, 0x60)),  # skippable frames
    )
    errors = (*Codec.errors, zstd.ZstdError)

    def _open(self) -> _Stream:
        options: dict[int, int] = {
            zstd.DecompressionParameter.window_log_max: _LARGEST_ZSTD_WINDOW,
        }
        return zstd.ZstdDecompressor(options=options)


CODECS: tuple[type[Codec], ...] = (Gzip, Bzip2, Xz, Zstandard)

#: With fewer bytes than this, a stream may not be recognisable yet.
LONGEST_MAGIC = max(len(magic) for codec in CODECS for magic in codec.magic)


def codec_of(head: bytes) -> type[Codec] | None:
    """Recognise a compression by the first bytes; None for bytes that are not compressed.

    Examples:
        >>> codec_of(b"BZh91AY&SY"), codec_of(b"[1]")
        (<class 'workbench.archives.codecs.Bzip2'>, None)
    """
    return next((codec for codec in CODECS if head.startswith(codec.magic)), None)
