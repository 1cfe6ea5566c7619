"""Engines for the tests of stages on a cluster."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import pytest

from workbench.cluster import node, wire
from workbench.cluster.engine import Engine, EngineName
from workbench.exceptions import StageError


@pytest.fixture(name="engine", params=["daft"])
def engine_fixture(request):
    """Each engine, with two workers."""
    return Engine(EngineName(request.param), workers=2)


class InThisProcess:
    """An engine that performs the items in this process.

    Args:
        dies_after: Items after which a worker is lost; by default none is.
    """

    def __init__(self, *, dies_after: int | None = None) -> None:
        self.dies_after = dies_after
        self.performed = 0

    exchange = None

    def share(self, paths):
        """Do nothing: this process sees its own files."""

    def spread(self, function, items, *, on_gpus=False):
        """Yield the result of each item."""
        for item in items:
            if self.performed == self.dies_after:
                msg = "A worker was killed."
                raise StageError(msg, hint="run the same command again to continue.")
            self.performed += 1
            yield function(item)


@dataclass(frozen=True)
class OtherMachine(Engine):
    """An engine whose only node is another machine: it sees no file of this one, and only a bucket.

    Args:
        cache: The cache folder of that machine.
        calls: The functions that were called on every node.
        items: Those that were performed.
    """

    name: EngineName = EngineName.RAY
    cache: Path = Path("cache")
    calls: list = field(default_factory=list)
    items: list = field(default_factory=list)

    def start(self):
        """Do nothing: the machine is always there."""

    def on_every_node(self, function, *args):
        """Call a function there."""
        self.calls.append(function)
        with self._there():
            function(*args)

    def spread(self, function, items, *, on_gpus=False, in_threads=False):
        """Yield the result of each item, as `Engine` does."""
        from workbench.cluster.worker import Worker

        root = self.exchange.root
        worker = Worker(wire.dumped(function, root=root), node.version(), self.exchange.place)
        for item in items:
            self.items.append(item)
            with self._there():
                data = worker._attempt(wire.dumped(item, root=root))
            yield self._received(data)

    def _there(self):
        return mock.patch.dict(os.environ, {"WORKBENCH_CACHE": str(self.cache)})
