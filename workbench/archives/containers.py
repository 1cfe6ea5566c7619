"""Recognize tars, zips and compressed tars by their first bytes."""

import io
from contextlib import suppress
from enum import Enum, auto

from workbench.archives import compression, places
from workbench.archives.codecs import codec_of
from workbench.archives.member import ZIP_MAGIC, is_tar
from workbench.archives.places import Place

#: Bytes that usually show what a file is. A compressed block may be longer than this.
_HEAD = 1 << 16


class Container(Enum):
    """What a file is."""

    ZIP = auto()
    TAR = auto()
    COMPRESSED_TAR = auto()
    #: A file that is no archive; it may be compressed.
    SINGLE_FILE = auto()


def of_file(path: Place) -> Container:
    """Look into a file.

    Raises:
        RemoteError: If it is remote and cannot be read.
    """
    with places.open_binary(path) as stream:
        head = stream.read(_HEAD)
        if codec_of(head) is not None and not _unpacked(head):
            head += stream.read(compression.CHUNK - _HEAD)  # at least one whole bzip2 block
    return of_head(head)


def of_head(head: bytes) -> Container:
    """Return what a file is that starts with these bytes."""
    if head.startswith(ZIP_MAGIC):
        return Container.ZIP
    if is_tar(head):
        return Container.TAR
    inner = _unpacked(head) if codec_of(head) is not None else b""
    return Container.COMPRESSED_TAR if is_tar(inner) else Container.SINGLE_FILE


def _unpacked(head: bytes) -> bytes:
    with suppress(compression.DamagedError):
        return next(compression.chunks(io.BytesIO(head)), b"")
    return b""
