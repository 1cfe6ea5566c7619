"""Show the running job, or how the latest one ended."""

import os
import time
from datetime import UTC, datetime
from html import escape

import marimo as mo

from workbench.dashboard.session import jobs
from workbench.display import html, numbers
from workbench.pipeline.stages import BY_NAME
from workbench.progress import ProgressRecord
from workbench.storage.lock_owner import LockOwner
from workbench.text import sanitize

#: Status of a job that has ended -> how a sentence about it ends.
ENDED = {"done": "is done", "failed": "failed", "stopped": "was stopped", "lost": "broke off"}

#: Tasks that report progress but are not stages -> what they do.
TASKS = {
    "sample": "write a synthetic dump",
    "map": "place the threads on the map",
    "trial": "train a classifier with your labels",
}

_RUN_AGAIN = "run it again; it resumes."


def panel(
    job: jobs.Job | None,
    *,
    holder: LockOwner | None = None,
    progress: ProgressRecord | None = None,
    now: float | None = None,
) -> mo.Html:
    """Show the running job, or how the latest one ended; nothing if there never was one.

    Args:
        job: The latest job.
        holder: The process that writes to the workspace; shown if no job is running.
        progress: Progress of that process.
        now: Seconds since 1970, UTC.
    """
    now = time.time() if now is None else now
    if holder and not (job and job.is_running):
        return _other_process(holder, progress, now)
    if job is None:
        return mo.Html("")
    text = _running(job, now) if job.is_running else _ended(job)
    lines = "\n".join(sanitize.visible(line.rstrip()) for line in job.log().split("\n"))
    log = f'<details><summary>Log</summary><pre class="wb-record">{escape(lines)}</pre></details>'
    bad = " wb-bad" if job.status in ("failed", "lost") else ""
    return mo.Html(f'<div class="wb-job{bad}" data-status="{job.status}">{text}{log}</div>')


def refusal(problem: str) -> mo.Html:
    """Show why something was not done; nothing if the text is empty."""
    if not problem:
        return mo.Html("")
    lines = "<br>".join(html.inline(line) for line in problem.splitlines() if line)
    return mo.Html(f'<p class="wb-warn" role="alert" data-testid="refusal">{lines}</p>')


def failure(job: jobs.Job) -> tuple[str, str]:
    """Say what went wrong and what to do; two empty texts if nothing went wrong."""
    if job.status == "lost":
        return "It ended without an exit code: it was killed, or the machine went down.", _RUN_AGAIN
    if job.status != "failed" or job.exit_code is None:
        return "", ""
    if job.exit_code > 128:
        memory = " A system short of memory ends it like this." if job.exit_code == 137 else ""
        return f"It was killed by signal {job.exit_code - 128}.{memory}", _RUN_AGAIN
    lines = [line.strip() for line in job.log().splitlines() if line.strip()]
    errors = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
    hints = [line.removeprefix("Hint: ") for line in lines if line.startswith("Hint: ")]
    problem = (errors or lines or [f"It ended with code {job.exit_code}."])[-1]
    return problem, (hints or ["read its log."])[-1]


def progress_text(progress: ProgressRecord | None, now: float) -> str:
    """Say what is running, how much of it is done, and how long it will still take."""
    if progress is None:
        return "is starting"
    stage = progress.stage
    title = BY_NAME[stage].title if stage in BY_NAME else TASKS.get(stage)
    text = f"{stage}: {title}" if title else "is running"
    if progress.share:
        text += f", {progress.share:.0%}"
    left = progress.seconds_left(now)
    if left is not None and progress.share and progress.share < 1:
        text += f", about {numbers.duration(left)} left"
    return text


def moment(seconds: float) -> str:
    """Format a point in time, in seconds since 1970."""
    return numbers.moment(datetime.fromtimestamp(seconds, UTC))


def _running(job: jobs.Job, now: float) -> str:
    title, started_at = escape(sanitize.visible(job.record.title)), job.record.started_at
    return (
        f'<p data-testid="job" aria-live="polite"><b>{title}</b> · '
        f"{progress_text(job.progress, now)} <span>started {moment(started_at)}, "
        f"{numbers.duration(now - started_at)} ago</span></p>{_bar(job.progress)}"
    )


def _ended(job: jobs.Job) -> str:
    title, started_at = escape(sanitize.visible(job.record.title)), job.record.started_at
    took = f", took {numbers.duration(job.ended_at - started_at)}" if job.ended_at else ""
    problem, hint = failure(job)
    reason = f"<p>{html.inline(problem)}</p><p>Hint: {html.inline(hint)}</p>" if problem else ""
    return (
        f'<p data-testid="job"><b>{title}</b> {ENDED[job.status]} '
        f"<span>started {moment(started_at)}{took}</span></p>{reason}"
    )


def _other_process(holder: LockOwner, progress: ProgressRecord | None, now: float) -> mo.Html:
    """Show a process that writes to the workspace and is not a job of the dashboard."""
    is_ours = holder.pid == os.getpid()
    subject = (
        "An app of this dashboard writes to the workspace"
        if is_ours
        else f"<b>{html.inline(holder.command)}</b> runs outside the dashboard"
    )
    shown = progress is not None and not is_ours
    state = f" · {progress_text(progress, now)}" if shown else ""
    hint = "" if is_ours else f" Stop it with Ctrl+C in its terminal (process {holder.pid})."
    since = f"since {moment(holder.began_at)}, {numbers.duration(now - holder.began_at)} ago."
    return mo.Html(
        f'<div class="wb-job" data-status="elsewhere"><p data-testid="job" aria-live="polite">'
        f"{subject}{state} <span>{since}{hint}</span></p>{_bar(progress) if shown else ''}</div>"
    )


def _bar(progress: ProgressRecord | None) -> str:
    share = progress.share if progress else None
    value = "" if share is None else f' value="{share:.4f}"'
    return f'<progress max="1"{value} aria-label="Progress of this step"></progress>'
