"""Run stages in order and record each run; called by the command line."""

import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from workbench import instructions, labels, measures
from workbench.cluster import ingest as cluster_ingest
from workbench.cluster import merge as cluster_merge
from workbench.cluster import shard_folders
from workbench.cluster.engine import Engine
from workbench.exceptions import StageError
from workbench.hydration import page_store
from workbench.ingest.build import from_archives
from workbench.pipeline import (
    cluster_runners,
    content_hash,
    damage,
    deletions,
    exports,
    fingerprints,
    freshness,
    recipe_checks,
    run_records,
    table_stamps,
)
from workbench.pipeline.stages import BY_NAME, DEFAULT_EXPORT, EXPORT, INGEST, STAGES, Stage
from workbench.progress import OnProgress, silent
from workbench.recipe import Recipe
from workbench.selection import hand_list
from workbench.storage import Run, Workspace

#: Takes a stage and returns a context in which it runs, with the callback for its progress.
Watch = Callable[[Stage], AbstractContextManager[OnProgress]]


def unwatched(stage: Stage) -> AbstractContextManager[OnProgress]:
    """Show no progress; the default."""
    return nullcontext(silent)


def ingest(
    workspace: Workspace,
    recipe: Recipe,
    *,
    paths: list[str],
    workers: int = 1,
    engine: Engine | None = None,
    on_progress: OnProgress = silent,
) -> Run:
    """Run stage 1 on archives, see `ingest.from_archives`.

    Args:
        workspace: Where the tables are.
        recipe: The settings.
        paths: Files, folders and globs; `-` is standard input.
        workers: Processes that read members, if there is no engine.
        engine: Where the stage runs; by default on this machine.
        on_progress: Called with the bytes done and the bytes in all.
    """
    began = time.perf_counter()
    if engine:
        engine.start()
        read = partial(cluster_ingest.from_archives, engine=engine)
    else:
        read = partial(from_archives, workers=workers)
    with workspace.locked(), damage.explained(workspace):
        before = workspace.last_run("ingest")
        with run_records.forgotten(workspace, INGEST):
            counts = read(
                paths, workspace=workspace, settings=recipe.ingest, on_progress=on_progress
            )
        return _record_ingest(workspace, counts, before=before, began=began)


def delete(workspace: Workspace, ids: list[int]) -> Run:
    """Remove tweets for good, see `deletions.add`. The stages after ingest become stale."""
    with workspace.locked(), damage.explained(workspace):
        before = workspace.last_run("ingest")
        with run_records.forgotten(workspace, INGEST):
            return _merge(workspace, ids, before=before)


def merge_again(workspace: Workspace) -> Run:
    """Merge the tables of ingest again, for example if the record of their run was lost."""
    with workspace.locked(), damage.explained(workspace):
        return _merge(workspace, [], before=workspace.last_run("ingest"))


def _merge(
    workspace: Workspace, deleted: list[int], *, before: Run | None, engine: Engine | None = None
) -> Run:
    """Merge the tables of ingest again without deleted tweets, and record it as an ingest."""
    began = time.perf_counter()
    counts = {"members_known": 0} | (before.counts if before else {})
    counts |= deletions.add(
        deleted, workspace=workspace, row_tables=cluster_merge.tables_of(engine)
    )
    return _record_ingest(workspace, counts, before=before, began=began)


def _record_ingest(
    workspace: Workspace, counts: dict[str, Any], *, before: Run | None, began: float
) -> Run:
    """Erase deleted tweets from all files beside the tables, and record the run."""
    labels.forget_deleted(workspace)
    measures.store.forget_deleted(workspace)
    hand_list.forget_deleted(workspace)
    instructions.forget_deleted(workspace)
    page_store.forget_deleted(workspace)
    if before is None or before.counts.get("deleted") != counts["deleted"]:
        # Nobody knows which shards of a killed run hold a text of a deleted tweet.
        shutil.rmtree(shard_folders.parent(workspace), ignore_errors=True)
    return workspace.record(
        "ingest",
        fingerprint=content_hash.of(workspace),
        seconds=time.perf_counter() - began,
        counts=counts,
        stamps=table_stamps.of(workspace, INGEST),
    )


def run_stage(
    workspace: Workspace,
    recipe: Recipe,
    name: str,
    *,
    engine: Engine | None = None,
    on_progress: OnProgress = silent,
) -> Run:
    """Run one stage after ingest, whether it is stale or not.

    Args:
        workspace: Where the tables are.
        recipe: The settings.
        name: Name of the stage.
        engine: Where the stage runs, see `cluster_runners`; by default on this machine.
        on_progress: Called with the work done and all work.

    Raises:
        StageError: If a stage that it needs has not run, or if another `[score]` made the scores
            from which to select.
    """
    stage = BY_NAME[name]
    for need in stage.needs:
        if workspace.last_run(need) is None:
            msg = f"`{name}` needs the result of `{need}`, which has not run in this workspace."
            raise StageError(msg, hint=f"run `workbench {need}` first, or `workbench run`.")
    if name == "select":
        freshness.check_scores(workspace, recipe)
    began = time.perf_counter()
    with workspace.locked(), damage.explained(workspace):
        with run_records.forgotten(workspace, stage):
            # Hashed before the stage runs: a file that changes during the run makes it stale.
            values = fingerprints.inputs(workspace, recipe, stage)
            counts = cluster_runners.runner(name, engine)(workspace, recipe, on_progress)
        return _record(workspace, recipe, stage, values=values, counts=counts, began=began)


def _record(
    workspace: Workspace,
    recipe: Recipe,
    stage: Stage,
    *,
    values: dict[str, str],
    counts: dict[str, Any],
    began: float,
) -> Run:
    return workspace.record(
        stage.name,
        fingerprint=fingerprints.of(recipe, stage, values),
        seconds=time.perf_counter() - began,
        counts=counts,
        made_of=values,
        stamps=table_stamps.of(workspace, stage),
    )


def bring_up_to_date(
    workspace: Workspace,
    recipe: Recipe,
    *,
    engine: Engine | None = None,
    watch: Watch = unwatched,
) -> list[Run]:
    """Run the stale stages after ingest, in order, and return their runs.

    If the selection keeps nothing, nothing is exported. The export of an earlier run stays. If the
    tables of ingest were written outside a run, they are merged again first: deleted tweets are
    removed from them, and their rows are counted.
    """
    with workspace.locked(), damage.explained(workspace):
        return refresh(workspace, recipe, STAGES, engine=engine, watch=watch)


def refresh(
    workspace: Workspace,
    recipe: Recipe,
    stages: tuple[Stage, ...],
    *,
    engine: Engine | None = None,
    watch: Watch,
) -> list[Run]:
    """Run those of some stages that are stale, in order. The caller holds the lock."""
    runs = []
    for stage in stages:
        states = freshness.states(workspace, recipe)
        state = next(state for state in states if state.stage is stage)
        if stage is INGEST and state.is_rewritten:
            with watch(stage):
                runs.append(_merge(workspace, [], before=state.last, engine=engine))
        elif stage is not INGEST and not state.is_fresh:
            with watch(stage) as on_progress:
                runs.append(
                    run_stage(workspace, recipe, stage.name, engine=engine, on_progress=on_progress)
                )
    return runs


def redo(workspace: Workspace, *, name: str, watch: Watch = unwatched) -> dict[str, Any]:
    """Write an export again with its own recipe, without the tweets deleted since.

    First brings the tables before the export up to date for that recipe, so they no longer contain
    deleted tweets. The tables of the workspace follow the recipe of the export from then on.

    Returns:
        The counts of `exports.write_export`.

    Raises:
        ExportError: If there is no export of that name.
        RecipeError: If its recipe names code that the workspace's own recipe does not.
    """
    recipe = exports.recipe_of(workspace, name)
    recipe_checks.check_code_is_own(workspace, recipe, name=f"of the export `{name}`")
    with workspace.locked(), damage.explained(workspace):
        refresh(workspace, recipe, STAGES[:-1], watch=watch)
        with watch(EXPORT) as on_progress:
            return write_export(
                workspace, recipe, name=name, overwrite=True, on_progress=on_progress
            )


def write_export(
    workspace: Workspace,
    recipe: Recipe,
    *,
    name: str,
    overwrite: bool = False,
    on_progress: OnProgress = silent,
) -> dict[str, Any]:
    """Write an export, see `exports.write_export`.

    The export that `workbench run` writes is recorded as a run, if the recipe is that of the
    selection. With another recipe it becomes stale.
    """
    began = time.perf_counter()
    with workspace.locked(), damage.explained(workspace):
        values = fingerprints.inputs(workspace, recipe, EXPORT)
        counts = exports.write_export(
            workspace, recipe, name=name, overwrite=overwrite, on_progress=on_progress
        )
        if name == DEFAULT_EXPORT and freshness.is_current(workspace, recipe, BY_NAME["select"]):
            _record(workspace, recipe, EXPORT, values=values, counts=counts, began=began)
        return counts
