"""Have the files at hand that a function of a worker reads, and hand on those that it writes.

If all machines see the same files, there is only something to check. The files of a workspace in a
bucket are fetched into a folder of this node, and what is written there is sent to the bucket. The
folder belongs to one stage of one command, so it never contains anything old.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from workbench.cluster import node
from workbench.cluster.wire import Sent, inside
from workbench.exceptions import RemoteError, StageError
from workbench.remote import stores
from workbench.remote.addresses import Address
from workbench.storage import atomic, mirror, mirror_files

#: File beside the copy of the driver, which says which command works on it.
_DRIVER = "driver"
_FOLDER = "cluster-"


@dataclass(frozen=True)
class Place:
    """Where a workspace in a bucket is, as workers are told. It contains no secrets.

    Args:
        address: The workspace.
        token: Differs between any two stages that have ever run. Later ones have higher tokens.
    """

    address: Address
    token: str = field(default_factory=lambda: f"{time.time_ns():020}-{uuid.uuid4().hex}")

    def key(self, path: str) -> str:
        """Return the key of a file or folder of the workspace.

        Files that are no part of the workspace in the bucket are passed on below `.shards/`. A
        worker of an older stage that seemed dead cannot overwrite them.
        """
        if mirror_files.stays_here(path):
            start = f"{mirror_files.TRANSIT}/"
            path = f"{start}{self.token}/{path.removeprefix(start)}"
        return mirror_files.key_of(self.address, path)

    def path(self, key: str) -> str:
        """Undo `key`, for a file in the folder `.shards`."""
        start = mirror_files.key_of(self.address, f"{mirror_files.TRANSIT}/{self.token}/")
        return f"{mirror_files.TRANSIT}/{key.removeprefix(start)}"

    @property
    def is_of_driver(self) -> bool:
        """Whether this node sees the copy on which the driver works."""
        try:
            return self._mark.read_text(encoding="utf-8") == self.token
        except OSError:
            return False

    @property
    def root(self) -> Path:
        """The folder of the workspace on this node."""
        return mirror.folder_of(self.address).absolute() if self.is_of_driver else self.own

    @property
    def own(self) -> Path:
        """A folder of this node that belongs to the stage alone."""
        return mirror.folder_of(self.address).absolute().with_name(f"{_FOLDER}{self.token}")

    @contextmanager
    def marked(self) -> Iterator[None]:
        """Mark the copy of this machine as that of the driver."""
        atomic.write_text(self._mark, self.token)
        try:
            yield
        finally:
            self._mark.unlink(missing_ok=True)

    @property
    def _mark(self) -> Path:
        return mirror.folder_of(self.address).with_name(_DRIVER)


class NodeCopy:
    """The files of a workspace in a bucket, on this node.

    Args:
        place: The workspace.

    Attributes:
        sent: What has been sent since this object was made.
    """

    def __init__(self, place: Place) -> None:
        self._place, self._address = place, place.address
        self._is_of_driver = place.is_of_driver
        self.root = place.root
        self.sent: list[Sent] = []
        _create(place.own)
        self._locks = place.own / ".fetching"

    @contextmanager
    def at_hand(self, reads: list[Path], *, keeps: list[Path]) -> Iterator[list[Path]]:
        """See `at_hand`."""
        with _named(self._address):
            fetched = [path for path in reads if self._fetch(path)]
            for path in keeps:
                self._fetch(path)
        written: list[Path] = []
        yield written
        if not self._is_of_driver:
            with _named(self._address):
                for path in written:
                    self.sent.append(self._send(path))
                    _remove(path)
        for path in fetched:
            _remove(path)

    def _fetch(self, path: Path) -> bool:
        """Fetch a file or folder, unless it is here; return whether it was fetched."""
        name = inside(path, self.root)
        if name is None:
            _check([path])
            return False
        with self._alone(name):
            if path.exists():
                return False
            start = self._place.key(name)
            with atomic.replacing(path, writer=node.writer()) as aside:
                if stores.head(self._address.root, start) is not None:
                    stores.download(self._address.root, start, aside)
                else:
                    self._fetch_folder(start, aside)
        return True

    def _fetch_folder(self, start: str, aside: Path) -> None:
        entries = stores.entries(self._address.root, start)
        if not entries:
            msg = f"{self._address.root}/{start} is missing. The node {platform.node()} needs it."
            hint = "run the same command again, and let nobody else write to the bucket meanwhile."
            raise StageError(msg, hint=hint)
        names = [entry.key.removeprefix(f"{start}/") for entry in entries]

        def get(name: str) -> None:
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            stores.download(self._address.root, f"{start}/{name}", aside / name)

        mirror_files.at_once(get, names)

    def _send(self, path: Path) -> Sent:
        top = inside(path, self.root)
        if top is None:
            msg = f"{path} is not in the workspace {self.root}."
            raise ValueError(msg)
        if path.is_file():
            stores.write(self._address.root, self._place.key(top), path)
            return Sent(top, None)
        files = sorted(file for file in path.rglob("*") if file.is_file())
        names = [file.relative_to(path).as_posix() for file in files]

        def put(name: str) -> None:
            stores.write(self._address.root, self._place.key(f"{top}/{name}"), path / name)

        mirror_files.at_once(put, names)
        return Sent(top, names)

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Keep other processes of this node from fetching the same file meanwhile."""
        digest = hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
        self._locks.mkdir(exist_ok=True)
        with (self._locks / digest).open("w") as file:
            with suppress(OSError):  # without locks, two may fetch it, and the last one counts
                fcntl.flock(file, fcntl.LOCK_EX)
            yield


_current: ContextVar[NodeCopy | None] = ContextVar("_current", default=None)


@contextmanager
def working(place: Place | None) -> Iterator[NodeCopy | None]:
    """Work on the files of a workspace; None if all machines see the same files."""
    copy = None if place is None else NodeCopy(place)
    token = _current.set(copy)
    try:
        yield copy
    finally:
        _current.reset(token)


@contextmanager
def at_hand(
    reads: Iterable[Path], *, writes_to: Path, keeps: Iterable[Path] = ()
) -> Iterator[list[Path]]:
    """Have files at hand, and hand on what is written.

    Args:
        reads: Files and folders that this item alone reads.
        writes_to: Folder in which to write.
        keeps: Those that other items read, too, so they stay on this node.

    Yields:
        A list to which the caller adds the files and folders that it has finished.

    Raises:
        StageError: If this node lacks something that the driver has, may not write, or cannot
            reach the bucket.
    """
    copy = _current.get()
    if copy is None:
        _check({*reads, *keeps, writes_to})
        if not os.access(writes_to, os.W_OK):
            msg = f"The node {platform.node()} may not write to {writes_to}."
            raise StageError(
                msg, hint="give the workers the rights of the driver on the workspace."
            )
        yield []
        return
    writes_to.mkdir(parents=True, exist_ok=True)
    with copy.at_hand(sorted(reads), keeps=sorted(keeps)) as written:
        yield written


def probe(place: Place, version: str) -> None:
    """Check that this node can take part in the work on a workspace in a bucket.

    Raises:
        StageError: If it has another version, or cannot read and write the objects.
    """
    node.check(version)
    key = place.key(node.writer())
    with _named(place.address):
        stores.write(place.address.root, key, b"")
        stores.content(place.address.root, key)
        stores.delete(place.address.root, [key])


def remove(place: Place) -> None:
    """Remove the files that a stage has left on this node."""
    _remove(place.own)


def _check(paths: Iterable[Path]) -> None:
    for path in paths:
        if not path.exists():
            msg = f"The node {platform.node()} has no {path}, which the driver has."
            hint = "put the dumps and the workspace on a file system that all nodes share."
            raise StageError(msg, hint=hint)


def _create(folder: Path) -> None:
    """Create the folder of a stage; remove those of commands that were killed."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for other in folder.parent.glob(f"{_FOLDER}*"):
        if other.name < folder.name:
            shutil.rmtree(other, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _named(address: Address) -> Iterator[None]:
    """Say which node cannot use the bucket.

    Raises:
        StageError: In place of `RemoteError`.
    """
    try:
        yield
    except RemoteError as error:
        msg = f"The node {platform.node()} cannot use the workspace {address}: {error.problem}"
        hint = (
            f"{error.hint.rstrip('.')}. Each node takes credentials from its own environment, "
            "which is that of `ray start`."
        )
        raise StageError(msg, hint=hint) from error
