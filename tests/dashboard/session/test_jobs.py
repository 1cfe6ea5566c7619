"""Jobs outlive the page, can be found and stopped, and are not confused with dead ones."""

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
import time

import msgspec
import psutil
import pytest

from tests.support.command_line import FAST_RECIPE
from tests.support.jobs import PROGRAM, begun, ended, until
from workbench import pipeline, progress, sample
from workbench.dashboard.components import job_status
from workbench.dashboard.session import jobs
from workbench.exceptions import WorkspaceError
from workbench.recipe import Recipe
from workbench.storage import Workspace


def processes_of(job):
    pids = []
    for process in psutil.process_iter(["status"]):
        try:
            if os.getpgid(process.pid) == job.record.pid:
                pids += [process.pid] if process.info["status"] != "zombie" else []
        except ProcessLookupError:
            continue
    return pids


def test_last_is_none_before_the_first_job(workspace):
    assert jobs.last(workspace) is None
    jobs.stop(workspace)


def test_start_runs_the_command_on_the_workspace(workspace):
    jobs.start(workspace, ["score"], title="Scoring")
    job = ended(workspace)
    assert (job.status, job.exit_code) == ("done", 0)
    assert job.log() == f"did score -w {workspace.root}\n"
    assert job.record.started_at <= job.ended_at <= time.time()
    assert job_status.failure(job) == ("", "")


def test_start_refuses_a_second_job_and_leaves_the_first_alone(workspace):
    first = begun(workspace, "wait")
    with pytest.raises(WorkspaceError, match="already running"):
        jobs.start(workspace, ["score"], title="Scoring")
    assert jobs.last(workspace).record == first.record
    jobs.stop(workspace)
    jobs.start(workspace, ["score"], title="Scoring")
    assert ended(workspace).record.title == "Scoring"


def test_a_failed_job_has_an_error_and_a_hint(workspace):
    jobs.start(workspace, ["refuse"], title="Scoring")
    job = ended(workspace)
    assert (job.status, job.exit_code) == ("failed", 1)
    assert job_status.failure(job) == ("it is broken", "mend it")


def test_stop_ends_every_process_of_the_job(workspace):
    job = begun(workspace, "wait")
    assert len(processes_of(job)) == 3
    jobs.stop(workspace)
    assert jobs.last(workspace).status == "stopped"
    until(lambda: processes_of(job) == [])


def test_stop_kills_a_job_that_ignores_the_signal(workspace):
    job = begun(workspace, "stubborn")
    jobs.stop(workspace, patience=0.2)
    assert jobs.last(workspace).status == "stopped"
    until(lambda: processes_of(job) == [])


def test_stop_kills_nothing_while_the_process_is_unknown(workspace, monkeypatch):
    job = begun(workspace, "wait")
    jobs._write(job.folder, msgspec.structs.replace(job.record, pid=0, born=0.0))
    killed = []
    with monkeypatch.context() as patched:
        patched.setattr(os, "killpg", lambda *what: killed.append(what))
        with pytest.raises(WorkspaceError, match="is starting"):
            jobs.stop(workspace)
    assert killed == []
    jobs._write(job.folder, job.record)
    jobs.stop(workspace)


def test_a_job_whose_processes_are_all_killed_is_lost(workspace):
    job = begun(workspace, "wait")
    os.killpg(job.record.pid, signal.SIGKILL)
    job = ended(workspace)
    assert (job.status, job.exit_code, job.ended_at) == ("lost", None, None)
    assert "without an exit code" in job_status.failure(job)[0]


def test_a_stage_that_is_killed_leaves_the_signal(workspace):
    job = begun(workspace, "wait")
    psutil.Process(job.record.pid).children()[0].kill()
    job = ended(workspace)
    assert (job.status, job.exit_code) == ("failed", 137)
    assert "signal 9" in job_status.failure(job)[0]


def test_a_job_runs_on_when_only_its_first_process_is_killed(workspace):
    job = begun(workspace, "wait")
    os.kill(job.record.pid, signal.SIGKILL)
    until(lambda: len(processes_of(job)) == 2)
    assert jobs.last(workspace).is_running
    jobs.stop(workspace)
    assert jobs.last(workspace).status == "stopped"
    until(lambda: processes_of(job) == [])


def test_jobs_run_one_at_a_time_on_a_file_system_without_locks(workspace, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)
    first = begun(workspace, "wait")
    with pytest.raises(WorkspaceError, match="already running"):
        jobs.start(workspace, ["score"], title="Scoring")
    assert jobs.last(workspace).record == first.record
    jobs.stop(workspace)
    jobs.start(workspace, ["score"], title="Scoring")
    assert ended(workspace).status == "done"


def test_a_reused_process_id_is_not_a_job(workspace):
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        began = psutil.Process(stranger.pid).create_time()
        jobs.start(workspace, ["score"], title="Scoring")
        job = ended(workspace)
        (job.folder / "exit_code").unlink()
        record = json.loads((job.folder / "job.json").read_text())
        for born in (began, began - 1000):
            text = json.dumps(record | {"pid": stranger.pid, "born": born})
            (job.folder / "job.json").write_text(text)
            # The job writes its exit code a moment before it releases its lock.
            until(lambda: jobs.last(workspace).status == "lost")
            jobs.stop(workspace)
        with (workspace.root / "jobs" / ".lock").open() as lock:
            # As if it ran on another machine, where that id stands for something else.
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(WorkspaceError, match="runs elsewhere"):
                jobs.stop(workspace)
        assert stranger.poll() is None
        stranger.kill()


def test_a_job_outlives_its_starter_and_is_found_by_others(workspace):
    code = (
        "import sys; from workbench import Workspace\n"
        "from workbench.dashboard.session import jobs\n"
        "jobs.PROGRAM = ('/bin/sh', '-c', sys.argv[2], 'workbench')\n"
        "jobs.start(Workspace.open(sys.argv[1]), ['wait'], title='Waiting')"
    )
    subprocess.run([sys.executable, "-c", code, str(workspace.root), PROGRAM], check=True)
    job = jobs.last(workspace)
    assert (job.record.title, job.status) == ("Waiting", "running")
    with pytest.raises(WorkspaceError, match="already running"):
        jobs.start(workspace, ["score"], title="Scoring")
    jobs.stop(workspace)
    assert jobs.last(workspace).status == "stopped"


def test_last_has_the_progress(workspace, monkeypatch):
    record = progress.ProgressRecord("embed", 25, 100, began_at=1000.0, reported_at=1010.0)
    monkeypatch.setenv(
        "RECORD", json.dumps({f: getattr(record, f) for f in record.__struct_fields__})
    )
    begun(workspace, "tell")
    job = jobs.last(workspace)
    assert job.progress == record


def test_a_new_job_is_read_while_its_record_is_damaged(workspace):
    jobs.start(workspace, ["score"], title="Scoring")
    job = ended(workspace)
    folder = job.folder.with_name("2")
    folder.mkdir()
    (folder / "job.json").write_text("{")
    assert jobs.last(workspace).record == job.record


def test_start_removes_the_folders_of_old_jobs(workspace, monkeypatch):
    monkeypatch.setattr(jobs, "KEPT", 3)
    for _ in range(5):
        jobs.start(workspace, ["score"], title="Scoring")
        ended(workspace)
    kept = sorted(path.name for path in (workspace.root / "jobs").glob("[0-9]*"))
    assert kept == ["3", "4", "5"]


def test_log_returns_only_the_end_of_a_long_log(workspace):
    jobs.start(workspace, ["score"], title="Scoring")
    job = ended(workspace)
    (job.folder / "log").write_text("line\n" * 100_000 + "the end\n")
    assert job.log().startswith("line\n")
    assert job.log().endswith("the end\n")
    assert len(job.log()) <= jobs.TAIL


@pytest.mark.slow
def test_the_command_line_runs_as_a_job_and_reports_its_stages(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")
    workspace.write_text("recipe.toml", FAST_RECIPE)
    sample.write(tmp_path / "--help.tar", lines=1000)
    jobs.start(workspace, ["run", str(tmp_path / "--help.tar")], title="Everything")
    until_slow = time.monotonic() + 120
    while jobs.last(workspace).is_running and time.monotonic() < until_slow:
        time.sleep(0.2)
    job = jobs.last(workspace)
    assert job.status == "done", job.log()
    assert job.progress.stage == "export"
    states = pipeline.states(workspace, Recipe.from_toml(FAST_RECIPE))
    assert all(state.is_fresh for state in states)
    assert "lines read" in job.log()
