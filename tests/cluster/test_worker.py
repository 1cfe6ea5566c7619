import math

import pytest

from tests.support import cluster

pytestmark = cluster.needs_daft


def test_a_result_and_an_exception_both_come_back():
    pytest.importorskip("daft")
    from workbench.cluster import node
    from workbench.cluster.worker import Worker, dumped, loaded

    worker = Worker(dumped(math.sqrt), node.version())

    assert loaded(worker._attempt(dumped(4.0))) == 2.0
    assert isinstance(loaded(worker._attempt(dumped(-1.0))), ValueError)
