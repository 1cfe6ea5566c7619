"""Child processes end with their parent, and a killed one ends the run."""

import itertools
import os

import psutil
import pytest

from workbench.archives.member import Member
from workbench.exceptions import StageError
from workbench.ingest import tasks, workers
from workbench.recipe import IngestSettings


def children() -> set[psutil.Process]:
    return set(psutil.Process().children())


@pytest.fixture
def others() -> set[psutil.Process]:
    """Child processes that other tests left to this process, such as a resource tracker."""
    return children()


def test_run_ends_when_one_of_its_processes_is_killed(tmp_path, others):
    def members():
        for number in itertools.count():
            if number == 12:
                (children() - others).pop().kill()
            yield Member("a", str(number), tasks.TASK_BYTES, data=b"x" * 100_000)

    made = tasks.group(members(), folder=tmp_path, settings=IngestSettings())
    with pytest.raises(StageError, match=r"One of 2 processes(.|\n)*continue(.|\n)*`--workers`"):
        list(workers.run(made, workers=2))
    assert children() <= others


def test_run_raises_what_a_task_raises_in_its_process(tmp_path, others):
    member = Member("a", "0", 1, data=b"x")
    task = tasks.Task((member,), tmp_path / "file" / "folder", IngestSettings())
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        list(workers.run([task], workers=2))
    assert children() <= others


def test_run_leaves_the_environment_alone_and_limits_the_threads_of_its_processes(
    tmp_path, others, monkeypatch
):
    monkeypatch.delenv("POLARS_MAX_THREADS", raising=False)
    before = dict(os.environ)
    environments = []

    def waiting():
        yield from tasks.group(
            [Member("a", "0", 1, data=b"x")], folder=tmp_path, settings=IngestSettings()
        )
        environments.append((children() - others).pop().environ()["POLARS_MAX_THREADS"])
        assert dict(os.environ) == before

    assert [len(result.read) for result in workers.run(waiting(), workers=2)] == [1]
    assert environments == ["1"]
