"""Member: one file of an archive, opened where it lies."""

import functools
import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from workbench.archives import compression
from workbench.exceptions import ArchiveError

#: A member that comes out of a stream is held in memory up to this size, in bytes.
SPOOL = 16 << 20

#: Bytes of a member above which its size is damage: 1 PiB.
LARGEST = 1 << 50

#: Why links, devices and pipes are refused.
LINK = "a link or special file, not followed"

#: What the readers of archives raise where those are damaged or made with other tools;
#: `RuntimeError` holds `NotImplementedError` and `RecursionError`.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(ArithmeticError, LookupError, MemoryError, RuntimeError, TypeError, ValueError),
)


@dataclass(frozen=True)
class Member:
    """One file of an archive, or the archive itself where that is a single file.

    Args:
        archive: Path of the archive as it was given; bytes that are not UTF-8 are shown with
            backslashes, here as in `name` and `refusal`.
        name: Path inside it; empty for a single file.
        size: Bytes as they lie in the archive, not decompressed.
        path: File that holds the bytes; None where `data` does.
        offset: Where they begin in that file.
        zipped: Place of its header in the zip file `path`.
        data: The bytes themselves, of a small member of a compressed stream.
        is_temporary: True where `path` is to be removed after use.
        refusal: Why the member is not opened; None where it may be.
    """

    archive: str
    name: str
    size: int
    path: Path | None = None
    offset: int = 0
    zipped: int | None = None
    data: bytes | None = None
    is_temporary: bool = False
    refusal: str | None = None

    def __post_init__(self) -> None:
        """Make text of names that are bytes to the file system."""
        object.__setattr__(self, "archive", _text(self.archive))
        object.__setattr__(self, "name", _text(self.name))
        if self.refusal is not None:
            object.__setattr__(self, "refusal", _text(self.refusal))

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the bytes as they lie in the archive."""
        if self.data is not None or self.path is None:
            yield io.BytesIO(self.data or b"")
        elif self.zipped is not None:
            bundle, infos = _bundle(self.path, self.path.stat().st_mtime_ns)
            with bundle.open(infos[self.zipped]) as stream:
                yield cast(BinaryIO, stream)
        else:
            with self.path.open("rb") as stream:
                stream.seek(self.offset)
                yield cast(BinaryIO, _Limited(stream, self.size))

    def chunks(self) -> Iterator[bytes]:
        """Give the decompressed bytes in pieces.

        Raises:
            DamagedError: After everything that could be read, if the member is corrupt, cut off
                or a bomb; at once if it is an archive itself.
        """
        given = 0
        try:
            with self.open() as stream:
                for piece in compression.chunks(stream):
                    if not given:
                        _refuse_archive(piece)
                    given += len(piece)
                    compression.refuse_bomb(self.size, given)
                    yield piece
        except _UNREADABLE as error:
            why = _text(str(error)) or type(error).__name__
            msg = f"unreadable after {given:,} decompressed bytes: {why}"
            raise compression.DamagedError(msg) from error

    def discard(self) -> None:
        """Remove the temporary file, if there is one."""
        if self.is_temporary and self.path is not None:
            self.path.unlink(missing_ok=True)


def refused(archive: str, name: str, why: str) -> Member:
    """Make a member that is not opened."""
    return Member(archive, name, 0, refusal=why)


def spooled(archive: str, name: str, size: int, data: object, *, spool: Path) -> Member:
    """Copy a member out of a stream: into memory, or into a temporary file in `spool`.

    Raises:
        ArchiveError: If the file cannot be written, so that nobody takes the archive for damaged.
    """
    stream = cast(BinaryIO, data)
    if size <= SPOOL:
        return Member(archive, name, size, data=stream.read())
    try:
        spool.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=spool, delete=False) as copy:
            while piece := stream.read(compression.CHUNK):
                copy.write(piece)
    except OSError as error:
        msg = f"{name or archive} cannot be copied to {spool}: {error.strerror or error}."
        hint = "make room there, or unpack the archive and name its folder."
        raise ArchiveError(msg, hint=hint) from error
    return Member(archive, name, size, Path(copy.name), is_temporary=True)


def _text(name: str) -> str:
    # Python reads a byte that is not UTF-8 as half a surrogate, which no table takes.
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class _Limited:
    """The next so many bytes of a file."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = size

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._stream.read(wanted)
        if wanted and not data:
            msg = "the archive ends inside the member"
            raise EOFError(msg)
        self._left -= len(data)
        return data


def _refuse_archive(head: bytes) -> None:
    if head.startswith(b"PK\x03\x04") or is_tar(head):
        msg = "an archive inside an archive, not opened: unpack it first"
        raise compression.DamagedError(msg)
    if (kind := compression.kind_of(head)) != "plain":
        msg = f"compressed twice ({kind} inside), not opened: unpack it once"
        raise compression.DamagedError(msg)


def is_tar(head: bytes) -> bool:
    """Tell whether bytes are the start of a tar."""
    return head[257:262] == b"ustar"


@functools.lru_cache(maxsize=1)
def _bundle(path: Path, _changed_ns: int) -> tuple[zipfile.ZipFile, dict[int, zipfile.ZipInfo]]:
    # Opening a zip reads the names of all its members, so that is done once for all of them.
    bundle = zipfile.ZipFile(path)
    return bundle, {info.header_offset: info for info in bundle.infolist()}
