"""A child process ends when its parent is gone."""

import subprocess
import sys

import psutil

from tests.support.paths import ROOT


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
