"""Compare the files of a working folder with the objects of a bucket, and move what differs."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from workbench.exceptions import WorkspaceError
from workbench.remote import stores
from workbench.remote.addresses import Address
from workbench.storage import atomic

if TYPE_CHECKING:
    from workbench.remote.stores import Entry

#: Name of the object that stands for the lock of the workspace.
LOCK = ".lock"

#: Folders that stay on this machine: dumps, unfinished tasks, and jobs of the dashboards.
_OWN_FOLDERS = ("0_sample/", "0_uploads/", "1_tweets/staging/", "1_tweets/spool/", "jobs/")
_OWN_FILES = ("runs/progress",)

#: Folder of the objects that machines of a cluster pass to each other while a stage runs.
TRANSIT = ".shards"

#: Written last: whoever reads the bucket believes these.
RECORDS = "runs/"

#: Files that are sent or fetched at once.
_AT_ONCE = 8

#: Path -> version of its object, and size and time of the file when both were the same.
Files = dict[str, tuple[str, int, int]]


class State(msgspec.Struct):
    """What a working folder and the bucket had in common at the end of the last exchange."""

    address: str
    files: Files = {}


def local(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the files of a workspace that belong into the bucket: path -> size and time."""
    files = {}
    for root, names, leaves in os.walk(folder):
        names[:] = [name for name in names if not name.startswith(".")]
        for name in leaves:
            path = Path(root, name)
            inside = path.relative_to(folder).as_posix()
            if not stays_here(inside) and not path.is_symlink():
                status = path.stat()
                files[inside] = status.st_size, status.st_mtime_ns
    return files


def stays_here(inside: str) -> bool:
    """Return whether a file is no part of the workspace in the bucket: partial files, and locks."""
    is_hidden = any(name.startswith(".") for name in inside.split("/"))
    return is_hidden or inside.startswith(_OWN_FOLDERS) or inside in _OWN_FILES


def remote(address: Address) -> "dict[str, Entry]":
    """Return the objects of a workspace: path in it -> object; without lock and transit.

    Raises:
        RemoteError: If the bucket cannot be listed.
    """
    start = len(address.key) + 1 if address.key else 0
    entries = {entry.key[start:]: entry for entry in stores.entries(address.root, address.key)}
    return {path: entry for path, entry in entries.items() if not stays_here(path)}


def changed_here(folder: Path, state: State) -> set[str]:
    """Return the paths that were written or deleted here since the last exchange."""
    files = local(folder)
    changed = {path for path, seen in files.items() if state.files.get(path, ("",))[1:] != seen}
    return changed | (state.files.keys() - files.keys())


def changed_there(objects: "dict[str, Entry]", state: State) -> set[str]:
    """Return the paths whose objects were written or deleted since the last exchange."""
    versions = {path: entry.version for path, entry in objects.items()}
    known = {path: seen[0] for path, seen in state.files.items()}
    return {path for path in versions | known if versions.get(path) != known.get(path)}


def fetch(
    folder: Path,
    address: Address,
    *,
    paths: Iterable[str],
    objects: "dict[str, Entry]",
    state: State,
) -> None:
    """Make files what their objects are; record it in the state.

    Raises:
        RemoteError: If an object cannot be read.
    """

    def get(path: str) -> None:
        with atomic.replacing(folder / path) as partial:
            stores.download(address.root, objects[path].key, partial)
        state.files[path] = (objects[path].version, *_seen(folder / path))

    paths = sorted(paths)
    present = [path for path in paths if path in objects]
    for path in paths:
        if path not in objects or path.startswith(RECORDS):
            (folder / path).unlink(missing_ok=True)
            state.files.pop(path, None)
            # A table in parts may have become one file, which needs the place of their folder.
            with suppress(OSError):
                (folder / path).parent.rmdir()
    at_once(get, [path for path in present if not path.startswith(RECORDS)])
    at_once(get, [path for path in present if path.startswith(RECORDS)])


def send(folder: Path, address: Address, *, paths: Iterable[str], state: State) -> None:
    """Make objects what their files are: the records of runs last; record it in the state.

    Raises:
        RemoteError: If an object cannot be written or removed.
    """

    def put(path: str) -> None:
        seen = _seen(folder / path)
        version = stores.write(address.root, key_of(address, path), folder / path)
        state.files[path] = (version, *seen)

    paths = sorted(paths)
    # A table of one file may have become a folder of parts.
    present = [path for path in paths if (folder / path).is_file()]
    gone = [path for path in paths if not (folder / path).is_file()]
    at_once(put, [path for path in present if not path.startswith(RECORDS)])
    stores.delete(address.root, [key_of(address, path) for path in gone])
    for path in gone:
        state.files.pop(path, None)
    at_once(put, [path for path in present if path.startswith(RECORDS)])


def key_of(address: Address, path: str) -> str:
    """Return the key of a file of a workspace."""
    return f"{address.key}/{path}" if address.key else path


def clear_transit(address: Address) -> None:
    """Remove what machines of a cluster have passed to each other.

    Raises:
        RemoteError: If the bucket cannot be listed or written.
    """
    entries = stores.entries(address.root, key_of(address, TRANSIT))
    stores.delete(address.root, [entry.key for entry in entries])


def refuse_conflict(both: set[str], *, folder: Path, address: Address) -> None:
    """Stop if files were changed on both sides.

    Raises:
        WorkspaceError: If there are any.
    """
    if both:
        msg = (
            f"{len(both)} files, such as {min(both)}, were changed both in {address} and in the "
            f"copy of it on this machine, {folder}."
        )
        hint = (
            "to take those of the bucket, move that folder away and run the same command again; "
            "to keep your own, copy them from there afterwards."
        )
        raise WorkspaceError(msg, hint=hint)


def _seen(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def at_once(function: Callable[[str], None], paths: list[str]) -> None:
    """Call a function with each path, a few at a time."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(function, paths):
            pass
