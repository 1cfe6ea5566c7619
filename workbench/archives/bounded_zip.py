"""Read bzip2 and LZMA members of zips in bounded memory, which `zipfile` does not."""

import bz2
import lzma
import struct
import zipfile
import zlib
from typing import BinaryIO

from workbench.archives import compression

#: The methods that are read here.
METHODS = frozenset({zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})

#: Of a local header: its size, and the lengths of the name and the extras after it.
_HEADER_BYTES = 30
_LENGTHS = struct.Struct("<26xHH")

#: In front of LZMA data: a version, the size of the properties, and the properties: a byte for
#: three numbers, and the bytes that the decompressor looks back.
_PROPERTIES = struct.Struct("<2xHBI")
_PROPERTY_BYTES = 5
#: The most of these bytes: 128 MiB.
_LARGEST_WINDOW = 1 << 27


def reader(stream: BinaryIO, info: zipfile.ZipInfo) -> "_Reader":
    """Return a reader for the decompressed bytes of a member.

    Raises:
        BadZipFile: If the headers are damaged, or the member needs too much memory.
    """
    stream.seek(info.header_offset)
    header = stream.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        msg = "a header is cut off"
        raise zipfile.BadZipFile(msg)
    stream.seek(sum(_LENGTHS.unpack(header)), 1)
    left = info.compress_size
    if info.compress_type == zipfile.ZIP_BZIP2:
        return _Reader(stream, left, bz2.BZ2Decompressor(), info.CRC)
    data = stream.read(_PROPERTIES.size)
    if len(data) < _PROPERTIES.size:
        msg = "the LZMA properties are cut off"
        raise zipfile.BadZipFile(msg)
    size, numbers, window = _PROPERTIES.unpack(data)
    if size != _PROPERTY_BYTES or window > _LARGEST_WINDOW or numbers >= 9 * 5 * 5:
        msg = f"LZMA with a window of {window:,} bytes"
        raise zipfile.BadZipFile(msg)
    rest, lc = divmod(numbers, 9)
    pb, lp = divmod(rest, 5)
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": window, "lc": lc, "lp": lp, "pb": pb}]
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    return _Reader(stream, left - len(data), decompressor, info.CRC)


class _Reader:
    def __init__(
        self,
        stream: BinaryIO,
        left: int,
        decompressor: bz2.BZ2Decompressor | lzma.LZMADecompressor,
        checksum: int,
    ) -> None:
        self._stream = stream
        self._left = left
        self._decompressor = decompressor
        self._expected = checksum
        self._checksum = 0

    def read(self, size: int = compression.CHUNK) -> bytes:
        while size and not self._decompressor.eof:
            data = b""
            if self._decompressor.needs_input:
                data = self._stream.read(min(compression.SLICE, self._left))
                self._left -= len(data)
                if not data:
                    break  # LZMA in zips may lack a mark at its end
            if piece := self._decompressor.decompress(data, size):
                self._checksum = zlib.crc32(piece, self._checksum)
                return piece
        if size and self._checksum != self._expected:
            msg = "bad checksum, or the end of the member is missing"
            raise zipfile.BadZipFile(msg)
        return b""
