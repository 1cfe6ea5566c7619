"""List the members of tars, zips, folders, single files and pipes, recognised by content.

All but pipes may be remote.
"""

import glob
import itertools
import os
import stat
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from workbench.archives import compression, containers, local_headers, places, tar
from workbench.archives.compression import as_file
from workbench.archives.containers import Container
from workbench.archives.limited import LARGEST
from workbench.archives.member import (
    Member,
    link,
    open_zip,
    refused,
    spooled,
)
from workbench.archives.places import Place
from workbench.exceptions import ArchiveError, BrokenFileError, RemoteError
from workbench.remote import addresses, files
from workbench.remote.files import RemoteFile, RemoteFolder

#: Name of standard input on the command line.
STDIN = "-"

#: Name of standard input, and of any other pipe, in the ledger.
STDIN_NAME = "standard input"

#: Bit of a zip entry's flags that marks it as encrypted.
_ENCRYPTED = 1

#: A zip entry keeps the Unix mode of its file in the upper half of this many bits.
_ZIP_MODE_SHIFT = 16


#: An archive: a path of this machine, or what an address names.
Archive = Place | RemoteFolder

#: Remote files that are looked into at once.
_LOOKS = 16


def expand(patterns: list[str]) -> list[Archive]:
    """Return the archives that paths, addresses and globs name; matches are sorted by name.

    Raises:
        ArchiveError: If a path or glob matches nothing.
        RemoteError: If an address names nothing, or cannot be read.
    """
    paths: list[Archive] = []
    for pattern in patterns:
        if addresses.is_address(pattern):
            paths.extend(files.expand(pattern))
            continue
        path = Path(pattern).expanduser()
        if pattern == STDIN or path.exists():
            paths.append(path)
        elif matches := sorted(glob.glob(str(path), recursive=True)):
            paths.extend(map(Path, matches))
        else:
            msg = f"{pattern} does not exist."
            raise ArchiveError(msg, hint="name tar or zip files, folders, single files, or globs.")
    return list(dict.fromkeys(paths))


def members(path: Archive, *, spool: Path) -> Iterator[Member]:
    """List the members of an archive in the order in which it contains them.

    Links and special files are never followed. They are listed as members with a `refusal`, and
    so are the damaged rest of an archive and unreadable parts of a folder.

    Args:
        path: The archive; `-` is standard input.
        spool: Folder for temporary files.

    Raises:
        ArchiveError: If the path cannot be read.
        RemoteError: If a server cannot be reached or used.
    """
    try:
        if isinstance(path, RemoteFolder):
            yield from _remote_folder_members(path, spool=spool)
        elif isinstance(path, RemoteFile):
            yield from _remote_file_members(path, str(path), spool=spool)
        elif str(path) == STDIN:
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
        container = containers.of_file(path) if stat.S_ISREG(status.st_mode) else None
    except OSError as error:
        yield refused(str(folder), inside, f"a file that cannot be read: {error.strerror}")
        return
    if container is None:
        yield link(str(folder), inside)
    elif container is Container.SINGLE_FILE:
        yield Member(str(folder), inside, status.st_size, path)
    else:
        yield from _file_members(path, str(path), spool=spool)


def _remote_folder_members(folder: RemoteFolder, *, spool: Path) -> Iterator[Member]:
    # Each look takes as long as an answer takes to come, so many are taken at once.
    with ThreadPoolExecutor(_LOOKS) as pool:
        looks = pool.map(_look, folder.files)
        for file, container in zip(folder.files, looks, strict=True):
            inside = folder.inside(file)
            if isinstance(container, BrokenFileError):
                yield refused(str(folder), inside, container.problem)
            elif container is Container.SINGLE_FILE:
                yield Member(str(folder), inside, file.size or 0, file)
            else:
                yield from _file_members(file, str(file), spool=spool, container=container)


def _look(file: RemoteFile) -> Container | BrokenFileError:
    try:
        return containers.of_file(file)
    except BrokenFileError as error:
        return error


def _remote_file_members(file: RemoteFile, archive: str, *, spool: Path) -> Iterator[Member]:
    try:
        if file.is_seekable:
            yield from _file_members(file, archive, spool=spool)
            return
        with places.open_binary(file) as stream:
            yield from _piped_members(stream, spool=spool, archive=archive, place=file)
    except BrokenFileError as error:
        yield refused(archive, "", error.problem)


def _file_members(
    path: Place, archive: str, *, spool: Path, container: Container | None = None
) -> Iterator[Member]:
    container = container or containers.of_file(path)
    if container is Container.ZIP:
        yield from _zip_members(path, archive)
    elif container is Container.TAR:
        yield from tar.of_file(path, archive)
    elif container is Container.COMPRESSED_TAR:
        with places.open_binary(path, until=places.size_of(path)) as stream:
            yield from tar.of_stream(archive, stream, spool=spool)
    else:
        yield Member(archive, "", places.size_of(path), path)


def _piped_members(
    stream: BinaryIO, *, spool: Path, archive: str = STDIN_NAME, place: RemoteFile | None = None
) -> Iterator[Member]:
    # A tar is read as it arrives, however long. Anything else needs seeking, so it is copied.
    # Every pipe is named standard input: two pipes of one path contain different bytes.
    head = stream.read(compression.CHUNK)
    rest = iter(lambda: stream.read(compression.CHUNK), b"")
    whole = as_file(itertools.chain([head], rest))
    container = containers.of_head(head)
    if container in {Container.TAR, Container.COMPRESSED_TAR}:
        yield from tar.of_stream(archive, whole, spool=spool)
        return
    if container is Container.SINGLE_FILE and place is not None:
        yield Member(archive, "", 0, place)  # it can be requested again
        return
    copy = spooled(archive, "", sys.maxsize, whole, spool=spool)
    assert copy.path is not None
    inner = _file_members(copy.path, archive, spool=spool)
    # The members of a zip share the copy, so no member may remove it.
    yield from (replace(member, is_temporary=member.zipped is None) for member in inner)


def _zip_members(path: Place, archive: str) -> Iterator[Member]:
    try:
        bundle, _ = open_zip(path)
    except RemoteError:
        raise
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
