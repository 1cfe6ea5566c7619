"""Engines for the tests of stages on a cluster."""

import pytest

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
