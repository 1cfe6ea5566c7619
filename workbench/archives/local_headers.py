"""List the members of a zip whose end is cut off, by the headers before each member.

`listing` uses it if the directory at the end of a zip is missing or damaged.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from workbench.archives import compression, places
from workbench.archives.limited import LARGEST
from workbench.archives.member import ZIP_MAGIC, Member, refused
from workbench.archives.places import Place

#: A local header: magic, flags, method, CRC, sizes, and the lengths of the name and the extras.
_HEADER = struct.Struct("<4s2xHH4x4xLLHH")
_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 1, 1 << 3, 1 << 11
_STORED, _DEFLATED = 0, 8

#: In place of a size: the real one is in the extra field with this number.
_IN_EXTRA, _ZIP64 = 0xFFFFFFFF, 1
_NUMBERS = struct.Struct("<HH")

#: After a member whose header lacks the sizes: an optional magic, the CRC and both sizes.
_DESCRIPTOR = b"PK\x07\x08"
_DESCRIPTOR_BYTES = (12, 16, 20, 24)


def members(path: Place, archive: str) -> Iterator[Member]:
    """List the members of a damaged zip from its start on, as far as the headers are readable."""
    count = 0
    with places.open_binary(path) as stream:
        length = places.size_of(path)
        while (header := _header(stream)) is not None:
            name, flags, method, size = header
            start = stream.tell()
            count += 1
            if size is None:
                size = _deflated_size(stream, start, length) if method == _DEFLATED else None
            if size is None or size > LARGEST:
                yield refused(archive, name, "damaged: its header lacks its size")
                break
            if not name.endswith("/"):
                yield _member(path, archive, name, flags=flags, method=method, at=(start, size))
            stream.seek(start + size)
            if start + size > length:
                break
            if flags & _SIZES_FOLLOW:
                _skip_descriptor(stream)
    what = f"{count:,} members were found by the headers before each"
    yield refused(archive, "", f"the directory at the end of the zip is missing or damaged; {what}")


def _member(
    path: Place, archive: str, name: str, *, flags: int, method: int, at: tuple[int, int]
) -> Member:
    start, size = at
    if flags & _ENCRYPTED:
        return refused(archive, name, "encrypted")
    if method not in {_STORED, _DEFLATED}:
        return refused(archive, name, f"damaged: compressed by method {method} in a damaged zip")
    return Member(archive, name, size, path, start, is_deflated=method == _DEFLATED)


def _header(stream: BinaryIO) -> tuple[str, int, int, int | None] | None:
    """Read a header; return the name, the flags, the method and the size, None if unknown."""
    data = stream.read(_HEADER.size)
    if len(data) < _HEADER.size or not data.startswith(ZIP_MAGIC):
        return None
    _, flags, method, packed, unpacked, name_bytes, extra_bytes = _HEADER.unpack(data)
    raw_name, extra = stream.read(name_bytes), stream.read(extra_bytes)
    if len(raw_name) < name_bytes or len(extra) < extra_bytes:
        return None
    name = raw_name.decode("utf-8" if flags & _UTF8 else "cp437", "backslashreplace")
    if packed == _IN_EXTRA:
        packed = _size_in(extra, position=8 if unpacked == _IN_EXTRA else 0)
    return name, flags, method, None if flags & _SIZES_FOLLOW and not packed else packed


def _size_in(extra: bytes, *, position: int) -> int:
    """Return the compressed size from the extra fields; more than `LARGEST` if it is missing."""
    while len(extra) >= _NUMBERS.size:
        number, size = _NUMBERS.unpack_from(extra)
        field = extra[_NUMBERS.size : _NUMBERS.size + size]
        if number == _ZIP64 and len(field) >= position + 8:
            return int.from_bytes(field[position : position + 8], "little")
        extra = extra[_NUMBERS.size + size :]
    return LARGEST + 1


def _deflated_size(stream: BinaryIO, start: int, length: int) -> int | None:
    """Return the size of a deflate stream; all that is left if its end is cut off."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while chunk := stream.read(compression.SLICE):
            data = chunk
            while data and not inflate.eof:
                inflate.decompress(data, compression.CHUNK)
                data = inflate.unconsumed_tail
            if inflate.eof:
                return stream.tell() - len(inflate.unused_data) - start
    except zlib.error:
        return None
    return length - start


def _skip_descriptor(stream: BinaryIO) -> None:
    start = stream.tell()
    data = stream.read(max(_DESCRIPTOR_BYTES) + len(ZIP_MAGIC))
    sizes = _DESCRIPTOR_BYTES if not data.startswith(_DESCRIPTOR) else (16, 24)
    ends = (b"PK\x01\x02", ZIP_MAGIC, b"")
    step = next((size for size in sizes if data[size : size + 4] in ends), sizes[0])
    stream.seek(start + step)
