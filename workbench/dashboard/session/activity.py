"""Say what runs on a workspace now: a job of the dashboard, or a command in a terminal."""

import os
import time
from dataclasses import dataclass

from workbench import progress
from workbench.dashboard.session import jobs
from workbench.progress import ProgressRecord
from workbench.storage import Workspace
from workbench.storage.lock_owner import CLOCK


@dataclass(frozen=True)
class Activity:
    """What runs on a workspace now.

    Args:
        title: Title of the job, or the command of another process. It may be hostile text.
        stage: Name of the running stage; empty before the first one begins.
        number: Place of the stage in the job, from 1; 0 if the job has one stage only.
        stages: Number of stages of the job.
        share: Share of the stage that is done, 0 to 1; None if unknown.
        rate: Units per second; None if unknown.
        seconds_left: Seconds that the job still takes; None if unknown.
        text: All of this in words.
        may_stop: True if it is a job of the dashboard, which `jobs.stop` stops.
        pid: Id of another process; 0 if it is a job, or this server.
    """

    title: str
    stage: str = ""
    number: int = 0
    stages: int = 0
    share: float | None = None
    rate: float | None = None
    seconds_left: float | None = None
    text: str = ""
    may_stop: bool = False
    pid: int = 0


def now(workspace: Workspace, *, at: float | None = None) -> Activity | None:
    """Return what runs on a workspace; None if nothing does.

    Args:
        workspace: The workspace.
        at: Seconds since 1970, UTC; by default now.
    """
    at = time.time() if at is None else at
    job = jobs.last(workspace)
    if job and job.is_running:
        return of_job(job, at=at)
    owner = workspace.lock_owner()
    if owner is None:
        return None
    if owner.pid == os.getpid():
        return Activity("A page of this server writes to the workspace")
    return _of(owner.command, record(workspace), at, pid=owner.pid)


def of_job(job: jobs.Job, *, at: float) -> Activity:
    """Describe a running job at a time, in seconds since 1970, UTC."""
    return _of(job.record.title, job.progress, at, may_stop=True)


def record(workspace: Workspace) -> ProgressRecord | None:
    """Return the progress of the running job, or else of a command in a terminal."""
    job, owner = jobs.last(workspace), workspace.lock_owner()
    if job and job.is_running:
        return job.progress
    latest = progress.from_file(workspace.root / progress.FILE)
    return latest if latest and owner and latest.began_at >= owner.began_at - CLOCK else None


def _of(
    title: str, latest: ProgressRecord | None, at: float, *, may_stop: bool = False, pid: int = 0
) -> Activity:
    if latest is None:
        return Activity(title, text="starting", may_stop=may_stop, pid=pid)
    return Activity(
        title,
        stage=latest.stage,
        number=latest.number,
        stages=latest.stages,
        share=None if latest.doing else latest.share,
        rate=latest.rate,
        seconds_left=latest.seconds_left(at),
        text=progress.text(latest, at),
        may_stop=may_stop,
        pid=pid,
    )
