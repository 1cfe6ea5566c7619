"""List the members of a tar in a file or a stream, and limit what its headers may cost."""

import math
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from workbench.archives import compression, places
from workbench.archives.compression import as_file
from workbench.archives.limited import LARGEST
from workbench.archives.member import Member, link, refused, spooled
from workbench.archives.places import Place
from workbench.exceptions import ArchiveError, BrokenFileError, RemoteError

#: Most bytes that all headers of one member may use: real ones use a few thousand.
HEADER_BYTES = 1 << 20

#: Every read of a header counts as at least this many bytes. This limits a member to 64 headers:
#: `tarfile` recurses once for each.
READ_BYTES = 1 << 14

#: Most global headers to remember: git writes one.
GLOBALS = 100

#: Types of headers that are followed by a body, such as the name of the next member.
_PAX = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_WITH_BODY = (*_PAX, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)

#: Where a header block contains its type.
_TYPE_AT = slice(156, 157)

#: Bytes that `tarfile` reads to check that the previous member is complete.
_PROBE = 1

#: Python before 3.11.10 needs quadratic time for a long run of digits (CVE-2024-6232).
_DIGITS = re.compile(rb"[0-9]{512}")
_LENGTH = re.compile(rb"[0-9]+ ")

BACKWARDS = "a header goes backwards"


def of_file(path: Place, archive: str) -> Iterator[Member]:
    """List the members of an uncompressed tar; their bytes stay in the file."""
    with places.open_binary(path) as stream:
        tape = _Tape(stream)
        length = places.size_of(path)
        try:
            with tarfile.open(fileobj=cast(BinaryIO, tape), mode="r:") as bundle:
                for info in _headers(bundle, tape):
                    if _is_plain(info):
                        yield Member(archive, info.name, info.size, path, info.offset_data)
                    else:
                        yield link(archive, info.name)
            if bundle.offset > length:
                yield refused(archive, "", f"the archive is cut off at byte {length:,}")
            # `tarfile` silently treats a bad header as the end of the archive.
            stream.seek(bundle.offset)
            if stream.read(tarfile.BLOCKSIZE).strip(b"\x00"):
                reason = f"the archive is damaged from byte {bundle.offset:,} on"
                yield refused(archive, "", reason)
        except Exception as error:  # `tarfile` raises almost anything for damage
            yield refused(archive, "", _damage(error))


def of_stream(archive: str, stream: BinaryIO, *, spool: Path) -> Iterator[Member]:
    """List the members of a tar, compressed or not, reading it once from start to end."""
    plain = as_file(compression.chunks(stream))
    tape = _Tape(plain)
    try:
        with tarfile.open(fileobj=cast(BinaryIO, tape), mode="r:") as bundle:
            for info in _headers(bundle, tape):
                data = bundle.extractfile(info) if _is_plain(info) else None
                if data is None:
                    yield link(archive, info.name)
                else:
                    yield spooled(archive, info.name, info.size, data, spool=spool)
        if plain.read(compression.CHUNK).strip(b"\x00"):
            yield refused(archive, "", "the archive is damaged: a header is unreadable")
    except Exception as error:  # `tarfile` raises almost anything for damage
        yield refused(archive, "", _damage(error))


def _damage(error: Exception) -> str:
    """Say what is wrong with the rest of an archive.

    Raises:
        ArchiveError: If there is no room for a copy. The archive itself is fine then.
        RemoteError: If its server cannot be reached or used, for whatever file.
    """
    if isinstance(error, BrokenFileError):
        return error.problem
    if isinstance(error, (ArchiveError, RemoteError)):
        raise error
    return f"the archive is damaged: {str(error) or type(error).__name__}"


def _is_plain(info: tarfile.TarInfo) -> bool:
    return info.isreg() and not info.issparse()


def _headers(bundle: tarfile.TarFile, tape: "_Tape") -> Iterator[tarfile.TarInfo]:
    position = 0
    while True:
        tape.expect_header()
        info = bundle.next()
        tape.expect_data()
        if info is None:
            return
        bundle.members = []  # type: ignore[attr-defined]  # otherwise it keeps every header
        if info.size < 0 or bundle.offset <= position:
            raise tarfile.ReadError(BACKWARDS)
        if info.size > LARGEST:
            msg = f"a header claims a member of {info.size:,} bytes"
            raise tarfile.ReadError(msg)
        global_headers = bundle.pax_headers
        size = sum(map(len, global_headers.values()))
        if len(global_headers) > GLOBALS or size > HEADER_BYTES:
            msg = "too many global headers"
            raise tarfile.ReadError(msg)
        position = bundle.offset
        if not info.isdir():
            yield info


class _Tape:
    """Wrap a file for `tarfile`: it moves forwards only, and limits the bytes read for headers."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._position = 0
        self.expect_header()

    def expect_header(self) -> None:
        self._allowed: float = HEADER_BYTES
        self._kind: bytes | None = None

    def expect_data(self) -> None:
        self._allowed = math.inf

    def tell(self) -> int:
        return self._position

    def seek(self, position: int) -> None:
        if position < self._position:
            raise tarfile.ReadError(BACKWARDS)
        if self._stream.seekable():
            self._position = self._stream.seek(position)
        while self._position < position:
            chunk = self._stream.read(min(compression.CHUNK, position - self._position))
            if not chunk:
                break
            self._position += len(chunk)

    def read(self, size: int) -> bytes:
        self._allowed -= max(size, READ_BYTES)
        if self._allowed < 0:
            msg = f"a header is longer than {HEADER_BYTES:,} bytes"
            raise tarfile.ReadError(msg)
        data = self._stream.read(size)
        self._position += len(data)
        if self._allowed < math.inf:
            self._check_header(data)
        return data

    def _check_header(self, data: bytes) -> None:
        # Headers alternate with their bodies. The header of the member itself comes last.
        if len(data) == _PROBE:
            return
        if self._kind is None:
            self._kind = data[_TYPE_AT]
        elif self._kind in _WITH_BODY:
            if self._kind in _PAX:
                _check_pax(data)
            self._kind = None


def _check_pax(body: bytes) -> None:
    # Newer versions of `tarfile` refuse these too; older ones need very long for them.
    if _DIGITS.search(body):
        msg = "an extended header contains too long a number"
        raise tarfile.ReadError(msg)
    position = 0
    while (length := _LENGTH.match(body, position)) is not None:
        end = position + int(length[0])
        if body.find(b"=", length.end(), end) < 0 or body[end - 1 : end] != b"\n":
            msg = "an extended header is damaged"
            raise tarfile.ReadError(msg)
        position = end
