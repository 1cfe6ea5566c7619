"""Open the file that contains an archive: on this machine, or anywhere that `remote` reads."""

from pathlib import Path
from typing import BinaryIO, cast

from workbench.remote import reader
from workbench.remote.files import RemoteFile

#: Where the bytes of an archive or a member are.
Place = Path | RemoteFile


def open_binary(place: Place, *, until: int | None = None) -> BinaryIO:
    """Open a file. It is seekable, except a remote one whose server only sends it whole.

    Args:
        place: The file.
        until: Where reading will end; a remote file is read ahead as far as this.
    """
    if isinstance(place, RemoteFile):
        return reader.open_file(place, until=until)
    return cast(BinaryIO, place.open("rb"))


def size_of(place: Place) -> int:
    """Return the bytes of a file; 0 if its server does not say."""
    if isinstance(place, RemoteFile):
        return place.size or 0
    return place.stat().st_size


def identity(place: Place) -> object:
    """Return a value that changes when the content of a file does."""
    return place.version if isinstance(place, RemoteFile) else place.stat().st_mtime_ns


def is_seekable(place: Place) -> bool:
    """Return whether parts of a file can be read in any order."""
    return place.is_seekable if isinstance(place, RemoteFile) else True
