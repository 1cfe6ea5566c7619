import math
import platform
import subprocess
import sys

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


@pytest.mark.parametrize("is_of_ray", [True, False])
def test_a_worker_of_ray_has_one_thread(monkeypatch, is_of_ray):
    monkeypatch.delenv("POLARS_MAX_THREADS", raising=False)
    if is_of_ray:
        monkeypatch.setenv("RAY_RAYLET_PID", "1")
    code = "import workbench.cluster.worker, os; print(os.getenv('POLARS_MAX_THREADS'))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ("1" if is_of_ray else "None")


def test_a_node_without_memory_says_its_name():
    pytest.importorskip("daft")
    from workbench.cluster.worker import Worker

    worker = Worker(wire.dumped(_eat), node.version())
    answer = wire.loaded(worker._attempt(wire.dumped(1)))

    assert answer.result.problem == f"Memory ran out on the node {platform.node()}."


def _eat(_: int) -> None:
    raise MemoryError


def test_an_unexpected_error_says_where_it_was_raised():
    pytest.importorskip("daft")
    from workbench.cluster.worker import Worker

    worker = Worker(wire.dumped(math.sqrt), node.version())
    error = wire.loaded(worker._attempt(wire.dumped(-1.0))).result

    assert platform.node() in error.__notes__[0]
    assert "worker.py" in error.__notes__[0]


def test_an_error_that_cannot_be_sent_is_described():
    pytest.importorskip("daft")
    from workbench.cluster.worker import Worker

    worker = Worker(wire.dumped(_break), node.version())
    error = wire.loaded(worker._attempt(wire.dumped(1))).result

    assert "failed with _NeedsTwo: one and two" in error.problem
    assert "_break" in error.hint


class _NeedsTwo(Exception):  # noqa: N818 (it is no error of the workbench)
    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


def _break(_: int) -> None:
    one, two = "one", "two"
    raise _NeedsTwo(one, two)
