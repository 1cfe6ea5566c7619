"""The class that each process of a worker is started with. Only imported where Daft is."""

import daft

from workbench.cluster import node, node_files, wire
from workbench.cluster.node_files import Place
from workbench.cluster.wire import Answer


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
            return wire.dumped(Answer(error, []), root=root)
