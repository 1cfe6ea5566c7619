"""Train a classifier as a job and put it to use when buttons of the page Label are clicked."""

import time
from html import escape

import marimo as mo

from workbench.classifiers import experiments
from workbench.classifiers.experiments import Experiment
from workbench.dashboard.components import job_status, messages, navigation
from workbench.dashboard.label.experiment import NAMES
from workbench.dashboard.session import jobs
from workbench.display import numbers
from workbench.exceptions import WorkbenchError
from workbench.progress import Step
from workbench.storage import Workspace
from workbench.text import sanitize

#: Title of the job that trains a classifier.
TITLE = "Train the {} with your labels"


class Training:
    """The training that one person starts and stops, and the classifier that is put to use.

    It changes in callbacks of buttons only. The cells of the page read `get_problem` and
    `get_used`, which are states of marimo: a cell runs again if the state that it reads is set.

    Args:
        workspace: Has the labels, the jobs and the recipe.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.get_problem, self._set_problem = mo.state("")
        self.get_used, self._set_used = mo.state(mo.Html(""))

    def start(self, kind: str) -> None:
        """Start the training; `get_problem` returns what went wrong.

        Args:
            kind: Which classifier to train.
        """
        self._set_used(mo.Html(""))
        try:
            jobs.start(self.workspace, ["trial", kind], title=TITLE.format(NAMES[kind]))
        except WorkbenchError as error:
            self._set_problem(str(error))
        else:
            self._set_problem("")

    def stop(self) -> None:
        """Stop the training but no other job; `get_problem` returns what went wrong."""
        try:
            if is_running(self.workspace):
                jobs.stop(self.workspace)
        except WorkbenchError as error:
            self._set_problem(str(error))
        else:
            self._set_problem("")

    def put_to_use(self, trial: Experiment) -> None:
        """Write a new classifier into the recipe; `get_used` says what to do next."""
        self._set_used(_put_to_use(self.workspace, trial))


def is_running(workspace: Workspace) -> bool:
    """Return whether a training is running."""
    job = jobs.last(workspace)
    return job is not None and job.is_running and _is_training(job)


def progress(workspace: Workspace) -> mo.Html:
    """Show the progress of the training, or why the last one failed."""
    job = jobs.last(workspace)
    if job is None or not _is_training(job):
        busy = job is not None and job.is_running
        return job_status.panel(job) if busy else mo.Html("")
    if not job.is_running:
        return job_status.panel(job) if job.status != "done" else mo.Html("")
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
                counts = f" {current.done:,} of {current.total:,} {escape(current.unit)}"
        elif state == "now" or (at < 0 and number == 0):
            counts = " is starting"
        marked = ' aria-current="step"' if state == "now" else ""
        rows.append(
            f'<li data-state="{state}"{marked}>{escape(name)}<span>{counts}</span>{bar}</li>'
        )
    status = f"Step {at + 1} of {len(names)}: {names[at]}" if at >= 0 else "The training starts"
    return (
        f'<p role="status" class="wb-sr">{escape(status)}</p>'
        f'<ol class="wb-steps" data-testid="steps">{"".join(rows)}</ol>'
    )


def _is_training(job: jobs.Job) -> bool:
    return job.record.arguments[:1] == ["trial"]


def _put_to_use(workspace: Workspace, trial: Experiment) -> mo.Html:
    try:
        path = experiments.use(workspace, trial)
    except (WorkbenchError, OSError) as error:
        return messages.error(str(error))
    text = (
        f'<div data-testid="used"><b>The recipe uses the new {NAMES[trial.model.kind]} now:</b> '
        f"{escape(sanitize.visible(str(path)))}<p>To update the scores, run "
        f'<b>score</b> and the stages after it on <a href="{navigation.link("home.py")}" '
        'style="text-decoration:underline">Home</a>.</p></div>'
    )
    return mo.callout(mo.Html(text), kind="success")
