"""Show the running job, or how the latest one ended."""

import time
from datetime import UTC, datetime
from html import escape

import marimo as mo

from workbench.dashboard.session import activity, jobs
from workbench.dashboard.session.activity import Activity
from workbench.display import html, numbers
from workbench.text import sanitize

#: Status of a job that has ended -> how a sentence about it ends.
ENDED = {"done": "is done", "failed": "failed", "stopped": "was stopped", "lost": "broke off"}

_RUN_AGAIN = "run it again; it resumes."


def panel(
    job: jobs.Job | None, *, running: Activity | None = None, now: float | None = None
) -> mo.Html:
    """Show what runs, or how the latest job ended; nothing if there never was one.

    Args:
        job: The latest job.
        running: What runs now; by default the job if it runs.
        now: Seconds since 1970, UTC.
    """
    now = time.time() if now is None else now
    if running and not running.may_stop:
        return _other_process(running)
    if job is None:
        return mo.Html("")
    if job.is_running:
        text = _running(job, running or activity.of_job(job, at=now), now)
    else:
        text = _ended(job)
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


def moment(seconds: float) -> str:
    """Format a point in time, in seconds since 1970."""
    return numbers.moment(datetime.fromtimestamp(seconds, UTC))


def _running(job: jobs.Job, running: Activity, now: float) -> str:
    title, started_at = escape(sanitize.visible(job.record.title)), job.record.started_at
    return (
        f'<p data-testid="job"><b>{title}</b> · {escape(running.text)} '
        f"<span>started {moment(started_at)}, {numbers.duration(now - started_at)} ago</span></p>"
        f"{_bar(running)}"
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


def _other_process(running: Activity) -> mo.Html:
    """Show a process that writes to the workspace and is not a job of the dashboard."""
    title, hint = html.inline(running.title), ""
    if running.pid:
        title = f"<b>{title}</b> runs outside the dashboard"
        hint = f" <span>Stop it with Ctrl+C in its terminal (process {running.pid}).</span>"
    text = f" · {escape(running.text)}" if running.stage else ""
    return mo.Html(
        f'<div class="wb-job" data-status="elsewhere"><p data-testid="job">{title}{text}{hint}</p>'
        f"{_bar(running) if running.stage else ''}</div>"
    )


def _bar(running: Activity) -> str:
    value = "" if running.share is None else f' value="{running.share:.4f}"'
    return f'<progress max="1"{value} aria-label="Progress of this stage"></progress>'
