"""Child processes end with their parent, and a killed one ends the run."""

import itertools
import os
import subprocess
import sys

import psutil
import pytest

from tests.support.paths import ROOT
from workbench.archives.member import Member
from workbench.exceptions import StageError
from workbench.ingest import tasks, workers
from workbench.recipe import IngestSettings


def test_processes_end_when_the_parent_is_killed(tmp_path):
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from workbench.archives.member import Member\n"
        "from workbench.ingest import tasks, workers\n"
        "from workbench.recipe import IngestSettings\n"
        "def members():\n"
        "    yield Member('a', '0', tasks.TASK_BYTES, data=b'x')\n"
        "    print('begun', flush=True)\n"
        "    time.sleep(600)\n"
        "made = tasks.group(members(), folder=Path(sys.argv[1]), settings=IngestSettings())\n"
        "list(workers.run(made, workers=2))\n"
    )
    command = [sys.executable, "-c", code, tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"begun\n"
        children = psutil.Process(parent.pid).children()
        assert len(children) == 2
        parent.kill()
    _, alive = psutil.wait_procs(children, timeout=30)
    assert all(child.status() == psutil.STATUS_ZOMBIE for child in alive)


def test_run_ends_when_one_of_its_processes_is_killed(tmp_path):
    def members():
        for number in itertools.count():
            if number == 12:
                psutil.Process().children()[0].kill()
            yield Member("a", str(number), tasks.TASK_BYTES, data=b"x" * 100_000)

    made = tasks.group(members(), folder=tmp_path, settings=IngestSettings())
    with pytest.raises(StageError, match=r"One of 2 processes(.|\n)*continue(.|\n)*`--workers`"):
        list(workers.run(made, workers=2))
    assert psutil.Process().children() == []


def test_run_raises_what_a_task_raises_in_its_process(tmp_path):
    member = Member("a", "0", 1, data=b"x")
    task = tasks.Task((member,), tmp_path / "file" / "folder", IngestSettings())
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        list(workers.run([task], workers=2))
    assert psutil.Process().children() == []


def test_run_leaves_the_environment_alone_and_limits_the_threads_of_its_processes(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("POLARS_MAX_THREADS", raising=False)
    before = dict(os.environ)
    environments = []

    def waiting():
        yield from tasks.group(
            [Member("a", "0", 1, data=b"x")], folder=tmp_path, settings=IngestSettings()
        )
        environments.append(psutil.Process().children()[0].environ()["POLARS_MAX_THREADS"])
        assert dict(os.environ) == before

    assert [result.read for result in workers.run(waiting(), workers=2)] == [1]
    assert environments == ["1"]
