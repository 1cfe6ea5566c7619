"""Read the state of the server's workspace for Home: stages, jobs, exports."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from workbench import pipeline
from workbench.dashboard.home.examples import Example, kept
from workbench.dashboard.session import activity, jobs, recipe_files, recipe_url
from workbench.dashboard.session.server import SERVER
from workbench.exceptions import WorkbenchError
from workbench.export.manifest import IDS
from workbench.pipeline import deletions
from workbench.pipeline.remaining import Loss, Step
from workbench.storage import Workspace
from workbench.storage.lock_owner import LockOwner


@dataclass(frozen=True)
class View:
    """State of the workspace when the page read it.

    Args:
        version: Result of `version` at that time.
        workspace: The workspace; None if there is none yet.
        problem: Why it cannot be shown; empty if it can.
        states: State of each stage.
        job: The latest job.
        holder: The process that writes to the workspace: that job or another process.
        stage: Name of the running stage; empty if none runs.
        held: Number of tweets deleted since, by the name of the export that contains them.
        has_recipe: True if the workspace has a recipe of its own.
        funnel: What each finished stage leaves.
        loss: The step that drops the largest share; None if nothing is dropped.
        examples: Some kept conversations.
    """

    version: str = ""
    workspace: Workspace | None = None
    problem: str = ""
    states: tuple[pipeline.State, ...] = ()
    job: jobs.Job | None = None
    holder: LockOwner | None = None
    stage: str = ""
    held: tuple[tuple[str, int], ...] = ()
    has_recipe: bool = False
    funnel: tuple[Step, ...] = ()
    loss: Loss | None = None
    examples: tuple[Example, ...] = ()

    @property
    def is_running(self) -> bool:
        """True if a job is running that can be stopped here."""
        return self.job is not None and self.job.is_running

    @property
    def is_busy(self) -> bool:
        """True if any process writes to the workspace."""
        return self.is_running or self.holder is not None

    @property
    def has_lines(self) -> bool:
        """True if a dump has been read, even in part."""
        return self.workspace is not None and self.workspace.has("ledger")

    @property
    def may_run(self) -> bool:
        """True if a dump has been read and a stage is stale."""
        return bool(self.stale) and self.states[0].last is not None

    @property
    def stale(self) -> list[str]:
        """Names of the stages that have to run."""
        return [state.stage.name for state in self.states if not state.is_fresh]

    @property
    def kept(self) -> int:
        """Number of threads that the latest selection kept."""
        counts = [state.counts for state in self.states if state.stage.name == "select"]
        return sum(int(count.get("kept", 0)) for count in counts)

    @property
    def may_go_on(self) -> bool:
        """True if the latest job ended early and a stage is stale."""
        ended_early = self.job is not None and self.job.status in ("failed", "stopped", "lost")
        return ended_early and bool(self.stale)


def first_tab() -> str:
    """Name the tab to open first: Dumps until a dump has been read."""
    try:
        workspace = SERVER.find()
    except WorkbenchError:
        return "Overview"
    return "Overview" if View(workspace=workspace).has_lines else "Dumps"


def look() -> View:
    """Read the state of the workspace. An error becomes the `problem` of the view."""
    stamp = version()
    try:
        if (workspace := SERVER.find()) is None:
            return View(stamp)
        if workspace.has("ledger"):
            workspace.scan("ledger")  # raises if it is damaged
        recipe, problem = recipe_url.start(workspace)
        results = _results(workspace.root, _stamp(workspace, ["*/*.parquet", "runs/*.json"]))
        files = [f"6_exports/*/{IDS}", "1_tweets/deletions.*"]
        return View(
            version=stamp,
            workspace=workspace,
            problem=problem,
            states=tuple(pipeline.states(workspace, recipe)),
            job=jobs.last(workspace),
            holder=workspace.lock_owner(),
            stage=_running_stage(workspace),
            held=tuple(_held(workspace.root, _stamp(workspace, files)).items()),
            has_recipe=(workspace.root / recipe_files.OWN).exists(),
            funnel=tuple(pipeline.funnel(workspace)),
            loss=results[0],
            examples=results[1],
        )
    except WorkbenchError as error:
        return View(stamp, problem=str(error))


def version() -> str:
    """Return a text that changes with the state. It is cheap: the page asks every two seconds."""
    try:
        if (workspace := SERVER.find()) is None:
            return ""
        job, holder = jobs.last(workspace), workspace.lock_owner()
    except WorkbenchError as error:
        return str(error)
    tables = ["*/*.parquet", "1_tweets/tweets/*.parquet", "*.lance/_versions/*.manifest"]
    files = [recipe_files.OWN, "*/*.json", *tables, "6_exports/*/*.json"]
    job_state = job and (job.folder.name, job.status)
    running = job_state, holder and holder.began_at, _running_stage(workspace)
    return f"{_stamp(workspace, files)} {running}"


def refresh(get_version: Callable[[], str], set_version: Callable[[str], None]) -> None:
    """Set the version that the page shows if the workspace has changed since."""
    if (now := version()) != get_version():
        set_version(now)


def _running_stage(workspace: Workspace) -> str:
    record = activity.record(workspace)
    return record.stage if record else ""


def _stamp(workspace: Workspace, patterns: list[str]) -> str:
    """Hash the modification times of all files that match some patterns."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in workspace.root.glob(pattern)):
        with suppress(FileNotFoundError):  # removed meanwhile
            digest.update(f"{path} {path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=4)
def _results(root: Path, stamp: str) -> tuple[Loss | None, tuple[Example, ...]]:
    """Read what the tables say. A new `stamp` means that one has changed."""
    workspace = Workspace(root)
    try:
        return pipeline.biggest_loss(workspace), kept(workspace)
    except (OSError, pl.exceptions.PolarsError):  # A run is replacing the tables.
        return None, ()


@lru_cache(maxsize=4)
def _held(root: Path, stamp: str) -> dict[str, int]:
    """Count the deleted tweets in each export. A new `stamp` means that a file has changed."""
    held = deletions.in_exports(Workspace(root))
    return {name: len(ids) for name, ids in held.items()}
