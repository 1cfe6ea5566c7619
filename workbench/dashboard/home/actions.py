"""Do what the buttons of Home say: create a workspace, start and stop jobs."""

from collections.abc import Callable
from pathlib import Path

from workbench.dashboard.home.workspace_state import View, version
from workbench.dashboard.session import allowed_files, jobs
from workbench.dashboard.session.server import SERVER
from workbench.exceptions import WorkbenchError, WorkspaceError
from workbench.pipeline.stages import BY_NAME, EXPORT, STAGES
from workbench.storage import Workspace

#: Stages that have a button of their own.
AFTER_INGEST = [stage.name for stage in STAGES[1:]]


def callback(
    action: Callable[[], object],
    *,
    set_version: Callable[[str], None],
    set_error: Callable[[str], None],
) -> Callable[[object], None]:
    """Return the `on_click` of a button: do something, then refresh the page.

    Args:
        action: What to do.
        set_version: Sets the version that the page shows.
        set_error: Sets the error text that the page shows; empty if the action succeeds.
    """

    def on_click(_value: object) -> None:
        try:
            action()
        except WorkbenchError as error:
            set_error(str(error))
        else:
            set_error("")
            set_version(version())

    return on_click


def find_or_create(view: View, folder: str, *, roots: list[Path]) -> Workspace:
    """Return the workspace, and create it if there is none yet.

    All pages of this server use a workspace that is created here.

    Args:
        view: State of the page.
        folder: Where to create it; empty for the folder where pages look for it.
        roots: Folders that must contain any other folder.

    Raises:
        WorkspaceError: If it cannot be created there.
    """
    if view.workspace:
        return view.workspace
    if folder.strip() in ("", str(SERVER.folder)):
        workspace = Workspace.create(SERVER.folder)
    else:
        workspace = Workspace.create(allowed_files.inside(folder.strip(), roots=roots))
    SERVER.use(workspace)
    return workspace


def read(workspace: Workspace, dumps: list[Path], *, only: bool = False) -> jobs.Job:
    """Read dumps, then run all other stages unless `only` is set."""
    command = ["ingest" if only else "run", *map(str, dumps)]
    title = "Reading the dumps" if only else "Reading the dumps and running every stage"
    return jobs.start(workspace, command, title=title)


def sample(workspace: Workspace, lines: int) -> jobs.Job:
    """Write a synthetic dump and run every stage on it."""
    return jobs.start(workspace, ["demo", "--lines", str(lines)], title="Making a sample")


def run(view: View, stage: str | None = None) -> jobs.Job:
    """Run one stage, or every stage that is stale.

    Raises:
        WorkspaceError: If there is no workspace yet, or another job is running.
    """
    workspace = _workspace(view)
    # No command makes the workspace's own export. `run` does, and then nothing else is stale.
    if stage is None or stage == EXPORT.name:
        return jobs.start(workspace, ["run"], title="Running every stage that is stale")
    return jobs.start(workspace, [stage], title=f"Running the stage {BY_NAME[stage].name}")


def offered(view: View) -> list[str]:
    """Name the button below the next step: `stop`, `go on` or `run`; none if nothing can be done.

    After a stop there is one way to continue.
    """
    if view.is_busy:
        return ["stop"] if view.is_running else []
    if view.may_go_on:
        return ["go on"]
    return ["run"] if view.may_run else []


def choices(view: View) -> list[str]:
    """Name the stages that can run now, because their inputs exist."""
    fresh = {state.stage.name for state in view.states if state.is_fresh}
    done = {state.stage.name for state in view.states if state.last}
    return [
        state.stage.name
        for state in view.states[1:]
        if set(state.stage.needs) <= (fresh if state.stage is EXPORT else done)
    ]


def go_on(view: View, *, roots: list[Path]) -> jobs.Job:
    """Start the latest job again; its stages resume.

    Raises:
        WorkspaceError: If there is none, or it read a path that is not below a root any more.
        ArchiveError: If a dump no longer exists.
    """
    workspace = _workspace(view)
    if view.job is None:
        msg = "No job was started here."
        raise WorkspaceError(msg, hint="choose dumps, or run every stage.")
    command = view.job.record.command
    if command[0] in ("run", "ingest"):
        dumps = allowed_files.dumps(command[1:], roots=roots, workspace=workspace)
        command = [command[0], *map(str, dumps)]
    return jobs.start(workspace, command, title=view.job.record.title)


def stop(view: View) -> None:
    """Stop the running job."""
    jobs.stop(_workspace(view))


def _workspace(view: View) -> Workspace:
    if view.workspace is None:
        msg = "There is no workspace yet."
        raise WorkspaceError(msg, hint="choose dumps and read them, or make a sample.")
    return view.workspace
