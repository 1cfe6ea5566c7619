"""Find the remote files that an address, a folder or a glob names."""

import functools
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote

from workbench.exceptions import BrokenFileError
from workbench.remote import addresses, hub, stores
from workbench.remote.addresses import Address
from workbench.remote.stores import Entry

_WILDCARD = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class RemoteFile:
    """A file that is read over the network. As text it is its address without secrets.

    It contains no credentials, so that it can be sent to another process or machine. A signed
    address of the web is a credential itself, and part of `root`.

    Args:
        address: Its address.
        root: Address of the bucket, or of the file itself on the web.
        key: Its key in the bucket; "" on the web.
        size: Its bytes; None if the server does not say.
        version: Changes when its content changes; empty if the server says nothing like that.
        is_fixed: Whether `root` is the address of this version, which never changes.
        is_seekable: Whether the server sends parts of it. Others are read from start to end.
    """

    address: Address
    root: str = field(repr=False)
    key: str
    size: int | None
    version: str = ""
    is_fixed: bool = False
    is_seekable: bool = True

    @property
    def name(self) -> str:
        """The last part of the address."""
        return PurePosixPath(self.address.key).name

    def __str__(self) -> str:
        """Return the address without secrets."""
        return str(self.address)


@dataclass(frozen=True)
class RemoteFolder:
    """All files below an address, in order of their paths."""

    address: Address
    files: tuple[RemoteFile, ...]

    def __str__(self) -> str:
        """Return the address without secrets."""
        return str(self.address)

    def inside(self, file: RemoteFile) -> str:
        """Return the path of a file in the folder."""
        return file.address.key.removeprefix(self.address.key).lstrip("/")


def expand(text: str) -> list[RemoteFile | RemoteFolder]:
    """Return what an address names: a file, a folder, or the files that match a glob, sorted.

    Raises:
        BrokenFileError: If it names nothing.
        RemoteError: If it cannot be read.
    """
    address = addresses.parse(text)
    if address.scheme in addresses.WEB:
        return [_of_web(address)]
    if _WILDCARD.search(address.key):
        return [*_matches(address)]
    if address.key and not address.key.endswith("/"):
        if (file := _file(address)) is not None:
            return [file]
        address = Address(address.scheme, address.place, f"{address.key}/")
    if files := _below(address, _key(address)):
        return [RemoteFolder(address, tuple(files))]
    raise _nothing(Address(address.scheme, address.place, address.key.rstrip("/")))


@functools.lru_cache(maxsize=4)
def folder(text: str) -> dict[str, RemoteFile]:
    """Return the files of a folder by their paths in it; the last listings are remembered."""
    (listed,) = expand(text)
    assert isinstance(listed, RemoteFolder)
    return {listed.inside(file): file for file in listed.files}


def _of_web(address: Address) -> RemoteFile:
    """Ask a web server for the first byte: some answer only requests for the content itself."""
    from obstore.exceptions import NotSupportedError

    try:
        _, entry = stores.read(address.url, "", 0, 1)
    except NotSupportedError:
        return RemoteFile(address, address.url, "", None, is_seekable=False)
    return RemoteFile(address, address.url, "", entry.size, entry.version)


def _file(address: Address) -> RemoteFile | None:
    if address.scheme == addresses.HUB:
        key = _key(address)
        beside = _below(address, key.rpartition("/")[0], is_deep=False)
        return next((file for file in beside if _key(file.address) == key), None)
    entry = stores.head(address.root, address.key)
    return None if entry is None else _of_bucket(address, entry)


def _matches(address: Address) -> list[RemoteFile]:
    from fsspec.utils import glob_translate

    pattern = _key(address)
    fixed = pattern[: _WILDCARD.search(pattern).start()].rpartition("/")[0]  # type: ignore[union-attr]
    rest = pattern.removeprefix(fixed)
    is_match = re.compile(glob_translate(pattern)).match
    files = _below(address, fixed, is_deep="**" in rest or "/" in rest.strip("/"))
    if matches := [file for file in files if is_match(_key(file.address))]:
        return matches
    raise _nothing(address)


def _key(address: Address) -> str:
    """Return the path in the bucket or repository."""
    return hub.split(address)[3] if address.scheme == addresses.HUB else address.key


def _below(address: Address, prefix: str, *, is_deep: bool = True) -> list[RemoteFile]:
    if address.scheme != addresses.HUB:
        listed = stores.entries(address.root, prefix, is_deep=is_deep)
        return [_of_bucket(address, entry) for entry in listed]
    listed, start = hub.entries(address, prefix.strip("/"), is_deep=is_deep)
    before = address.key.removesuffix(_key(address))
    return [
        RemoteFile(
            Address(address.scheme, address.place, before + entry.key),
            f"{start}/{quote(entry.key)}",
            "",
            entry.size,
            entry.version,
            is_fixed=True,
        )
        for entry in listed
    ]


def _of_bucket(address: Address, entry: Entry) -> RemoteFile:
    own = Address(address.scheme, address.place, entry.key)
    return RemoteFile(own, address.root, entry.key, entry.size, entry.version)


def _nothing(address: Address) -> BrokenFileError:
    hint = "name a file, a folder that ends in /, or a glob."
    return BrokenFileError(f"{address} does not exist.", hint=hint)
