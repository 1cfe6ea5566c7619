"""Viewing: how the workspace of this server stands when home looks at it."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from workbench import pipeline, progress
from workbench.dashboard.session import jobs, recipe_files, recipe_url
from workbench.exceptions import WorkbenchError
from workbench.export.manifest import IDS
from workbench.pipeline import deletions
from workbench.storage import Workspace
from workbench.storage.lock_owner import CLOCK, LockOwner


@dataclass(frozen=True)
class View:
    """What there was when the page looked.

    Args:
        version: What `version` gave then.
        workspace: The workspace; None where there is none yet.
        problem: Why it cannot be shown; empty where it can.
        states: How each stage stands.
        job: The job that was started last.
        holder: Who writes to the workspace, be it that job or another process.
        stage: Name of the stage that runs; empty where none does.
        held: Tweets deleted since, by the name of the pack that holds them.
        has_recipe: True where the workspace has a recipe of its own.
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

    @property
    def is_running(self) -> bool:
        """Tell whether a job is running that can be stopped here."""
        return self.job is not None and self.job.is_running

    @property
    def is_busy(self) -> bool:
        """Tell whether anything is running that others have to wait for."""
        return self.is_running or self.holder is not None

    @property
    def has_lines(self) -> bool:
        """Tell whether any dump has been read, be it in part."""
        return self.workspace is not None and self.workspace.has("ledger")

    @property
    def may_run(self) -> bool:
        """Tell whether there is something to go on from, and a stage to run."""
        return bool(self.stale) and self.states[0].last is not None

    @property
    def stale(self) -> list[str]:
        """Name the stages that have to run."""
        return [state.stage.name for state in self.states if not state.is_fresh]

    @property
    def kept(self) -> int:
        """Count the threads that the last selection kept."""
        runs = [state.last for state in self.states if state.stage.name == "select"]
        return sum(int(run.counts["kept"]) for run in runs if run)

    @property
    def may_go_on(self) -> bool:
        """Tell whether the last job ended before its end, with work left to do."""
        has_broken = self.job is not None and self.job.status in ("failed", "stopped", "lost")
        return has_broken and bool(self.stale)


def workspace() -> Workspace | None:
    """Find the workspace of this server; None where there is none yet."""
    place = Workspace.place()
    return Workspace.open(place) if (place / "workspace.json").exists() else None


def first_tab() -> str:
    """Name the tab that the page opens with: there is nothing to see before there are tweets."""
    try:
        found = workspace()
    except WorkbenchError:
        return "Overview"
    return "Overview" if View(workspace=found).has_lines else "Dumps"


def look() -> View:
    """See how the workspace of this server stands; a problem is told, not raised."""
    stamp = version()
    try:
        if (found := workspace()) is None:
            return View(stamp)
        recipe, problem = recipe_url.start(found)
        held = _held(found.root, _stamp(found, [f"6_exports/*/{IDS}", "1_tweets/deletions.*"]))
        states = pipeline.states(found, recipe)
        return View(
            version=stamp,
            workspace=found,
            problem=problem,
            states=tuple(states),
            job=jobs.last(found),
            holder=found.holder(),
            stage=_stage(found),
            held=tuple(held.items()),
            has_recipe=(found.root / recipe_files.OWN).exists(),
        )
    except WorkbenchError as error:
        return View(stamp, problem=str(error))


def version() -> str:
    """Hash what the view depends on; cheap, for the page asks every other second."""
    try:
        if (found := workspace()) is None:
            return ""
        job, holder = jobs.last(found), found.holder()
    except WorkbenchError as error:
        return str(error)
    files = [recipe_files.OWN, "*/*.json", "*/*.parquet", "6_exports/*/*.json"]
    told = job and (job.folder.name, job.status), holder and holder.began_at, _stage(found)
    return f"{_stamp(found, files)} {told}"


def how_far(found: Workspace) -> progress.ProgressRecord | None:
    """Tell how far that is which runs: a job, or else what a terminal started."""
    job, holder = jobs.last(found), found.holder()
    if job and job.is_running:
        return job.told
    told = progress.from_file(found.root / progress.FILE)
    return told if told and holder and told.began_at >= holder.began_at - CLOCK else None


def _stage(found: Workspace) -> str:
    told = how_far(found)
    return told.stage if told else ""


def _stamp(found: Workspace, patterns: list[str]) -> str:
    """Hash when the files were changed that some patterns name."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in found.root.glob(pattern)):
        with suppress(FileNotFoundError):  # taken away meanwhile
            digest.update(f"{path} {path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=4)
def _held(root: Path, stamp: str) -> dict[str, int]:
    """Count the deleted tweets in each pack; `stamp` changes when one of the files does."""
    held = deletions.in_exports(Workspace(root))
    return {name: len(ids) for name, ids in held.items()}
