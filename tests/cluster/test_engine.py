import math
import operator
import os
import sys
import tomllib

import pytest

import workbench as wb
from tests.support import cluster
from tests.support.command_line import FAST_RECIPE
from workbench.cluster import engine
from workbench.cluster.engine import Engine
from workbench.exceptions import StageError

pytestmark = cluster.needs_daft


@pytest.mark.parametrize("in_threads", [False, True])
def test_results_are_those_of_calls_in_this_process(in_threads):
    results = Engine(workers=2).spread(math.factorial, range(5), in_threads=in_threads)

    assert sorted(results) == [1, 1, 2, 6, 24]


@pytest.mark.parametrize("in_threads", [False, True])
def test_an_exception_of_the_function_is_raised_here(in_threads):
    with pytest.raises(ValueError, match="math domain error"):
        list(Engine(workers=1).spread(math.sqrt, [-1.0], in_threads=in_threads))


def test_threads_are_of_this_process():
    assert list(Engine(workers=1).spread(operator.call, [os.getpid], in_threads=True)) == [
        os.getpid()
    ]
    assert list(Engine(workers=1).spread(operator.call, [os.getpid])) != [os.getpid()]


def test_a_killed_worker_is_told_with_what_to_do():
    with pytest.raises(StageError, match="was killed") as error:
        list(Engine(workers=1).spread(os._exit, [1]))

    assert "run the same command again" in error.value.hint


def test_a_worker_of_another_version_refuses(monkeypatch):
    monkeypatch.setattr(engine.node, "version", lambda: "0.0.9")

    with pytest.raises(StageError, match=r"the driver has 0\.0\.9"):
        list(Engine(workers=1).spread(math.factorial, [3]))


@pytest.mark.skipif(sys.platform != "linux", reason="reads the environment of a process")
def test_every_process_has_one_thread():
    assert list(Engine(workers=1).spread(os.getenv, ["POLARS_MAX_THREADS"])) == ["1"]
    assert "POLARS_MAX_THREADS" not in os.environ


def test_an_engine_has_a_name():
    assert engine.named("local") is None
    assert engine.named("ray", workers=3) == Engine(engine.EngineName.RAY, workers=3)


def test_notebooks_choose_an_engine_by_its_name(dumps, tmp_path):
    recipe = wb.Recipe.model_validate(tomllib.loads(FAST_RECIPE))
    local, daft = (
        wb.run(*dumps, workspace=tmp_path / name, recipe=recipe, engine=name, workers=2)
        for name in ("local", "daft")
    )

    cluster.assert_same_tables(local, daft)


def test_an_unknown_engine_is_named_with_those_there_are():
    with pytest.raises(StageError, match="no engine called 'spark'") as error:
        engine.named("spark")

    assert "local, daft, ray" in error.value.hint
