"""One file inside an archive: where its bytes are, and how to open and decompress them."""

import functools
import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from workbench.archives import bounded_zip, compression, places
from workbench.archives.codecs import codec_of
from workbench.archives.limited import Inflated, Limited
from workbench.archives.places import Place
from workbench.exceptions import ArchiveError, RemoteError
from workbench.remote import files
from workbench.remote.files import RemoteFile

#: Members of a stream up to this size, in bytes, are kept in memory; larger ones are copied.
SPOOL = 16 << 20

#: Remote members up to this size, in bytes, are kept in memory while they are read.
FETCHED = 32 << 20

#: First bytes of a zip.
ZIP_MAGIC = b"PK\x03\x04"

#: Where the header of a tar contains its magic, and what it is.
_TAR_MAGIC_AT = 257
_TAR_MAGIC = b"ustar"

#: What the archive readers of Python raise for damage and for files of unusual tools.
#: `RuntimeError` includes `NotImplementedError` and `RecursionError`.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(ArithmeticError, LookupError, MemoryError, RuntimeError, TypeError, ValueError),
)


@dataclass(frozen=True)
class Member:
    """One file of an archive, or the archive itself if it is a single file.

    Args:
        archive: Path of the archive as the user wrote it, or its address without secrets. Bytes
            that are not UTF-8 are shown with backslashes, here and in `name` and `refusal`.
        name: Path inside the archive; empty for a single file.
        size: Bytes inside the archive, before decompression.
        path: File that contains the bytes; None if only `data` does.
        offset: Where the bytes begin in that file.
        zipped: Offset of the member's header in the zip `path`.
        is_deflated: True if the bytes at `offset` are a raw deflate stream of a damaged zip.
        data: The bytes of a small member of a compressed stream, or of a remote file.
        is_temporary: True if `path` is removed after use.
        refusal: Why the member is not opened; None if it may be opened.
        is_skipped: True for links, devices and pipes, and for members that are left out on
            purpose. They are refused, but nothing is damaged.
    """

    archive: str
    name: str
    size: int
    path: Place | None = None
    offset: int = 0
    zipped: int | None = None
    is_deflated: bool = False
    data: bytes | None = None
    is_temporary: bool = False
    refusal: str | None = None
    is_skipped: bool = False

    def __post_init__(self) -> None:
        """Turn names that the file system reports as bytes into text."""
        object.__setattr__(self, "archive", _text(self.archive))
        object.__setattr__(self, "name", _text(self.name))
        if self.refusal is not None:
            object.__setattr__(self, "refusal", _text(self.refusal))

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the bytes as they are in the archive, not decompressed."""
        if self.data is not None or self.path is None:
            yield io.BytesIO(self.data or b"")
        elif self.zipped is not None:
            bundle, infos = open_zip(self.path)
            info = infos[self.zipped]
            with bundle.open(info) as stream:
                if info.compress_type in bounded_zip.METHODS:
                    # `zipfile` decompresses blocks of these whole, whatever they grow to.
                    with places.open_binary(self.path) as raw:
                        yield cast(BinaryIO, bounded_zip.reader(raw, info))
                else:
                    yield cast(BinaryIO, stream)
        elif not places.is_seekable(self.path):
            with places.open_binary(self.path) as stream:
                yield stream
        else:
            with places.open_binary(self.path, until=self.offset + self.size) as stream:
                stream.seek(self.offset)
                limited = cast(BinaryIO, Limited(stream, self.size))
                yield cast(BinaryIO, Inflated(limited)) if self.is_deflated else limited

    def fetched(self) -> "Member":
        """Return the member with its bytes in memory if they are remote and not too many.

        Raises:
            RemoteError: If they cannot be read.
        """
        if not isinstance(self.path, RemoteFile) or self.size > FETCHED or self.refusal:
            return self
        try:
            with self.open() as stream:
                data = stream.read(FETCHED + 1)
        except RemoteError:
            raise
        except Exception:  # damage, which `chunks` reports, after everything before it
            return self
        return self if len(data) > FETCHED else replace(self, data=data)

    def chunks(self) -> Iterator[bytes]:
        """Yield the decompressed bytes in chunks.

        Raises:
            DamagedError: After everything readable, if the member is corrupt, cut off or a bomb.
                At once, if the member is an archive itself.
        """
        written = 0
        try:
            with self.open() as stream:
                for chunk in compression.chunks(stream):
                    if not written:
                        _refuse_archive(chunk)
                    written += len(chunk)
                    compression.refuse_bomb(self.size, written)
                    yield chunk
        except _UNREADABLE as error:
            reason = _text(str(error)) or type(error).__name__
            msg = f"unreadable after {written:,} decompressed bytes: {reason}"
            raise compression.DamagedError(msg) from error

    def inside(self, name: str) -> "Member | None":
        """Return another member of the same zip or folder; None if it has none of that name.

        Links are not followed. Members of tars have no random access, so they find none.
        """
        if self.zipped is not None and self.path is not None:
            bundle, _ = open_zip(self.path)
            info = bundle.NameToInfo.get(name)
            if info is None:
                return None
            size, offset = info.compress_size, info.header_offset
            return replace(self, name=name, size=size, zipped=offset, data=None)
        if isinstance(self.path, RemoteFile):
            is_in_folder = self.archive.endswith("/")
            sibling = files.folder(self.archive).get(name) if is_in_folder else None
            return Member(self.archive, name, sibling.size or 0, sibling) if sibling else None
        path = Path(self.archive, name)
        if self.path != Path(self.archive, self.name) or path.is_symlink() or not path.is_file():
            return None
        return replace(self, name=name, size=path.stat().st_size, path=path)

    def discard(self) -> None:
        """Remove the temporary file, if there is one."""
        if self.is_temporary and isinstance(self.path, Path):
            self.path.unlink(missing_ok=True)


def refused(archive: str, name: str, reason: str) -> Member:
    """Return a member that cannot be opened."""
    return Member(archive, name, 0, refusal=reason)


def link(archive: str, name: str) -> Member:
    """Return a member that is a link, device or pipe. These are never followed."""
    reason = "a link or special file, not followed"
    return Member(archive, name, 0, refusal=reason, is_skipped=True)


def spooled(archive: str, name: str, size: int, data: object, *, spool: Path) -> Member:
    """Copy a member out of a stream: into memory, or into a temporary file in `spool`.

    Raises:
        ArchiveError: If the file cannot be written. The archive itself is not damaged then.
    """
    stream = cast(BinaryIO, data)
    if size <= SPOOL:
        return Member(archive, name, size, data=stream.read())
    try:
        spool.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=spool, delete=False) as copy:
            while chunk := stream.read(compression.CHUNK):
                copy.write(chunk)
    except OSError as error:
        msg = f"{name or archive} cannot be copied to {spool}: {error.strerror or error}."
        hint = "make room there, or unpack the archive and name its folder."
        raise ArchiveError(msg, hint=hint) from error
    return Member(archive, name, size, Path(copy.name), is_temporary=True)


def _text(name: str) -> str:
    # Python decodes a byte that is not UTF-8 as a lone surrogate, which no table accepts.
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _refuse_archive(head: bytes) -> None:
    if head.startswith(ZIP_MAGIC) or is_tar(head):
        msg = "an archive inside an archive, not opened: unpack it first"
        raise compression.DamagedError(msg)
    if (codec := codec_of(head)) is not None:
        msg = f"compressed twice ({codec.name} inside), not opened: unpack it once"
        raise compression.DamagedError(msg)


def is_tar(head: bytes) -> bool:
    """Return whether bytes are the start of a tar."""
    return head.startswith(_TAR_MAGIC, _TAR_MAGIC_AT)


def open_zip(path: Place) -> tuple[zipfile.ZipFile, dict[int, zipfile.ZipInfo]]:
    """Open a zip; return it, and its members by the offset of their header.

    Raises:
        OSError: If the file cannot be read.
        Exception: Almost anything, if the directory at the end of the zip is damaged.
    """
    return _open_zip(path, places.identity(path))


# The directory of a zip with a million members takes half a gigabyte, so all share the last one.
@functools.lru_cache(maxsize=1)
def _open_zip(path: Place, _version: object) -> tuple[zipfile.ZipFile, dict[int, zipfile.ZipInfo]]:
    bundle = zipfile.ZipFile(path if isinstance(path, Path) else places.open_binary(path))
    return bundle, {info.header_offset: info for info in bundle.infolist()}
