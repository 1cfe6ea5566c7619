"""Check that one process at a time writes to a workspace, and that errors name it."""

import errno
import os
import subprocess
import sys
import threading
from contextlib import contextmanager

import msgspec
import polars as pl
import pytest

from tests.support.command_line import call
from workbench import labels, pipeline, sample
from workbench.dashboard.session import jobs
from workbench.exceptions import WorkspaceError
from workbench.ingest.build import from_archives
from workbench.recipe import Recipe
from workbench.schemas import Deletions
from workbench.storage import Workspace, lock_owner, locks, snapshots

#: Makes the system refuse locks, as some network file systems do.
NO_LOCKS = """
import errno, fcntl
def _refuse(*_):
    raise OSError(errno.ENOLCK, "No locks available")
fcntl.flock = _refuse
"""

#: Locks a workspace until a line arrives.
HOLDER = """
import sys
from workbench.storage import Workspace
with Workspace.open(sys.argv[2]).locked():
    print("locked", flush=True)
    input()
"""

#: Locks a workspace in a function of the library.
LIBRARY = """
import sys
from workbench import pipeline
from workbench.recipe import Recipe
from workbench.storage import Workspace
def wait(done, total):
    print("locked", flush=True)
    input()
workspace = Workspace.open(sys.argv[2])
pipeline.run_stage(workspace, Recipe(), "threads", on_progress=wait)
"""


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "ws")


@contextmanager
def _held(workspace, script=HOLDER):
    """Another process that holds the lock."""
    words = [sys.executable, "-c", script, "run", str(workspace.root)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "locked\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def _no_locks(monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)


def _rewrite(path, **changes):
    """Change the record in a lock file."""
    owner = msgspec.structs.replace(lock_owner.read(path), **changes)
    path.write_text(lock_owner.encode(owner))


def test_the_error_says_who_since_when_and_on_which_machine(workspace):
    with (
        _held(workspace) as process,
        pytest.raises(WorkspaceError) as refused,
        workspace.locked(),
    ):
        pass
    owner = lock_owner.this_process()
    text = f"`-c run` of {owner.user} (process {process.pid} on {owner.machine}), since 20"
    assert refused.value.problem.startswith(f"The workspace {workspace.root} is in use: {text}")
    assert " UTC, 0 min ago." in refused.value.problem


def test_a_thread_may_lock_twice_and_another_thread_may_not(workspace):
    problems = []

    def write():
        try:
            workspace.write("deletions", Deletions.create_empty())
        except WorkspaceError as error:
            problems.append(error.problem)

    with workspace.locked(), workspace.locked():
        workspace.write("deletions", Deletions.create_empty())
        other = threading.Thread(target=write)
        other.start()
        other.join()
    assert "is in use" in problems[0]
    write()
    assert len(problems) == 1


@pytest.mark.parametrize("script", [HOLDER, NO_LOCKS + HOLDER], ids=["locks", "no locks"])
def test_the_lock_of_a_killed_process_is_taken_over(workspace, script, monkeypatch):
    if "ENOLCK" in script:
        _no_locks(monkeypatch)
    with _held(workspace, script) as process:
        assert workspace.lock_owner().pid == process.pid
        with pytest.raises(WorkspaceError, match=f"process {process.pid} "), workspace.locked():
            pass
        process.kill()
        process.wait()
        assert workspace.lock_owner() is None
        with workspace.locked():
            assert workspace.lock_owner().pid == os.getpid()
    assert workspace.lock_owner() is None
    assert not (workspace.root / ".lock-owner").exists()


def test_the_lock_of_a_machine_that_was_restarted_is_taken_over(workspace, monkeypatch):
    _no_locks(monkeypatch)
    path = workspace.root / ".lock-owner"
    kernel, _, space = lock_owner.this_process().boot.partition("/")
    with workspace.locked():
        text = path.read_text()
    path.write_text(text)
    _rewrite(path, boot=f"before-{kernel}/{space}")
    assert workspace.lock_owner() is None
    with workspace.locked():
        assert workspace.lock_owner().pid == os.getpid()


def test_without_locks_the_lock_of_another_machine_stays_and_the_hint_says_what_to_do(
    workspace, monkeypatch
):
    _no_locks(monkeypatch)
    path = workspace.root / ".lock-owner"
    with workspace.locked():
        text = path.read_text()
    path.write_text(text)
    _rewrite(path, machine="atlas", boot="other/pid")
    assert workspace.lock_owner().machine == "atlas"
    with pytest.raises(WorkspaceError) as refused, workspace.locked():
        pass
    assert " on atlas), since " in refused.value.problem
    assert refused.value.hint.endswith(f"delete {path}.")
    path.unlink()
    with workspace.locked():
        pass


def test_with_locks_the_record_of_another_machine_does_not_count(workspace):
    with workspace.locked():
        pass
    path = workspace.root / ".lock"
    path.write_text(lock_owner.encode(lock_owner.this_process()))
    _rewrite(path, machine="atlas", boot="other/pid")
    assert workspace.lock_owner() is None
    with workspace.locked():
        assert workspace.lock_owner().pid == os.getpid()


def test_a_file_system_without_links_is_enough(workspace, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    _no_locks(monkeypatch)
    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)
    with workspace.locked():
        assert workspace.lock_owner().pid == os.getpid()
        assert not locks._create(workspace.root / ".lock-owner")
    assert sorted(path.name for path in workspace.root.iterdir()) == [".lock", "workspace.json"]


def test_of_many_processes_without_locks_one_at_a_time_takes_over(workspace, tmp_path):
    script = (
        NO_LOCKS
        + """
import os, sys, time
from pathlib import Path
from workbench.exceptions import WorkspaceError
from workbench.storage import Workspace
inside = Path(sys.argv[2]) / "inside"
print("ready", flush=True)
input()
done = 0
while done < 5:
    try:
        with Workspace.open(sys.argv[2]).locked():
            inside.mkdir()
            time.sleep(0.01)
            inside.rmdir()
            done += 1
    except WorkspaceError:
        pass
"""
    )
    words = [sys.executable, "-c", script, "run", str(workspace.root)]
    with _held(workspace, NO_LOCKS + HOLDER) as dead:
        dead.kill()
        dead.wait()
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        processes = [subprocess.Popen(words, **pipes, text=True) for _ in range(3)]
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.stdin.write("\n")
            process.stdin.flush()
        results = [process.communicate(timeout=120) for process in processes]
    assert [stderr for _, stderr in results] == ["", "", ""]
    assert [process.returncode for process in processes] == [0, 0, 0]


@pytest.fixture
def ingested(folder):
    sample.write(folder / "a.tar", lines=1000)
    assert call("ingest", "a.tar", "-q")[0] == 0
    return Workspace.open("workspace")


@pytest.mark.parametrize("script", [HOLDER, LIBRARY], ids=["a run", "the library"])
@pytest.mark.parametrize("command", [("run",), ("ingest", "a.tar"), ("export", "x")], ids=" ".join)
def test_a_run_is_refused_beside_another_process(ingested, script, command):
    with _held(ingested, script) as process:
        code, output = call(*command)
    assert code == 1
    assert f"process {process.pid} " in output
    assert "Hint: wait until it is done, or stop it." in output


def _calls():
    recipe = Recipe.from_toml('[embed]\nmodel = "hashing"')
    return {
        "from_archives": lambda ws: from_archives(["a.tar"], workspace=ws),
        "ingest": lambda ws: pipeline.ingest(ws, recipe, paths=["a.tar"]),
        "bring_up_to_date": lambda ws: pipeline.bring_up_to_date(ws, recipe),
        "run_stage": lambda ws: pipeline.run_stage(ws, recipe, "threads"),
        "delete": lambda ws: pipeline.delete(ws, [1]),
        "write": lambda ws: ws.write("deletions", Deletions.create_empty()),
    }


@pytest.mark.parametrize("name", _calls())
def test_the_library_is_refused_beside_a_run_and_leaves_its_records(ingested, name):
    before = ingested.last_run("ingest")
    with _held(ingested) as process, pytest.raises(WorkspaceError, match=f" {process.pid} "):
        _calls()[name](ingested)
    assert ingested.last_run("ingest") == before


def test_the_job_of_a_dashboard_is_refused_beside_a_run_and_its_log_names_the_run(ingested):
    with _held(ingested) as process:
        job = jobs.start(ingested, ["run"], title="everything")
        while job.is_running:
            job = jobs.last(ingested)
    assert job.status == "failed"
    assert f"process {process.pid} " in job.log()


#: A dashboard that starts a job, says how it ended, and waits.
DASHBOARD = """
import sys
from workbench.dashboard.session import jobs
from workbench.exceptions import WorkspaceError
from workbench.storage import Workspace
try:
    jobs.start(Workspace.open(sys.argv[2]), ["run"], title="everything")
    print("started", flush=True)
except WorkspaceError as error:
    print(error.problem, flush=True)
"""


def test_of_two_dashboards_one_starts_a_job(ingested):
    words = [sys.executable, "-c", DASHBOARD, "apps", str(ingested.root)]
    dashboards = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = sorted(each.communicate(timeout=60)[0].strip() for each in dashboards)
    assert answers[1] == "started"
    assert answers[0] == f"A job is already running on the workspace {ingested.root}."
    jobs.stop(ingested)


def test_labels_can_be_set_while_a_run_writes(ingested):
    rows = pl.DataFrame({"tweet_id": [5], "label": ["fits"], "text": ["why?"]})
    with _held(ingested):
        assert labels.add(ingested, rows, labeller="ann") == 1


def test_readers_see_whole_tables_while_they_are_replaced(workspace):
    script = """
import sys
import polars as pl
from workbench.storage import Workspace, atomic
workspace = Workspace.open(sys.argv[2])
frames = [pl.DataFrame({"tweet_id": range(n), "had_row": [True] * n}) for n in (3_000, 10, 40_000)]
for frame in frames * 400:
    workspace.write("deletions", frame)
    with workspace.locked(), atomic.replacing(workspace.path("tweets")) as aside:
        aside.mkdir()
        half = frame.height // 2
        frame.head(half).write_parquet(aside / "part-0.parquet")
        frame.tail(half).write_parquet(aside / "part-1.parquet")
    if frame is frames[0]:
        print("written", flush=True)
"""
    words = [sys.executable, "-c", script, "run", str(workspace.root)]
    sizes = set()
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "written\n"
        for _ in range(60):
            for table in ("deletions", "tweets"):
                path = workspace.path(table)
                frame = snapshots.scan(path)
                sizes.add(frame.select("tweet_id").collect().height)
        writer.kill()
    assert sizes <= {3_000, 10, 40_000}
