"""Pass files between the driver and its workers, if they work on a workspace in a bucket.

The driver works on a copy, see `storage.mirror`, and so does each node, see `node_files`. What they
pass to each other are objects below `.shards/` of the workspace. They are removed when a stage has
ended, also if it has failed, and by the next command if this one was killed.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cluster import node, node_files
from workbench.cluster.engine import Engine, EngineName
from workbench.cluster.node_files import Place
from workbench.cluster.wire import Sent, inside
from workbench.exceptions import RemoteError, StageError
from workbench.remote import stores
from workbench.storage import Workspace, atomic, mirror, mirror_files
from workbench.storage.mirror import Lease

if TYPE_CHECKING:
    from daft.io import IOConfig

#: Buckets that Daft reads and writes with the settings by which the workbench does.
_SCHEME = "s3"

_log = logging.getLogger(__name__)


class Exchange:
    """The objects of one stage.

    Args:
        root: The copy of the driver.
        place: What the workers are told.
        lease: The right to write to the bucket.
    """

    def __init__(self, root: Path, *, place: Place, lease: Lease) -> None:
        self.root = root
        self.place = place
        self._lease = lease
        #: Files that stay on this machine, and were sent.
        self._there: set[str] = set()

    def share(self, paths: Iterable[Path]) -> None:
        """Send what workers are going to read, unless it is in the bucket; ignore other folders.

        Raises:
            RemoteError: If it cannot be sent.
            WorkspaceError: If a table cannot be sent, or somebody has taken the lock away.
        """
        names = {name for path in paths if (name := inside(path, self.root)) is not None}
        steps = {name for name in names if mirror_files.stays_here(name)}
        if names - steps:
            self._lease.push()
        mirror_files.at_once(self._put, sorted(steps - self._there))

    def _put(self, name: str) -> None:
        stores.write(self.place.address.root, self.place.key(name), self.root / name)
        self._there.add(name)

    def take(self, sent: Iterable[Sent]) -> None:
        """Fetch what a worker has sent.

        Raises:
            RemoteError: If it cannot be fetched.
        """
        for each in sent:
            with atomic.replacing(self.root / each.path) as aside:
                if each.files is None:
                    self._get(each.path, aside)
                else:
                    aside.mkdir()
                    mirror_files.at_once(partial(self._get_of, each.path, aside), each.files)

    def _get_of(self, folder: str, aside: Path, name: str) -> None:
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        self._get(f"{folder}/{name}", aside / name)

    def _get(self, name: str, target: Path) -> None:
        stores.download(self.place.address.root, self.place.key(name), target)
        self._there.add(name)

    def url(self, path: Path) -> str:
        """Return the address of a file or folder for Daft.

        Raises:
            ValueError: If it is not in the workspace.
        """
        name = inside(path, self.root)
        if name is None:
            msg = f"{path} is not in the workspace {self.root}."
            raise ValueError(msg)
        return f"{self.place.address.root}/{self.place.key(name)}"

    def written(self, url: str) -> Path:
        """Undo `url` for a file that Daft has written, which leaves out the scheme."""
        address = self.place.address
        key = url.removeprefix(f"{address.scheme}://").removeprefix(f"{address.place}/")
        name = self.place.path(key)
        self._there.add(name)
        return self.root / name

    @property
    def io_config(self) -> "IOConfig":
        """Say to Daft where the bucket is. Each node takes credentials from its environment."""
        from daft.io import IOConfig, S3Config

        endpoint = stores.endpoint()
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        uses_ssl = endpoint is None or not endpoint.startswith("http://")
        return IOConfig(s3=S3Config(endpoint_url=endpoint, region_name=region, use_ssl=uses_ssl))


@contextmanager
def opened(workspace: Workspace, engine: Engine) -> Iterator[Engine]:
    """Yield an engine whose workers get the files of a workspace in a bucket.

    It is the engine itself if all machines see the same files: the workspace is in a folder, or the
    engine is on this machine.

    Args:
        workspace: The workspace.
        engine: Where a stage is going to run.

    Raises:
        StageError: If a node cannot read and write the objects, or the engine cannot work there.
    """
    is_remote = engine.name == EngineName.RAY and engine.exchange is None
    address = mirror.address_of(workspace.root) if is_remote else None
    if address is None:
        yield engine
        return
    if address.scheme != _SCHEME:
        msg = f"The engine `{engine.name}` works on workspaces in s3:// buckets, not in {address}."
        raise StageError(
            msg, hint="use `--engine daft` or `local`, or a folder that all nodes see."
        )
    engine.start()
    place = Place(address)
    with workspace.locked(), place.marked():
        lease = mirror.lease_of(workspace.root)
        assert lease is not None
        try:
            engine.on_every_node(node_files.probe, place, node.version())
            exchange = Exchange(workspace.root.absolute(), place=place, lease=lease)
            yield replace(engine, exchange=exchange)
        finally:
            _clear(engine, place)


def _clear(engine: Engine, place: Place) -> None:
    """Remove what the stage has left in the bucket and on the nodes."""
    try:
        mirror_files.clear_transit(place.address)
    except RemoteError as error:
        _log.warning("Steps remain in %s until the next command: %s", place.address, error.problem)
    try:
        engine.on_every_node(node_files.remove, place)
    except Exception:  # nothing may hide why the stage has failed
        _log.debug("A node may still have files of %s.", place.address, exc_info=True)
