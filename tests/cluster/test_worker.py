import math
import platform

import pytest

from tests.support import cluster
from workbench.cluster import node, wire

pytestmark = cluster.needs_daft


def test_a_result_and_an_exception_both_come_back():
    pytest.importorskip("daft")
    from workbench.cluster.worker import Worker

    worker = Worker(wire.dumped(math.sqrt), node.version())
    answers = [wire.loaded(worker._attempt(wire.dumped(each))) for each in (4.0, -1.0)]

    assert answers[0] == (2.0, [])
    assert isinstance(answers[1].result, ValueError)


def test_a_node_without_memory_says_its_name():
    pytest.importorskip("daft")
    from workbench.cluster.worker import Worker

    worker = Worker(wire.dumped(_eat), node.version())
    answer = wire.loaded(worker._attempt(wire.dumped(1)))

    assert answer.result.problem == f"Memory ran out on the node {platform.node()}."


def _eat(_: int) -> None:
    raise MemoryError
