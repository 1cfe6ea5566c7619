"""Read what the bar above the pages shows: the workspace, its size, and the running job."""

from typing import Any

from workbench import pipeline
from workbench.dashboard.session import activity, jobs
from workbench.dashboard.session.server import SERVER
from workbench.exceptions import WorkbenchError
from workbench.storage import Workspace
from workbench.text import sanitize

#: Most characters of a name in the bar.
LONGEST = 60


def state() -> dict[str, Any]:
    """Describe the workspace of this server and its job; both are None if there is none."""
    try:
        workspace = SERVER.find()
        if workspace is None:
            return {"workspace": None, "job": None}
        return {"workspace": _described(workspace), "job": _job(workspace)}
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
    numbers = {step.title: step.count for step in pipeline.funnel(workspace)}
    texts = {"threads of two turns or more": "threads", "threads kept": "kept"}
    return " · ".join(
        f"{numbers[step]:,} {text}" for step, text in texts.items() if step in numbers
    )


def _job(workspace: Workspace) -> dict[str, Any] | None:
    """Describe the running job, or else a command in a terminal, which cannot be stopped here."""
    running = activity.now(workspace)
    if running is None or not (running.may_stop or running.pid):
        return None
    text = running.stage or "Starting"
    if running.share:
        text += f" {running.share:.0%}"
    title = f"{sanitize.plain(running.title, most=LONGEST)}: {sanitize.plain(running.text)}"
    job = jobs.last(workspace) if running.may_stop else None
    return {"number": job.folder.name if job else "", "text": text, "title": title}
