"""The class that each process of a worker is started with. Only imported where Daft is."""

import pickle
from typing import Any

import daft

from workbench.cluster import node


class Worker:
    """Perform items one by one.

    Args:
        function: The pickled function.
        version: Version of the workbench of the driver.
    """

    def __init__(self, function: bytes, version: str) -> None:
        self._function = function
        self._version = version

    @daft.method.batch(return_dtype=daft.DataType.binary())
    def perform(self, items: daft.Series) -> list[bytes]:
        """Perform a batch of items; an exception is a result, which the driver raises."""
        return [self._attempt(item) for item in items.to_pylist()]

    def _attempt(self, item: bytes) -> bytes:
        try:
            node.check(self._version)
            return dumped(loaded(self._function)(loaded(item)))
        except Exception as error:
            return dumped(error)


def dumped(value: object) -> bytes:
    """Pickle a function, an item or a result."""
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


def loaded(data: bytes) -> Any:  # noqa: ANN401
    """Undo `dumped`, for what the driver and its own workers have sent to each other."""
    return pickle.loads(data)
