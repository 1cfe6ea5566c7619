"""Work on a workspace in a bucket: in a folder of this machine that mirrors it.

The stages read and write files, so a workspace in a bucket is worked on in a copy, in the user's
cache folder. `attach` brings the copy up to date. `Workspace.locked` takes the `Lease` of the
bucket, and each finished stage sends what it has changed. The copy keeps everything: if the bucket
cannot be reached, nothing is lost, and the next command sends it.
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import platformdirs

from workbench.exceptions import RemoteError, WorkspaceError
from workbench.remote import addresses, stores
from workbench.remote.addresses import Address
from workbench.storage import atomic, lock_owner, locks, mirror_files, paths
from workbench.storage.lock_owner import LockOwner
from workbench.storage.mirror_files import LOCK, State

#: A copy is the folder `workspace` beside this file.
_STATE = "mirror.json"
_FOLDER = "workspace"

#: A folder or bucket with this file is a workspace.
_FORMAT = "workspace.json"

#: Times that a bucket is listed again because it has changed while it was read.
_TRIES = 3

_log = logging.getLogger(__name__)

#: Folder -> the lease of this process.
_leases: dict[Path, "Lease"] = {}


def folder_of(address: Address) -> Path:
    """Return the folder of the copy of a workspace, which may not exist yet."""
    address = Address(address.scheme, address.place, address.key.strip("/"))
    name = os.environ.get("WORKBENCH_CACHE", "").strip()
    cache = platformdirs.user_cache_path("thread-workbench", appauthor=False)
    cache = paths.path_of(name) if name not in {"", "off"} else cache
    digest = hashlib.sha256(_text(address).encode()).hexdigest()[:16]
    return cache / "workspaces" / digest / _FOLDER


def address_of(folder: Path) -> Address | None:
    """Return the address of the workspace that a folder is a copy of; None if it is none."""
    state = _read(folder)
    return _bucket(state.address) if state else None


def attach(text: str | Path) -> Path:
    """Bring the copy of a workspace in a bucket up to date, and return its folder.

    The folder is empty if there is no workspace yet. While somebody writes to the bucket, the copy
    stays as it is, so that nobody sees half of a table.

    Raises:
        RemoteError: If the bucket cannot be read.
        WorkspaceError: If the address is no bucket, somebody else writes to it and there is no
            copy, or both the bucket and the copy have changed.
    """
    address = _bucket(text)
    folder = folder_of(address)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _read(folder) is None:
        _write(folder, State(_text(address)))
    owner = _owner(address)
    is_new = not (folder / _FORMAT).exists()
    if owner is not None and not _has_ended(owner):
        who = lock_owner.describe(owner)
        if is_new:
            msg = f"Somebody is writing to {_text(address)}: {who}."
            raise WorkspaceError(msg, hint=_hint(address))
        if owner.pid != os.getpid():
            _log.warning("%s is being written: %s. The last copy is used.", _text(address), who)
        return folder
    format_key = mirror_files.key_of(address, _FORMAT)
    if is_new and stores.head(address.root, format_key) is None:
        _refuse_other_objects(address)
        return folder
    with ExitStack() as stack:
        try:
            is_free = stack.enter_context(locks.exclusive(folder / LOCK, what=_text(address)))
        except WorkspaceError:
            is_free = False  # another process of this machine works on the copy: it is the newest
        if is_free:
            _pull(folder, address)
    return folder


def _refuse_other_objects(address: Address) -> None:
    """Stop before a folder of somebody's objects becomes a workspace.

    Raises:
        WorkspaceError: If there are any.
    """
    ours = [mirror_files.key_of(address, name) for name in (LOCK, f"{mirror_files.TRANSIT}/")]
    if stores.has_objects(address.root, address.key, besides=ours):
        msg = f"{_text(address)} contains other objects and is not a workspace."
        raise WorkspaceError(msg, hint="name a new or empty folder of the bucket.")


def _pull(folder: Path, address: Address) -> None:
    """Fetch what has changed in the bucket, until nothing changes meanwhile."""
    for _ in range(_TRIES):
        state = _read(folder) or State(_text(address))
        objects = mirror_files.remote(address)
        there = mirror_files.changed_there(objects, state)
        if not there:
            return
        if state.files and _FORMAT not in objects:
            msg = f"{_text(address)} no longer contains a workspace. There is a copy in {folder}."
            hint = "check the address. To start a new workspace there, move the copy away first."
            raise WorkspaceError(msg, hint=hint)
        both = there & mirror_files.changed_here(folder, state)
        mirror_files.refuse_conflict(both, folder=folder, address=address)
        try:
            mirror_files.fetch(folder, address, paths=there, objects=objects, state=state)
        finally:
            _write(folder, state)


class Lease:
    """The right of this process to write to a workspace in a bucket.

    Args:
        folder: The copy.
        address: The workspace in the bucket.
    """

    def __init__(self, folder: Path, address: Address) -> None:
        self._folder = folder
        self._address = address
        self._key = mirror_files.key_of(address, LOCK)
        self._text = lock_owner.encode(lock_owner.this_process())

    def take(self) -> None:
        """Write the object that stands for the lock, and fetch what others have changed.

        Raises:
            RemoteError: If the bucket cannot be written.
            WorkspaceError: If somebody else writes to it.
        """
        try:
            stores.write(self._address.root, self._key, self._text.encode(), is_new=True)
        except FileExistsError:
            owner = _owner(self._address)
            if owner is None or not _has_ended(owner):
                who = lock_owner.describe(owner) if owner else "an unknown program"
                msg = f"The workspace {_text(self._address)} is in use: {who}."
                raise WorkspaceError(msg, hint=_hint(self._address)) from None
            stores.delete(self._address.root, [self._key])
            self.take()
            return
        try:
            # A command that was killed on a cluster leaves texts of tweets there.
            mirror_files.clear_transit(self._address)
            _pull(self._folder, self._address)
        except BaseException:
            self.release()
            raise

    def forget(self, path: str) -> None:
        """Remove the record of a stage before its tables change, also for those who read now.

        Raises:
            RemoteError: If it cannot be removed.
        """
        stores.delete(self._address.root, [mirror_files.key_of(self._address, path)])
        state = _read(self._folder) or State(_text(self._address))
        state.files.pop(path, None)
        _write(self._folder, state)

    def push(self) -> None:
        """Send everything that has changed in the copy, the records of runs last.

        Raises:
            WorkspaceError: If it cannot be sent. The copy still contains everything.
        """
        state = _read(self._folder) or State(_text(self._address))
        changed = mirror_files.changed_here(self._folder, state)
        if not changed:
            return
        try:
            self._check()
            mirror_files.send(self._folder, self._address, paths=changed, state=state)
        except RemoteError as error:
            msg = (
                f"The result could not be written to {_text(self._address)}. {error.problem} "
                f"Everything is in {self._folder}."
            )
            hint = f"{error.hint.rstrip('.')}; the same command sends it, and repeats no stage."
            raise WorkspaceError(msg, hint=hint) from error
        finally:
            _write(self._folder, state)

    def _check(self) -> None:
        """Stop if somebody has taken the lock away."""
        data = stores.content(self._address.root, self._key)
        if data != self._text.encode():
            msg = f"Somebody has removed the lock of {_text(self._address)} in the meantime."
            hint = f"make sure that nobody else writes to it. Everything is in {self._folder}."
            raise WorkspaceError(msg, hint=hint)

    def release(self) -> None:
        """Remove the object that stands for the lock."""
        try:
            if stores.content(self._address.root, self._key) == self._text.encode():
                stores.delete(self._address.root, [self._key])
        except RemoteError as error:
            _log.warning("The lock of %s remains: %s", _text(self._address), error.problem)


@contextmanager
def leased(folder: Path) -> Iterator[None]:
    """Hold the lease of a copy, and send its changes at the end; do nothing for other folders.

    The caller holds the lock of the folder. If an error occurs, what has changed is sent next time.

    Raises:
        RemoteError: If the bucket cannot be written.
        WorkspaceError: If somebody else writes to it, or the changes cannot be sent.
    """
    address = address_of(folder)
    if address is None or folder in _leases:
        yield
        return
    lease = Lease(folder, address)
    lease.take()
    _leases[folder] = lease
    try:
        yield
        lease.push()
    finally:
        del _leases[folder]
        lease.release()


def lease_of(folder: Path) -> Lease | None:
    """Return the lease that this process holds of a copy; None for other folders."""
    return _leases.get(folder)


def is_behind(folder: Path) -> bool:
    """Return whether a folder is a copy with changes that the bucket lacks."""
    state = _read(folder)
    return state is not None and bool(mirror_files.changed_here(folder, state))


def _bucket(text: str | Path) -> Address:
    address = addresses.parse(text)
    if address.scheme not in addresses.BUCKETS:
        msg = f"A workspace cannot be in {address}."
        raise WorkspaceError(msg, hint="name a folder, or a place in a bucket: s3://bucket/july.")
    return Address(address.scheme, address.place, address.key.strip("/"))


def _text(address: Address) -> str:
    return f"{address.root}/{address.key}"


def _owner(address: Address) -> LockOwner | None:
    data = stores.content(address.root, mirror_files.key_of(address, LOCK))
    try:
        return msgspec.json.decode(data, type=LockOwner) if data is not None else None
    except msgspec.DecodeError:
        return LockOwner(0, 0.0, 0.0, "an unknown program")


def _has_ended(owner: LockOwner) -> bool:
    return lock_owner.is_alive(owner) is False


def _hint(address: Address) -> str:
    lock = f"{address.root}/{mirror_files.key_of(address, LOCK)}"
    return f"wait until it is done. If that program is no longer running, delete {lock}."


def _read(folder: Path) -> State | None:
    if folder.name != _FOLDER:
        return None
    try:
        return msgspec.json.decode(folder.with_name(_STATE).read_bytes(), type=State)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None


def _write(folder: Path, state: State) -> None:
    atomic.write_text(folder.with_name(_STATE), msgspec.json.encode(state).decode())
