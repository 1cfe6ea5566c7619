"""Train a classifier as a job, and apply it as another, when buttons of the page Label are clicked.

A job may run for minutes. The page looks at it every second, see `Training.look`.
"""

import time
from collections.abc import Callable
from html import escape

import marimo as mo

from workbench.classifiers import experiments
from workbench.dashboard.components import job_status
from workbench.dashboard.label.experiment import NAMES
from workbench.dashboard.session import jobs
from workbench.display import numbers
from workbench.exceptions import WorkbenchError
from workbench.progress import Step
from workbench.storage import Workspace

#: Command of a job -> its title, with the name of the classifier.
TITLES = {
    "trial": "Train the {} with your labels",
    "apply": "Apply the new {} and rescore",
}


class Training:
    """The jobs that one person starts and stops, and when the last one ended.

    It changes in callbacks of buttons and of the clock only. The cells of the page read
    `get_problem` and `get_seen`, which are states of marimo: a cell runs again if the state that
    it reads is set.

    Args:
        workspace: Has the labels, the jobs and the recipe.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        # The cell that shows the buttons reads these states: marimo would not run it again.
        self.get_problem, self._set_problem = mo.state("", allow_self_loops=True)
        #: Number and status of the last job that this page has seen.
        self.get_seen, self._set_seen = mo.state(_state(workspace), allow_self_loops=True)
        #: Number of the last job that made new scores while this page was open.
        self.get_scored, self._set_scored = mo.state("")

    def start(self, command: str, kind: str) -> None:
        """Start a job; `get_problem` returns what went wrong.

        Args:
            command: One of `TITLES`.
            kind: Which classifier it is about.
        """
        self._try(
            lambda: jobs.start(
                self.workspace, [command, kind], title=TITLES[command].format(NAMES[kind])
            )
        )

    def stop(self) -> None:
        """Stop a job of this page but no other; `get_problem` returns what went wrong."""
        if is_running(self.workspace):
            self._try(lambda: jobs.stop(self.workspace))

    def look(self) -> None:
        """Set `get_seen` if a job has begun or ended since; the clock of the page calls it."""
        if (state := _state(self.workspace)) != self.get_seen():
            self._set_seen(state)
            job = jobs.last(self.workspace)
            if job and job.status == "done" and job.record.command[:1] == ["apply"]:
                self._set_scored(job.folder.name)

    def _try(self, change: Callable[[], object]) -> None:
        try:
            change()
        except WorkbenchError as error:
            self._set_problem(str(error))
        else:
            self._set_problem("")
        self.look()


def _state(workspace: Workspace) -> tuple[str, str]:
    job = jobs.last(workspace)
    return (job.folder.name, job.status) if job else ("", "")


def is_running(workspace: Workspace) -> bool:
    """Return whether a job of this page is running."""
    job = jobs.last(workspace)
    return job is not None and job.is_running and _is_ours(job)


def buttons(session: Training, *, kind: str) -> list[mo.ui.button]:
    """Return the button that stops the job, or those that train and apply."""
    if is_running(session.workspace):
        return [mo.ui.button(label="Stop", on_click=lambda _: session.stop())]
    train = mo.ui.button(
        label="Train with these labels", on_click=lambda _: session.start("trial", kind)
    )
    apply = mo.ui.button(
        label="Apply and rescore",
        kind="success",
        tooltip="Use the new classifier: score and select all threads with it",
        disabled=not _can_apply(session.workspace, kind),
        on_click=lambda _: session.start("apply", kind),
    )
    return [train, apply]


def _can_apply(workspace: Workspace, kind: str) -> bool:
    """Return whether there is a new classifier that is not in use."""
    has_trial = (experiments.folder(workspace, kind) / f"{kind}.json").exists()
    return has_trial and experiments.applied(workspace, kind) is None


def progress(workspace: Workspace) -> mo.Html:
    """Show the progress of the job, or why the last one failed."""
    job = jobs.last(workspace)
    if job is None or not (job.is_running or _is_ours(job)):
        return mo.Html("")
    if job.is_running and job.record.command[:1] == ["trial"]:
        return _training(job)
    return job_status.panel(job) if job.is_running or job.status != "done" else mo.Html("")


def _training(job: jobs.Job) -> mo.Html:
    step = job.progress.step if job.progress else None
    seconds = numbers.duration(time.time() - job.record.started_at)
    return mo.Html(
        f'<div class="wb-job" data-status="running"><p data-testid="training">'
        f"<b>{escape(job.record.title)}</b> <span>{seconds} so far. You can go on labelling "
        f"meanwhile.</span></p>{_steps(step)}</div>"
    )


def _steps(current: Step | None) -> str:
    """List the steps of a training: done, running with its counts, or to do."""
    names = list(experiments.STEPS)
    at = names.index(current.name) if current and current.name in names else -1
    rows = []
    for number, name in enumerate(names):
        state = "done" if number < at else "now" if number == at else "later"
        counts = bar = ""
        if state == "now" and current:
            share = f' max="{current.total}" value="{current.done}"' if current.total else ""
            bar = f'<progress{share} aria-label="{escape(name)}"></progress>'
            if current.total:
                counts = f"{current.done:,} of {current.total:,} {escape(current.unit)}"
        marked = ' aria-current="step"' if state == "now" else ""
        rows.append(
            f'<li data-state="{state}"{marked}>{escape(name)}<span>{counts}</span>{bar}</li>'
        )
    status = f"Step {at + 1} of {len(names)}: {names[at]}" if at >= 0 else "The training starts"
    return (
        f'<p role="status" class="wb-sr">{escape(status)}</p>'
        f'<ol class="wb-steps" data-testid="steps">{"".join(rows)}</ol>'
    )


def _is_ours(job: jobs.Job) -> bool:
    return job.record.arguments[:1] in ([name] for name in TITLES)
