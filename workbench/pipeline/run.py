"""Pipeline: the stages in order; which are stale, and how to bring them up to date."""

import hashlib
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench import export, instructions, labels, selection
from workbench.exceptions import ExportError, StageError
from workbench.export import manifest
from workbench.hydration import page_store
from workbench.ingest.build import from_archives
from workbench.pipeline import deletions, fingerprints
from workbench.pipeline.stages import BY_NAME, EXPORT, INGEST, PACK, STAGES, Stage, pack
from workbench.progress import OnProgress, silent
from workbench.recipe import Recipe
from workbench.storage import Run, Workspace


@dataclass(frozen=True)
class State:
    """How a stage stands.

    Args:
        stage: The stage.
        last: Its last finished run; None where there is none.
        reason: Why it should run; empty where its tables are up to date.
    """

    stage: Stage
    last: Run | None
    reason: str

    @property
    def is_fresh(self) -> bool:
        """Tell whether nothing need be done."""
        return not self.reason


#: Given a stage, gives a context in which it runs, with what its progress is told to.
Watch = Callable[[Stage], AbstractContextManager[OnProgress]]


def unwatched(stage: Stage) -> AbstractContextManager[OnProgress]:
    """Watch nothing; the default."""
    return nullcontext(silent)


def ingest(
    workspace: Workspace,
    recipe: Recipe,
    *,
    paths: list[str],
    workers: int = 1,
    on_progress: OnProgress = silent,
) -> Run:
    """Run stage 1 on archives, see `tweets.from_archives`."""
    began = time.perf_counter()
    workspace.forget("ingest")
    counts = from_archives(
        paths, workspace=workspace, settings=recipe.ingest, workers=workers, on_progress=on_progress
    )
    _forget_deleted(workspace)
    return workspace.record(
        "ingest",
        fingerprint=_content(workspace),
        seconds=time.perf_counter() - began,
        counts=counts,
    )


def _forget_deleted(workspace: Workspace) -> None:
    """Erase the texts of deleted tweets that are kept beside the tables."""
    labels.forget_deleted(workspace)
    instructions.forget_deleted(workspace)
    page_store.forget_deleted(workspace)


def delete(workspace: Workspace, ids: list[int]) -> Run:
    """Remove tweets for good, see `deletions.add`; the stages after ingest become stale."""
    began = time.perf_counter()
    before = workspace.last_run("ingest")
    workspace.forget("ingest")
    counts = deletions.add(ids, workspace=workspace)
    _forget_deleted(workspace)
    return workspace.record(
        "ingest",
        fingerprint=_content(workspace),
        seconds=time.perf_counter() - began,
        counts={"members_known": 0, **(before.counts if before else {}), **counts},
    )


def export_pack(
    workspace: Workspace,
    recipe: Recipe,
    *,
    name: str,
    overwrite: bool = False,
    on_progress: OnProgress = silent,
) -> dict[str, Any]:
    """Write a pack of the threads that the recipe keeps.

    The table of verdicts is used if it is up to date with this recipe. Otherwise the rules are
    applied to the scores again, and the verdicts of the workspace stay as they are.

    Raises:
        StageError: If the scores are stale, see `check`; or if no thread is kept.
        ExportError: See `export.from_selection`.
    """
    check(workspace, recipe, before="select")
    verdicts = None
    if not _is_current(workspace, recipe, BY_NAME["select"]):
        verdicts = selection.from_scores(workspace.scan("scores"), settings=recipe.select)
    return pack(
        workspace,
        recipe,
        name=name,
        verdicts=verdicts,
        overwrite=overwrite,
        on_progress=on_progress,
    )


def check(workspace: Workspace, recipe: Recipe, *, before: str) -> None:
    """Check that what a stage reads was made by this recipe, from the tweets that are here now.

    A pack of anything else would hold deleted tweets, or not be what its own recipe makes.

    Raises:
        StageError: If an earlier stage has to run first.
    """
    for stage in STAGES[1 : STAGES.index(BY_NAME[before])]:
        if not _is_current(workspace, recipe, stage):
            msg = f"What `{stage.name}` made is stale: it is of other tweets or of another recipe."
            hint = "bring it up to date: `workbench run` with this recipe, or the app Home"
            raise StageError(msg, hint=f"{hint}; or take the recipe that it was made with.")


def redo(workspace: Workspace, *, name: str, watch: Watch = unwatched) -> dict[str, Any]:
    """Make a pack again from its own recipe and the tables as they are now.

    The tables that the selection reads are brought up to date for that recipe first, so that
    tweets deleted since are in none of them; those of the workspace follow the pack's recipe then.

    Raises:
        ExportError: If there is no such pack.
    """
    export.check_name(name)
    recipe = Recipe.load(_pack_of(workspace, name) / manifest.RECIPE)
    _refresh(workspace, recipe, STAGES[1:-1], watch=watch)
    with watch(EXPORT) as on_progress:
        return pack(workspace, recipe, name=name, overwrite=True, on_progress=on_progress)


def _pack_of(workspace: Workspace, name: str) -> Path:
    folder = workspace.exports_path / name
    if not (folder / manifest.RECIPE).is_file():
        found = sorted(
            path.parent.name for path in workspace.exports_path.glob("[!.]*/recipe.toml")
        )
        msg = f"There is no pack `{name}` in {workspace.exports_path}."
        raise ExportError(msg, hint=f"choose one of {', '.join(found) or 'none yet'}.")
    return folder


def _content(workspace: Workspace) -> str:
    """Hash what was read: the members by content, and the deletions."""
    digest = hashlib.sha256(str(fingerprints.VERSION).encode())
    for member in workspace.read("ledger")["content_hash"].sort():
        digest.update(member.encode())
    digest.update(workspace.read("deletions")["tweet_id"].to_numpy().tobytes())
    return digest.hexdigest()[:16]


def states(workspace: Workspace, recipe: Recipe) -> list[State]:
    """Tell of each stage whether its tables are up to date, and if not, why."""
    found: dict[str, State] = {}
    for stage in STAGES:
        last = workspace.last_run(stage.name)
        waiting = [need for need in stage.needs if not found[need].is_fresh]
        if stage is EXPORT and found["select"].is_fresh and _keeps_nothing(found["select"]):
            reason = ""  # there is nothing to export; a pack of an earlier run stays
        elif last is None or not all(_path(workspace, table).exists() for table in stage.makes):
            reason = "not done yet"
        elif waiting:
            reason = f"`{waiting[0]}` has to run first"
        elif stage is not INGEST and not _is_current(workspace, recipe, stage):
            reason = fingerprints.change(
                last.made_of, fingerprints.made_of(workspace, recipe, stage)
            )
        else:
            reason = ""
        found[stage.name] = State(stage, last, reason)
    return list(found.values())


def _is_current(workspace: Workspace, recipe: Recipe, stage: Stage) -> bool:
    last = workspace.last_run(stage.name)
    told = fingerprints.made_of(workspace, recipe, stage)
    return last is not None and last.fingerprint == fingerprints.of(recipe, stage, told)


def _keeps_nothing(select: State) -> bool:
    return select.last is not None and not select.last.counts["kept"]


def _path(workspace: Workspace, made: str) -> Path:
    others = {"embeddings": workspace.embeddings_path, "exports": workspace.exports_path / PACK}
    return others[made] if made in others else workspace.path(made)


def run_stage(
    workspace: Workspace, recipe: Recipe, name: str, *, on_progress: OnProgress = silent
) -> Run:
    """Run one stage, whether it is stale or not.

    Raises:
        StageError: If a stage that it needs has not run.
    """
    stage = BY_NAME[name]
    for need in stage.needs:
        if workspace.last_run(need) is None:
            msg = f"`{name}` needs the result of `{need}`, which has not run here."
            raise StageError(msg, hint=f"run `workbench {need}` first, or `workbench run`.")
    began = time.perf_counter()
    workspace.forget(name)
    # A file that changes meanwhile may or may not have been read as it is now: that is stale.
    told = fingerprints.made_of(workspace, recipe, stage)
    counts = stage.run(workspace, recipe, on_progress)
    return workspace.record(
        name,
        fingerprint=fingerprints.of(recipe, stage, told),
        seconds=time.perf_counter() - began,
        counts=counts,
        made_of=told,
    )


def bring_up_to_date(
    workspace: Workspace, recipe: Recipe, *, watch: Watch = unwatched
) -> list[Run]:
    """Run the stages after ingest whose tables are stale, in order.

    Where the selection keeps nothing, nothing is exported; the pack of an earlier run stays.
    """
    return _refresh(workspace, recipe, STAGES[1:], watch=watch)


def _refresh(
    workspace: Workspace, recipe: Recipe, stages: tuple[Stage, ...], *, watch: Watch
) -> list[Run]:
    """Run those of some stages that are stale, in order."""
    runs = []
    for stage in stages:
        state = next(state for state in states(workspace, recipe) if state.stage is stage)
        if not state.is_fresh:
            with watch(stage) as on_progress:
                runs.append(run_stage(workspace, recipe, stage.name, on_progress=on_progress))
    return runs


def funnel(workspace: Workspace) -> list[tuple[str, int]]:
    """Give what is left after each stage that has run: lines, tweets, linked, threads..."""
    steps = [
        ("ingest", "lines", "lines read"),
        ("ingest", "rows", "distinct tweets in them"),
        ("ingest", "tweets", "tweets after deletions"),
        ("threads", "linked", "replies linked to their parent"),
        ("threads", "threads", "threads of two turns or more"),
        ("score", "threads", "threads scored"),
        ("select", "kept", "threads kept"),
        ("export", "threads", "threads exported"),
    ]
    runs = {stage.name: workspace.last_run(stage.name) for stage in STAGES}
    return [
        (title, run.counts[key])
        for stage, key, title in steps
        if (run := runs[stage]) is not None and key in run.counts
    ]
