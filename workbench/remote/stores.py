"""List, read and write the objects of a bucket or web server, through obstore."""

import functools
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.remote.refusals import explained

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ObjectStore

#: How often the library repeats a request, for how many seconds, and the longest pause.
RETRIES = 6
PATIENCE = 120
LONGEST_PAUSE = 10

#: Environment variables that name another server than that of the provider.
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT", "AZURE_STORAGE_ENDPOINT")

#: How the variables start that change what a store is.
_SETTINGS = ("AWS_", "AZURE_", "GOOGLE_", "HF_")

#: Bytes of a download that are written at once.
_CHUNK = 8 << 20

_OUT_OF_RANGE = re.compile("code: 416 ")

#: What the library returns for a server that does not say when a file was changed.
_NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Entry:
    """An object: its key, its bytes, and what changes when its content does, if it says."""

    key: str
    size: int
    version: str


def entries(root: str, prefix: str, *, is_deep: bool = True) -> list[Entry]:
    """List the objects below a prefix, sorted; a prefix ends at a slash.

    Args:
        root: Address of the bucket.
        prefix: Folder in it; "" is the whole bucket.
        is_deep: Also those in folders below.

    Raises:
        RemoteError: If they cannot be listed.
    """
    import obstore

    inside = prefix.strip("/") or None
    with explained(_url(root, prefix)):
        if is_deep:
            metas = [meta for chunk in obstore.list(_store(root), inside) for meta in chunk]
            folders = {meta["path"].rpartition("/")[0] for meta in metas}
        else:
            result = obstore.list_with_delimiter(_store(root), inside)
            metas, folders = [*result["objects"]], {*result["common_prefixes"]}
    listed = [_entry(meta) for meta in metas]
    # Some tools write an empty object in place of a folder.
    folders.add(inside or "")
    listed = [entry for entry in listed if entry.size or entry.key not in folders]
    return sorted(listed, key=lambda entry: entry.key)


def has_objects(root: str, prefix: str, *, besides: Iterable[str]) -> bool:
    """Return whether there are objects below a prefix whose keys do not start like some.

    Raises:
        RemoteError: If they cannot be listed.
    """
    import obstore

    with explained(_url(root, prefix)):
        pages = obstore.list(_store(root), prefix or None)
        return any(not meta["path"].startswith(tuple(besides)) for page in pages for meta in page)


def head(root: str, key: str) -> Entry | None:
    """Return an object of a bucket; None if there is none.

    Raises:
        RemoteError: If the bucket cannot be read.
    """
    import obstore

    with explained(_url(root, key)):
        try:
            return _entry(obstore.head(_store(root), key))
        except FileNotFoundError:
            return None


def read(root: str, key: str, start: int, stop: int) -> tuple[bytes, Entry]:
    """Read a range of an object; return the bytes, fewer at its end, and the object.

    Raises:
        BrokenFileError: If the object is missing or breaks off.
        NotSupportedError: If the web server reads files only whole.
        RemoteError: If the bucket cannot be read.
    """
    import obstore

    with explained(_url(root, key)):
        try:
            result = obstore.get(_store(root), key, options={"range": (start, stop)})
        except obstore.exceptions.GenericError as error:
            if start or not _OUT_OF_RANGE.search(str(error)):
                raise
            result = obstore.get(_store(root), key)  # an empty object has no range
        return bytes(result.bytes()), _entry(result.meta)


def content(root: str, key: str) -> bytes | None:
    """Return the bytes of a small object; None if there is none.

    Raises:
        RemoteError: If it cannot be read.
    """
    import obstore

    with explained(_url(root, key)):
        try:
            return bytes(obstore.get(_store(root), key).bytes())
        except FileNotFoundError:
            return None


def download(root: str, key: str, path: Path) -> None:
    """Write an object to a file of this machine.

    Raises:
        RemoteError: If it cannot be read.
    """
    import obstore

    with explained(_url(root, key)), path.open("wb") as file:
        for chunk in obstore.get(_store(root), key).stream(min_chunk_size=_CHUNK):
            file.write(chunk)


def write(root: str, key: str, data: bytes | Path, *, is_new: bool = False) -> str:
    """Write an object, a large one in parts; return its version.

    Args:
        root: Address of the bucket.
        key: Key of the object.
        data: Bytes, or the path of a file.
        is_new: Fail if there is an object.

    Raises:
        FileExistsError: If there is an object and `is_new`.
        RemoteError: If it cannot be written.
    """
    import obstore

    with explained(_url(root, key)):
        try:
            mode: Any = "create" if is_new else "overwrite"
            return obstore.put(_store(root), key, data, mode=mode)["e_tag"] or ""
        except obstore.exceptions.AlreadyExistsError as error:
            raise FileExistsError(key) from error


def delete(root: str, keys: Sequence[str]) -> None:
    """Remove objects; those that are missing do not matter.

    Raises:
        RemoteError: If one cannot be removed.
    """
    import obstore

    if keys:
        with explained(_url(root, keys[0])):
            obstore.delete(_store(root), [*keys])


def endpoint() -> str | None:
    """Return the address of the server that the environment names in place of the provider's."""
    return next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), None)


def _url(root: str, key: str) -> str:
    return f"{root}/{key}" if key else root


def _store(root: str) -> "ObjectStore":
    settings = tuple(pair for pair in os.environ.items() if pair[0].startswith(_SETTINGS))
    return _store_with(root, settings)


# A store keeps its connections. It reads credentials from the environment when it is made.
@functools.lru_cache(maxsize=64)
def _store_with(root: str, settings: tuple[tuple[str, str], ...]) -> "ObjectStore":
    from obstore.store import HTTPStore, from_url

    endpoints = [value for name, value in settings if name in _ENDPOINTS]
    is_plain = root.startswith("http://") or any(each.startswith("http://") for each in endpoints)
    options: dict[str, Any] = {"allow_http": is_plain}
    is_web = root.startswith(("http://", "https://"))
    if is_web and (token := _token_for(root)):
        options["default_headers"] = {"authorization": f"Bearer {token}"}
    pause = {
        "init_backoff": timedelta(seconds=0.1),
        "max_backoff": timedelta(seconds=LONGEST_PAUSE),
    }
    retries: Any = {
        "max_retries": RETRIES,
        "retry_timeout": timedelta(seconds=PATIENCE),
        "backoff": pause | {"base": 2},
    }
    # `from_url` takes web addresses of some providers for buckets, and asks for credentials.
    make: Any = HTTPStore.from_url if is_web else from_url
    store: ObjectStore = make(root, client_options=options, retry_config=retries)
    return store


def _token_for(url: str) -> str | None:
    """Return the token of the Hugging Face Hub for its own addresses, and no others."""
    from huggingface_hub import constants, get_token

    return get_token() if url.startswith(f"{constants.ENDPOINT}/") else None


def _entry(meta: "ObjectMeta") -> Entry:
    changed = meta["last_modified"]
    version = meta["e_tag"] or ("" if changed == _NEVER else changed.isoformat())
    return Entry(meta["path"], meta["size"], version)
