"""Watching: the job that runs, or how the last one ended, as people see it."""

import os
import time
from datetime import UTC, datetime
from html import escape

import marimo as mo

from workbench.dashboard.session import jobs
from workbench.display import html
from workbench.pipeline.stages import BY_NAME
from workbench.progress import ProgressRecord
from workbench.storage.lock_owner import LockOwner
from workbench.text import sanitize

#: What is said of a job that has ended.
ENDED = {"done": "is done", "failed": "failed", "stopped": "was stopped", "lost": "broke off"}


#: What tells its progress and is no stage -> what it does.
OTHERS = {
    "sample": "write a made dump",
    "map": "place the threads on the map",
    "trial": "train a judge with your labels",
}


def panel(
    job: jobs.Job | None,
    *,
    holder: LockOwner | None = None,
    told: ProgressRecord | None = None,
    now: float | None = None,
) -> mo.Html:
    """Show the job that runs, or how the last one ended; nothing where none ever was.

    Args:
        job: The job that was started last.
        holder: Who writes to the workspace; shown where no job of the dashboard runs.
        told: How far that one is.
        now: Seconds since 1970, UTC.
    """
    now = time.time() if now is None else now
    if holder and not (job and job.is_running):
        return _elsewhere(holder, told, now)
    if job is None:
        return mo.Html("")
    title = escape(sanitize.visible(job.record.title))
    began = f"started {moment(job.record.started_at)}"
    if job.is_running:
        text = (
            f'<p data-testid="job" aria-live="polite"><b>{title}</b> · {far(job.told, now)} '
            f"<span>{began}, {duration(now - job.record.started_at)} ago</span></p>{_bar(job.told)}"
        )
    else:
        problem, hint = trouble(job)
        took = f", took {duration(job.ended_at - job.record.started_at)}" if job.ended_at else ""
        why = f"<p>{html.inline(problem)}</p><p>Hint: {html.inline(hint)}</p>" if problem else ""
        text = (
            f'<p data-testid="job"><b>{title}</b> {ENDED[job.status]} '
            f"<span>{began}{took}</span></p>{why}"
        )
    lines = "\n".join(sanitize.visible(line.rstrip()) for line in job.log().split("\n"))
    log = f'<details><summary>Log</summary><pre class="wb-record">{escape(lines)}</pre></details>'
    bad = " wb-bad" if job.status in ("failed", "lost") else ""
    return mo.Html(f'<div class="wb-job{bad}" data-status="{job.status}">{text}{log}</div>')


def refusal(problem: str) -> mo.Html:
    """Show why something was not done; nothing where it was."""
    if not problem:
        return mo.Html("")
    lines = "<br>".join(html.inline(line) for line in problem.splitlines() if line)
    return mo.Html(f'<p class="wb-warn" role="alert" data-testid="refusal">{lines}</p>')


def trouble(job: jobs.Job) -> tuple[str, str]:
    """Say what went wrong and what to do about it; nothing where nothing did."""
    again = "run it again; it goes on where it was."
    if job.status == "lost":
        return "It ended without a word: killed, or the machine went down.", again
    if job.status != "failed" or job.exit_code is None:
        return "", ""
    if job.exit_code > 128:
        cause = " That is how a system short of memory ends it." if job.exit_code == 137 else ""
        return f"It was killed by signal {job.exit_code - 128}.{cause}", again
    lines = [line.strip() for line in job.log().splitlines() if line.strip()]
    told = {
        word: [line.removeprefix(word) for line in lines if line.startswith(word)]
        for word in ("Error: ", "Hint: ")
    }
    problem = (told["Error: "] or lines or [f"It ended with code {job.exit_code}."])[-1]
    return problem, (told["Hint: "] or ["its log tells more."])[-1]


def _elsewhere(holder: LockOwner, told: ProgressRecord | None, now: float) -> mo.Html:
    """Show a process that writes to the workspace and that the dashboard did not start."""
    ours = holder.pid == os.getpid()
    where = (
        "An app of this dashboard writes to the workspace"
        if ours
        else f"<b>{html.inline(holder.command)}</b> runs outside the dashboard"
    )
    shown = f" · {far(told, now)}" if told and not ours else ""
    how = "" if ours else f" Stop it where it was started (process {holder.pid}), by Ctrl+C."
    since = f"since {moment(holder.began_at)}, {duration(now - holder.began_at)} ago."
    return mo.Html(
        f'<div class="wb-job" data-status="elsewhere"><p data-testid="job" aria-live="polite">'
        f"{where}{shown} <span>{since}{how}</span></p>{_bar(told) if shown else ''}</div>"
    )


def far(told: ProgressRecord | None, now: float) -> str:
    """Say what is being done, how far it is, and how long it still takes."""
    if told is None:
        return "is beginning"
    title = BY_NAME[told.stage].title if told.stage in BY_NAME else OTHERS.get(told.stage)
    said = f"{told.stage}: {title}" if title else "is running"
    if told.share:
        said += f", {told.share:.0%}"
    left = told.seconds_left(now)
    if left is not None and told.share and told.share < 1:
        said += f", about {duration(left)} left"
    return said


def _bar(told: ProgressRecord | None) -> str:
    share = told.share if told else None
    value = "" if share is None else f' value="{share:.4f}"'
    return f'<progress max="1"{value} aria-label="Done of this step"></progress>'


def moment(seconds: float) -> str:
    """Write a point in time, given in seconds since 1970."""
    return html.moment(datetime.fromtimestamp(seconds, UTC))


def duration(seconds: float) -> str:
    """Write how long something takes.

    Examples:
        >>> duration(0.25), duration(75), duration(7300)
        ('0.2 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
