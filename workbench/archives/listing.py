"""Archives: tars, zips, folders and single files, opened as members; nothing is ever unpacked."""

import glob
import io
import itertools
import os
import stat
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from workbench.archives import compression, tar
from workbench.archives.compression import as_file
from workbench.archives.member import LARGEST, LINK, Member, is_tar, refused, spooled
from workbench.exceptions import ArchiveError

#: Name of standard input on the command line.
STDIN = "-"

#: How the ledger calls it, and any other pipe.
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
    rest of a damaged archive and what cannot be read in a folder. Temporary files go to `spool`.

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
            msg = f"{path} is neither a file nor a folder nor a pipe."
            raise ArchiveError(msg, hint=f"give its bytes to standard input and name `{STDIN}`.")
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
            yield from _found_members(folder, Path(root, name), spool=spool)
    for error in failures:
        inside = os.path.relpath(error.filename, folder)
        yield refused(str(folder), inside, f"a folder that cannot be read: {error.strerror}")


def _found_members(folder: Path, path: Path, *, spool: Path) -> Iterator[Member]:
    inside = str(path.relative_to(folder))
    try:
        status = path.lstat()
        container = _container(path) if stat.S_ISREG(status.st_mode) else "link"
    except OSError as error:
        yield refused(str(folder), inside, f"a file that cannot be read: {error.strerror}")
        return
    if container == "link":
        yield refused(str(folder), inside, LINK)
    elif container == "plain":
        yield Member(str(folder), inside, status.st_size, path)
    else:
        yield from _file_members(path, str(path), spool=spool)


def _file_members(path: Path, archive: str, *, spool: Path) -> Iterator[Member]:
    container = _container(path)
    if container == "zip":
        yield from _zip_members(path, archive)
    elif container == "tar":
        yield from tar.of_file(path, archive)
    elif container == "compressed tar":
        with path.open("rb") as stream:
            yield from tar.of_stream(archive, stream, spool=spool)
    else:
        yield Member(archive, "", path.stat().st_size, path)


def _container(path: Path) -> str:
    with path.open("rb") as stream:
        return _container_of(stream.read(compression.CHUNK))  # a bzip2 block fits into that


def _container_of(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if is_tar(head):
        return "tar"
    inner = b""
    if compression.kind_of(head) != "plain":
        with suppress(compression.DamagedError):
            inner = next(compression.chunks(io.BytesIO(head)), b"")
    return "compressed tar" if is_tar(inner) else "plain"


def _piped_members(stream: BinaryIO, *, spool: Path) -> Iterator[Member]:
    # A tar is read as it comes, however long; anything else has to be sought in, so is copied.
    # A pipe is called standard input as well: the next one of the same path is another.
    head = stream.read(compression.CHUNK)
    rest = iter(lambda: stream.read(compression.CHUNK), b"")
    whole = as_file(itertools.chain([head], rest))
    if _container_of(head) in ("tar", "compressed tar"):
        yield from tar.of_stream(STDIN_NAME, whole, spool=spool)
        return
    copy = spooled(STDIN_NAME, "", sys.maxsize, whole, spool=spool)
    assert copy.path is not None
    inner = _file_members(copy.path, STDIN_NAME, spool=spool)
    yield from (replace(member, is_temporary=member.zipped is None) for member in inner)


def _zip_members(path: Path, archive: str) -> Iterator[Member]:
    with path.open("rb") as stream:
        try:
            infos = zipfile.ZipFile(stream).infolist()
        except Exception as error:  # damage makes `zipfile` raise nearly anything
            why = f"the archive is damaged: {str(error) or type(error).__name__}"
            yield refused(archive, "", why)
            return
    for info in infos:
        size = info.compress_size
        if info.filename.endswith("/"):  # a folder; `is_dir` fails where there is no name
            continue
        if info.flag_bits & 1:
            yield refused(archive, info.filename, "encrypted")
        elif stat.S_ISLNK(info.external_attr >> 16):
            yield refused(archive, info.filename, LINK)
        elif size > LARGEST:
            yield refused(archive, info.filename, f"damaged: it tells of {size:,} bytes")
        else:
            yield Member(archive, info.filename, size, path, zipped=info.header_offset)
