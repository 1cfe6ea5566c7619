"""Archives: tars, zips, folders and single files, opened as members; nothing is ever unpacked."""

import glob
import io
import itertools
import os
import stat
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from workbench import decompress
from workbench.exceptions import ArchiveError
from workbench.member import Member, is_tar

#: A member that comes out of a compressed stream is held in memory up to this size, in bytes.
SPOOL = 16 << 20

#: Name of standard input on the command line.
STDIN = "-"

#: How the ledger calls it.
STDIN_NAME = "standard input"


def expand(patterns: list[str]) -> list[Path]:
    """Find the archives that paths and globs name, in order of their names.

    Raises:
        ArchiveError: If one of them names nothing.
    """
    found: list[Path] = []
    for pattern in patterns:
        path = Path(pattern).expanduser()
        if pattern == STDIN or path.exists():
            found.append(path)
        elif matches := sorted(glob.glob(str(path), recursive=True)):
            found.extend(map(Path, matches))
        else:
            msg = f"{pattern} does not exist."
            raise ArchiveError(msg, hint="name tar or zip files, folders, single files, or globs.")
    return list(dict.fromkeys(found))


def members(path: Path, *, spool: Path) -> Iterator[Member]:
    """List the members of an archive in the order in which they lie there.

    Links and special files are never followed: they come as members with a `refusal`, as do the
    rest of a damaged archive and archives inside archives. Temporary files go to `spool`.

    Raises:
        ArchiveError: If the path cannot be read.
    """
    try:
        if str(path) == STDIN:
            yield from _stdin_members(spool=spool)
        elif path.is_dir():
            yield from _folder_members(path, spool=spool)
        else:
            yield from _file_members(path, str(path), spool=spool)
    except PermissionError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise ArchiveError(msg, hint="change its permissions, or name another.") from error


def _folder_members(folder: Path, *, spool: Path) -> Iterator[Member]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(root, name)
            inside = str(path.relative_to(folder))
            if not stat.S_ISREG(path.lstat().st_mode):
                yield _refused(str(folder), inside, "a link or special file, not followed")
            elif _container(path) == "plain":
                yield Member(str(folder), inside, path.stat().st_size, path)
            else:
                yield from _file_members(path, str(path), spool=spool)


def _file_members(path: Path, archive: str, *, spool: Path) -> Iterator[Member]:
    container = _container(path)
    if container == "zip":
        yield from _zip_members(path, archive)
    elif container == "tar":
        yield from _tar_members(path, archive)
    elif container == "compressed tar":
        with path.open("rb") as stream:
            yield from _stream_members(archive, stream, spool=spool)
    else:
        yield Member(archive, "", path.stat().st_size, path)


def _container(path: Path) -> str:
    with path.open("rb") as stream:
        return _container_of(stream.read(decompress.CHUNK))  # a bzip2 block fits into that


def _container_of(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if is_tar(head):
        return "tar"
    inner = b""
    if decompress.kind_of(head) != "plain":
        with suppress(decompress.DamagedError):
            inner = next(decompress.chunks(io.BytesIO(head)), b"")
    return "compressed tar" if is_tar(inner) else "plain"


def _tar_members(path: Path, archive: str) -> Iterator[Member]:
    length = path.stat().st_size
    try:
        with tarfile.open(path, "r:") as bundle:
            for info in _headers(bundle):
                if refusal := _refusal(info):
                    yield _refused(archive, info.name, refusal)
                    continue
                yield Member(archive, info.name, info.size, path, info.offset_data)
            if bundle.offset > length:
                yield _refused(archive, "", f"the archive is cut off at byte {length:,}")
            with path.open("rb") as stream:
                # The tar reader takes a bad header for the end of the archive and says nothing.
                stream.seek(bundle.offset)
                if stream.read(tarfile.BLOCKSIZE).strip(b"\x00"):
                    why = f"the archive is damaged from byte {bundle.offset:,} on"
                    yield _refused(archive, "", why)
    except (tarfile.TarError, ValueError, OverflowError) as error:
        yield _refused(archive, "", f"the archive is damaged: {error}")


def _headers(bundle: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (info := bundle.next()) is not None:
        bundle.members = []  # type: ignore[attr-defined]  # else it keeps every header
        if not info.isdir():
            yield info


def _refusal(info: tarfile.TarInfo) -> str | None:
    if not info.isreg() or info.issparse():
        return "a link or special file, not followed"
    return None


def _refused(archive: str, name: str, why: str) -> Member:
    return Member(archive, name, 0, refusal=why)


def _stream_members(archive: str, stream: BinaryIO, *, spool: Path) -> Iterator[Member]:
    plain = _Chunked(decompress.chunks(stream))
    try:
        with tarfile.open(fileobj=plain, mode="r|") as bundle:
            for info in _headers(bundle):
                data = bundle.extractfile(info) if _refusal(info) is None else None
                if data is None:
                    yield _refused(archive, info.name, _refusal(info) or "not readable")
                else:
                    yield _spooled(archive, info.name, info.size, data, spool=spool)
        if plain.read(decompress.CHUNK).strip(b"\x00"):
            yield _refused(archive, "", "the archive is damaged: a header is unreadable")
    except (decompress.DamagedError, tarfile.TarError, ValueError, OverflowError) as error:
        yield _refused(archive, "", f"the archive is damaged: {error}")


def _stdin_members(*, spool: Path) -> Iterator[Member]:
    # A tar is read as it comes, however long; anything else has to be sought in, so is copied.
    head = sys.stdin.buffer.read(decompress.CHUNK)
    stream = cast(BinaryIO, _Chunked(itertools.chain([head], iter(_read_stdin, b""))))
    if _container_of(head) in ("tar", "compressed tar"):
        yield from _stream_members(STDIN_NAME, stream, spool=spool)
        return
    copy = _spooled(STDIN_NAME, "", sys.maxsize, stream, spool=spool)
    assert copy.path is not None
    inner = _file_members(copy.path, STDIN_NAME, spool=spool)
    yield from (replace(member, is_temporary=member.zipped is None) for member in inner)


def _read_stdin() -> bytes:
    return sys.stdin.buffer.read(decompress.CHUNK)


def _spooled(archive: str, name: str, size: int, data: object, *, spool: Path) -> Member:
    stream = cast(BinaryIO, data)
    if size <= SPOOL:
        return Member(archive, name, size, data=stream.read())
    spool.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=spool, delete=False) as copy:
        while piece := stream.read(decompress.CHUNK):
            copy.write(piece)
    return Member(archive, name, size, Path(copy.name), is_temporary=True)


def _zip_members(path: Path, archive: str) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as bundle:
            for info in bundle.infolist():
                if info.is_dir():
                    continue
                if info.flag_bits & 1:
                    yield _refused(archive, info.filename, "encrypted")
                elif stat.S_ISLNK(info.external_attr >> 16):
                    yield _refused(archive, info.filename, "a link or special file, not followed")
                else:
                    size = info.compress_size
                    place = info.header_offset
                    yield Member(archive, info.filename, size, path, zipped=place)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        yield _refused(archive, "", f"the archive is damaged: {error}")


class _Chunked(io.RawIOBase):
    """A readable file over pieces of bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        gathered = [self._rest]
        have = len(self._rest)
        while size < 0 or have < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            gathered.append(piece)
            have += len(piece)
        data = b"".join(gathered)
        if size < 0:
            size = len(data)
        self._rest = data[size:]
        return data[:size]
