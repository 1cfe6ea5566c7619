"""List the members of tars, zips, folders, single files and pipes, recognised by content."""

import glob
import io
import itertools
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO

from workbench.archives import compression, local_headers, tar
from workbench.archives.codecs import codec_of
from workbench.archives.compression import as_file
from workbench.archives.member import (
    LARGEST,
    ZIP_MAGIC,
    Member,
    is_tar,
    link,
    open_zip,
    refused,
    spooled,
)
from workbench.exceptions import ArchiveError

#: Name of standard input on the command line.
STDIN = "-"

#: Name of standard input, and of any other pipe, in the ledger.
STDIN_NAME = "standard input"

#: Bit of a zip entry's flags that marks it as encrypted.
_ENCRYPTED = 1

#: A zip entry keeps the Unix mode of its file in the upper half of this many bits.
_ZIP_MODE_SHIFT = 16


class _Container(Enum):
    ZIP = auto()
    TAR = auto()
    COMPRESSED_TAR = auto()
    #: A file that is no archive; it may be compressed.
    SINGLE_FILE = auto()


def expand(patterns: list[str]) -> list[Path]:
    """Return the archives that paths and globs name; the matches of a glob are sorted by name.

    Raises:
        ArchiveError: If a path or glob matches nothing.
    """
    paths: list[Path] = []
    for pattern in patterns:
        path = Path(pattern).expanduser()
        if pattern == STDIN or path.exists():
            paths.append(path)
        elif matches := sorted(glob.glob(str(path), recursive=True)):
            paths.extend(map(Path, matches))
        else:
            msg = f"{pattern} does not exist."
            raise ArchiveError(msg, hint="name tar or zip files, folders, single files, or globs.")
    return list(dict.fromkeys(paths))


def members(path: Path, *, spool: Path) -> Iterator[Member]:
    """List the members of an archive in the order in which it contains them.

    Links and special files are never followed. They are listed as members with a `refusal`, and
    so are the damaged rest of an archive and unreadable parts of a folder.

    Args:
        path: The archive; `-` is standard input.
        spool: Folder for temporary files.

    Raises:
        ArchiveError: If the path cannot be read.
    """
    try:
        if str(path) == STDIN:
            yield from _piped_members(sys.stdin.buffer, spool=spool)
        elif path.is_dir():
            yield from _folder_members(path, spool=spool)
        elif path.is_fifo():
            with path.open("rb") as stream:
                yield from _piped_members(stream, spool=spool)
        elif path.exists() and not path.is_file():
            msg = f"{path} is not a file, a folder or a pipe."
            raise ArchiveError(msg, hint=f"pipe its bytes to standard input and name `{STDIN}`.")
        else:
            yield from _file_members(path, str(path), spool=spool)
    except PermissionError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise ArchiveError(msg, hint="change its permissions, or name another.") from error


def _folder_members(folder: Path, *, spool: Path) -> Iterator[Member]:
    failures: list[OSError] = []

    def failed(error: OSError) -> None:
        if error.filename == str(folder):
            raise error
        failures.append(error)

    for root, folders, names in os.walk(folder, onerror=failed):
        folders.sort()
        links = [name for name in folders if Path(root, name).is_symlink()]
        for name in sorted([*names, *links]):
            yield from _members_in_folder(folder, Path(root, name), spool=spool)
    for error in failures:
        inside = os.path.relpath(error.filename, folder)
        yield refused(str(folder), inside, f"a folder that cannot be read: {error.strerror}")


def _members_in_folder(folder: Path, path: Path, *, spool: Path) -> Iterator[Member]:
    inside = str(path.relative_to(folder))
    try:
        status = path.lstat()
        container = _container(path) if stat.S_ISREG(status.st_mode) else None
    except OSError as error:
        yield refused(str(folder), inside, f"a file that cannot be read: {error.strerror}")
        return
    if container is None:
        yield link(str(folder), inside)
    elif container is _Container.SINGLE_FILE:
        yield Member(str(folder), inside, status.st_size, path)
    else:
        yield from _file_members(path, str(path), spool=spool)


def _file_members(path: Path, archive: str, *, spool: Path) -> Iterator[Member]:
    container = _container(path)
    if container is _Container.ZIP:
        yield from _zip_members(path, archive)
    elif container is _Container.TAR:
        yield from tar.of_file(path, archive)
    elif container is _Container.COMPRESSED_TAR:
        with path.open("rb") as stream:
            yield from tar.of_stream(archive, stream, spool=spool)
    else:
        yield Member(archive, "", path.stat().st_size, path)


def _container(path: Path) -> _Container:
    with path.open("rb") as stream:
        return _container_of(stream.read(compression.CHUNK))  # at least one whole bzip2 block


def _container_of(head: bytes) -> _Container:
    if head.startswith(ZIP_MAGIC):
        return _Container.ZIP
    if is_tar(head):
        return _Container.TAR
    inner = b""
    if codec_of(head) is not None:
        with suppress(compression.DamagedError):
            inner = next(compression.chunks(io.BytesIO(head)), b"")
    return _Container.COMPRESSED_TAR if is_tar(inner) else _Container.SINGLE_FILE


def _piped_members(stream: BinaryIO, *, spool: Path) -> Iterator[Member]:
    # A tar is read as it arrives, however long. Anything else needs seeking, so it is copied.
    # Every pipe is named standard input: two pipes of one path contain different bytes.
    head = stream.read(compression.CHUNK)
    rest = iter(lambda: stream.read(compression.CHUNK), b"")
    whole = as_file(itertools.chain([head], rest))
    if _container_of(head) in {_Container.TAR, _Container.COMPRESSED_TAR}:
        yield from tar.of_stream(STDIN_NAME, whole, spool=spool)
        return
    copy = spooled(STDIN_NAME, "", sys.maxsize, whole, spool=spool)
    assert copy.path is not None
    inner = _file_members(copy.path, STDIN_NAME, spool=spool)
    # The members of a zip share the copy, so no member may remove it.
    yield from (replace(member, is_temporary=member.zipped is None) for member in inner)


def _zip_members(path: Path, archive: str) -> Iterator[Member]:
    try:
        bundle, _ = open_zip(path)
    except Exception:  # `zipfile` raises almost anything for damage
        yield from local_headers.members(path, archive)
        return
    for info in bundle.infolist():
        size = info.compress_size
        if info.filename.endswith("/"):  # a folder; `is_dir` fails for an empty name
            continue
        if info.flag_bits & _ENCRYPTED:
            yield refused(archive, info.filename, "encrypted")
        elif stat.S_ISLNK(info.external_attr >> _ZIP_MODE_SHIFT):
            yield link(archive, info.filename)
        elif size > LARGEST:
            yield refused(archive, info.filename, f"damaged: its header claims {size:,} bytes")
        else:
            yield Member(archive, info.filename, size, path, zipped=info.header_offset)
