"""The class that each process of a worker is started with. Only imported where Daft is."""

import platform
import traceback
from pathlib import Path

import daft

from workbench.cluster import node, node_files, wire
from workbench.cluster.node_files import Place
from workbench.cluster.wire import Answer
from workbench.exceptions import StageError, WorkbenchError


class Worker:
    """Perform items one by one.

    Args:
        function: The pickled function.
        version: Version of the workbench of the driver.
        place: Where the files of the workspace are, if it is in a bucket.
    """

    def __init__(self, function: bytes, version: str, place: Place | None = None) -> None:
        self._function = function
        self._version = version
        self._place = place

    @daft.method.batch(return_dtype=daft.DataType.binary())
    def perform(self, items: daft.Series) -> list[bytes]:
        """Perform a batch of items; an exception is a result, which the driver raises."""
        return [self._attempt(item) for item in items.to_pylist()]

    def _attempt(self, item: bytes) -> bytes:
        root = None
        try:
            node.check(self._version)
            with node_files.working(self._place) as copy:
                root = copy.root if copy else None
                function, value = (wire.loaded(each, root=root) for each in (self._function, item))
                answer = Answer(function(value), copy.sent if copy else [])
                return wire.dumped(answer, root=root)
        except MemoryError:
            return wire.dumped(Answer(node.out_of_memory(), []), root=root)
        except Exception as error:
            return _failed(error, root=root)


def _failed(error: Exception, *, root: Path | None) -> bytes:
    """Return the answer for an exception; an unexpected one says where it was raised."""
    where = platform.node()
    if not isinstance(error, WorkbenchError):
        error.add_note(f"Raised on the node {where}:\n{traceback.format_exc()}")
    try:
        data = wire.dumped(Answer(error, []), root=root)
        wire.loaded(data, root=root)
    except Exception:  # it cannot be sent
        problem = f"A worker on the node {where} failed with {type(error).__name__}: {error}"
        hint = "please report it, with these lines:\n" + "".join(traceback.format_exception(error))
        return wire.dumped(Answer(StageError(problem, hint=hint), []), root=root)
    return data
