"""Tars: the members of a tar, in a file or a stream; no header costs more than a little."""

import math
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from workbench.archives import compression
from workbench.archives.compression import as_file
from workbench.archives.member import LARGEST, LINK, Member, refused, spooled
from workbench.exceptions import ArchiveError

#: Bytes that all headers of one member may take: real ones take a few thousand.
HEADER_BYTES = 1 << 20

#: Bytes that a read in a header counts at least, so that there are at most 64 headers a member:
#: `tarfile` calls itself for each.
READ_BYTES = 1 << 14

#: Global headers that are remembered: git writes one.
GLOBALS = 100

#: Headers that have a body, in which the name or the like of the next header stands.
_PAX = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_WITH_BODY = (*_PAX, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)

#: `tarfile` of Python before 3.11.10 takes time with the square of a row of digits (CVE-2024-6232).
_DIGITS = re.compile(rb"[0-9]{512}")
_LENGTH = re.compile(rb"[0-9]+ ")

BACKWARDS = "a header goes backwards"


def of_file(path: Path, archive: str) -> Iterator[Member]:
    """List the members of a tar that is not compressed; their bytes stay where they are."""
    with path.open("rb") as stream:
        tape = _Tape(stream)
        length = path.stat().st_size
        try:
            with tarfile.open(fileobj=cast(BinaryIO, tape), mode="r:") as bundle:
                for info in _headers(bundle, tape):
                    if _is_plain(info):
                        yield Member(archive, info.name, info.size, path, info.offset_data)
                    else:
                        yield refused(archive, info.name, LINK)
            if bundle.offset > length:
                yield refused(archive, "", f"the archive is cut off at byte {length:,}")
            # The tar reader takes a bad header for the end of the archive and says nothing.
            stream.seek(bundle.offset)
            if stream.read(tarfile.BLOCKSIZE).strip(b"\x00"):
                why = f"the archive is damaged from byte {bundle.offset:,} on"
                yield refused(archive, "", why)
        except Exception as error:  # damage makes `tarfile` raise nearly anything
            yield refused(archive, "", _told(error))


def of_stream(archive: str, stream: BinaryIO, *, spool: Path) -> Iterator[Member]:
    """List the members of a tar, compressed or not, that is read once from start to end."""
    plain = as_file(compression.chunks(stream))
    tape = _Tape(plain)
    try:
        with tarfile.open(fileobj=cast(BinaryIO, tape), mode="r:") as bundle:
            for info in _headers(bundle, tape):
                data = bundle.extractfile(info) if _is_plain(info) else None
                if data is None:
                    yield refused(archive, info.name, LINK)
                else:
                    yield spooled(archive, info.name, info.size, data, spool=spool)
        if plain.read(compression.CHUNK).strip(b"\x00"):
            yield refused(archive, "", "the archive is damaged: a header is unreadable")
    except ArchiveError:  # no room for a copy: nothing is wrong with the archive
        raise
    except Exception as error:  # as above
        yield refused(archive, "", _told(error))


def _told(error: Exception) -> str:
    return f"the archive is damaged: {str(error) or type(error).__name__}"


def _is_plain(info: tarfile.TarInfo) -> bool:
    return info.isreg() and not info.issparse()


def _headers(bundle: tarfile.TarFile, tape: "_Tape") -> Iterator[tarfile.TarInfo]:
    place = 0
    while True:
        tape.expect_header()
        info = bundle.next()
        tape.expect_data()
        if info is None:
            return
        bundle.members = []  # type: ignore[attr-defined]  # else it keeps every header
        if info.size < 0 or bundle.offset <= place:
            raise tarfile.ReadError(BACKWARDS)
        if info.size > LARGEST:
            msg = f"a header tells of a member of {info.size:,} bytes"
            raise tarfile.ReadError(msg)
        known = bundle.pax_headers
        if len(known) > GLOBALS or sum(map(len, known.values())) > HEADER_BYTES:
            msg = "its global headers are too many"
            raise tarfile.ReadError(msg)
        place = bundle.offset
        if not info.isdir():
            yield info


class _Tape:
    """A file as `tarfile` sees it: it only goes forwards, and a header is not read without end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._place = 0
        self.expect_header()

    def expect_header(self) -> None:
        self._allowed: float = HEADER_BYTES
        self._kind: bytes | None = None

    def expect_data(self) -> None:
        self._allowed = math.inf

    def tell(self) -> int:
        return self._place

    def seek(self, place: int) -> None:
        if place < self._place:
            raise tarfile.ReadError(BACKWARDS)
        if self._stream.seekable():
            self._place = self._stream.seek(place)
        while self._place < place:
            piece = self._stream.read(min(compression.CHUNK, place - self._place))
            if not piece:
                break
            self._place += len(piece)

    def read(self, size: int) -> bytes:
        self._allowed -= max(size, READ_BYTES)
        if self._allowed < 0:
            msg = f"a header takes more than {HEADER_BYTES:,} bytes"
            raise tarfile.ReadError(msg)
        data = self._stream.read(size)
        self._place += len(data)
        if self._allowed < math.inf:
            self._look_at(data)
        return data

    def _look_at(self, data: bytes) -> None:
        # Headers and their bodies by turns, then that of the member itself, which has none.
        if len(data) == 1:  # a look at whether the last member is there
            return
        if self._kind is None:
            self._kind = data[156:157]
        elif self._kind in _WITH_BODY:
            if self._kind in _PAX:
                _check_pax(data)
            self._kind = None


def _check_pax(body: bytes) -> None:
    # Newer versions of `tarfile` refuse these as well; older ones take very long for them.
    if _DIGITS.search(body):
        msg = "an extended header holds too long a number"
        raise tarfile.ReadError(msg)
    place = 0
    while (length := _LENGTH.match(body, place)) is not None:
        end = place + int(length[0])
        if body.find(b"=", length.end(), end) < 0 or body[end - 1 : end] != b"\n":
            msg = "an extended header is damaged"
            raise tarfile.ReadError(msg)
        place = end
