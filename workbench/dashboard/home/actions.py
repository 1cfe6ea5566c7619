"""Actions: what the buttons of home do."""

import os
from collections.abc import Callable
from pathlib import Path

import marimo as mo

from workbench.dashboard.components import job_status
from workbench.dashboard.home.workspace_state import View, version
from workbench.dashboard.session import allowed_files, jobs
from workbench.exceptions import WorkbenchError, WorkspaceError
from workbench.pipeline.stages import BY_NAME, EXPORT
from workbench.storage import VARIABLE, Workspace

#: What is said where a job can be gone on with, and stages be run without it.
DIFFERENCE = "“Run everything” leaves it, and runs the stages on what there is."


def attempt(action: Callable[[], object], tell: Callable[[str], None]) -> mo.Html:
    """Do something and have the page look again; show what went wrong if it did."""
    try:
        action()
    except WorkbenchError as error:
        return job_status.refusal(str(error))
    tell(version())
    return mo.Html("")


def found(view: View, folder: str, *, roots: list[Path]) -> Workspace:
    """Give the workspace, which is made where there is none yet.

    Args:
        view: What the page saw.
        folder: Where to make it; the place where it is looked for if nothing else is named.
        roots: Folders below which another place has to lie; all apps of this server use it then.

    Raises:
        WorkspaceError: If it cannot be made there.
    """
    if view.workspace:
        return view.workspace
    if folder.strip() in ("", str(Workspace.place())):
        return Workspace.here(create=True)
    made = Workspace.create(allowed_files.inside(folder.strip(), roots=roots))
    os.environ[VARIABLE] = str(made.root)
    return made


def read(workspace: Workspace, dumps: list[Path], *, only: bool = False) -> jobs.Job:
    """Read dumps, and run every stage after that if not `only` this is wanted."""
    words = ["ingest" if only else "run", *map(str, dumps)]
    title = "Reading the dumps" if only else "Reading the dumps and running every stage"
    return jobs.start(workspace, words, title=title)


def sample(workspace: Workspace, lines: int) -> jobs.Job:
    """Make a synthetic dump and take it all the way."""
    return jobs.start(workspace, ["demo", "--lines", str(lines)], title="Making a sample")


def run(view: View, stage: str | None = None) -> jobs.Job:
    """Run every stage that is stale, or one stage.

    Raises:
        WorkspaceError: If there is no workspace yet, or another job is running.
    """
    workspace = _of(view)
    # The export of a workspace has no command of its own; it is all that is left then.
    if stage is None or stage == EXPORT.name:
        return jobs.start(workspace, ["run"], title="Running every stage that is stale")
    return jobs.start(workspace, [stage], title=f"Running the stage {BY_NAME[stage].name}")


def offered(view: View) -> list[str]:
    """Name the buttons that stand below the next step."""
    if view.is_busy:
        return ["stop"] if view.is_running else []
    words = view.job.record.arguments[:-2] if view.job else []
    # To go on with a run of what is stale is the same thing.
    may_run = view.may_run and not (view.may_go_on and words == ["run"])
    return [*(["go on"] if view.may_go_on else []), *(["run"] if may_run else [])]


def choices(view: View) -> list[str]:
    """Name the stages that can be run one by one, for what they need is there."""
    fresh = {state.stage.name for state in view.states if state.is_fresh}
    have = {state.stage.name for state in view.states if state.last}
    return [
        state.stage.name
        for state in view.states[1:]
        if set(state.stage.needs) <= (fresh if state.stage is EXPORT else have)
    ]


def go_on(view: View, *, roots: list[Path]) -> jobs.Job:
    """Start the last job again; it goes on where it was.

    Raises:
        WorkspaceError: If there is none, or it read what lies below no root any more.
        ArchiveError: If what it read is gone.
    """
    workspace = _of(view)
    if view.job is None:
        msg = "No job was started here."
        raise WorkspaceError(msg, hint="choose dumps, or run every stage.")
    words = view.job.record.arguments[:-2]  # without the workspace
    if words[0] in ("run", "ingest"):
        words = [
            words[0],
            *map(str, allowed_files.dumps(words[1:], roots=roots, workspace=workspace)),
        ]
    return jobs.start(workspace, words, title=view.job.record.title)


def stop(view: View) -> None:
    """Stop the job that is running."""
    jobs.stop(_of(view))


def _of(view: View) -> Workspace:
    if view.workspace is None:
        msg = "There is no workspace yet."
        raise WorkspaceError(msg, hint="choose dumps and read them, or make a sample.")
    return view.workspace
