"""What runs on a workspace now."""

import os

import msgspec

from tests.support.jobs import begun, ended
from workbench import progress
from workbench.dashboard.session import activity, jobs
from workbench.storage import lock_owner


def test_a_job_is_described_until_it_ends(workspace, monkeypatch):
    assert activity.now(workspace) is None
    record = progress.ProgressRecord(
        "embed", 25, 100, 1000.0, 1010.0, number=3, stages=6, rate=2.5, left=30.0
    )
    monkeypatch.setenv("RECORD", msgspec.json.encode(record).decode())
    begun(workspace, "tell")
    running = activity.now(workspace, at=1010.0)
    assert (running.stage, running.number, running.stages) == ("embed", 3, 6)
    assert (running.share, running.rate, running.seconds_left) == (0.25, 2.5, 30.0)
    assert running.text == progress.text(record, 1010.0)
    assert running.may_stop
    jobs.stop(workspace)
    assert activity.now(workspace) is None


def test_a_job_that_has_reported_nothing_is_starting(workspace):
    begun(workspace, "wait")
    running = activity.now(workspace)
    assert (running.title, running.text, running.share) == ("A job", "starting", None)
    jobs.stop(workspace)
    ended(workspace)


def test_another_process_is_described_and_cannot_be_stopped(workspace, monkeypatch):
    with workspace.locked():
        mine = lock_owner.find(workspace.root / ".lock")
        running = activity.now(workspace)
        assert (running.may_stop, running.stage) == (False, "")
        record = progress.ProgressRecord("score", 3, 4, mine.began_at + 1, mine.began_at + 31)
        path = workspace.root / progress.FILE
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(msgspec.json.encode(record))
        monkeypatch.setattr(os, "getpid", lambda: -1)
        running = activity.now(workspace)
        assert (running.share, running.pid, running.may_stop) == (0.75, mine.pid, False)
        assert running.title
