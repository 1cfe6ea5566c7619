"""Read what the bar above the pages shows: the workspace, its size, and the running job."""

import os
import time
from typing import Any

from workbench import pipeline, progress
from workbench.dashboard.components import job_status
from workbench.dashboard.session import jobs
from workbench.dashboard.session.server import SERVER
from workbench.exceptions import WorkbenchError
from workbench.pipeline.stages import STAGES
from workbench.progress import ProgressRecord
from workbench.storage import Workspace
from workbench.text import sanitize

#: Most characters of a name in the bar.
LONGEST = 60

_STAGES = [stage.name for stage in STAGES]


def state() -> dict[str, Any]:
    """Describe the workspace of this server and its job; both are None if there is none."""
    try:
        workspace = SERVER.find()
        if workspace is None:
            return {"workspace": None, "job": None}
        return {"workspace": _described(workspace), "job": _job(workspace, now=time.time())}
    except (WorkbenchError, OSError):
        return {"workspace": None, "job": None}  # the page says what is wrong


def _described(workspace: Workspace) -> dict[str, str]:
    folder = workspace.root.resolve()
    return {
        "name": sanitize.plain(folder.name, most=LONGEST),
        "folder": sanitize.plain(str(folder), most=500),
        "counts": counts(workspace),
    }


def counts(workspace: Workspace) -> str:
    """Say how many threads a workspace has and how many of them are kept.

    Tables that were written outside a run are left out, as on Home.
    """
    numbers = dict(pipeline.funnel(workspace))
    texts = {"threads of two turns or more": "threads", "threads kept": "kept"}
    return " · ".join(
        f"{numbers[step]:,} {text}" for step, text in texts.items() if step in numbers
    )


def _job(workspace: Workspace, *, now: float) -> dict[str, Any] | None:
    """Describe the running job, or else a command in a terminal, which cannot be stopped here."""
    job = jobs.last(workspace)
    if job and job.is_running:
        title = sanitize.plain(job.record.title, most=LONGEST)
        return {"number": job.folder.name, **_progress(job.progress, title=title, now=now)}
    owner = workspace.lock_owner()
    if owner is None or owner.pid == os.getpid():
        return None
    record = progress.from_file(workspace.root / progress.FILE)
    title = sanitize.plain(owner.command, most=LONGEST)
    return {"number": "", **_progress(record, title=title, now=now)}


def _progress(record: ProgressRecord | None, *, title: str, now: float) -> dict[str, str]:
    """Say how far a job is: a few words for the bar, and a sentence for its tooltip."""
    if record is None:
        return {"text": "Starting", "title": title}
    text = record.stage
    if record.share:
        text += f" {record.share:.0%}"
    place = ""
    if record.stage in _STAGES:
        place = f"stage {_STAGES.index(record.stage) + 1} of {len(_STAGES)}, "
    return {"text": text, "title": f"{title}: {place}{job_status.progress_text(record, now)}"}
