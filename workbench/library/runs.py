"""Run the stages of a workspace from a notebook or a script, with their progress in view."""

import os
import warnings

from workbench import pipeline
from workbench.cluster.engine import Engine
from workbench.exceptions import StageError, WorkspaceError
from workbench.library import progress_view
from workbench.pipeline import expected, recipe_checks, run_summary, stages
from workbench.pipeline import run as pipeline_run
from workbench.progress import FILE, Reporter
from workbench.recipe import Recipe
from workbench.storage import Run, Workspace


def bring_up_to_date(
    workspace: Workspace,
    recipe: Recipe,
    *,
    archives: list[str],
    until: str,
    workers: int | None,
    engine: Engine | None = None,
    shows_progress: bool,
) -> list[Run]:
    """Read archives, then run the stale stages up to one, in order; return their runs.

    Everything that the recipe names is checked first, before hours of work.

    Args:
        workspace: Where the tables are.
        recipe: The settings.
        archives: Files, folders and globs to read first.
        until: Last stage to run.
        workers: Processes that work at once; by default one per core.
        engine: Where the stages run; by default on this machine.
        shows_progress: Whether to show the progress.

    Raises:
        StageError: If there is no such stage, or a stage cannot run on its input.
        RecipeError: If the recipe names a file, format or model that does not exist.
        ArchiveError: If an archive does not exist or cannot be read.
        WorkspaceError: If there are no tweets and no archives, or another process is writing.
    """
    chosen = _stages(until)
    _check(workspace, recipe, chosen, archives=archives)
    view = progress_view.of_this_process(is_shown=shows_progress)
    reporter = Reporter(workspace.root / FILE)
    reporter.plan(
        [stage.name for stage in chosen if archives or stage is not stages.INGEST],
        expected=lambda stage: expected.seconds(workspace, stage),
    )
    runs: list[Run] = []
    with workspace.locked(), view:
        if archives:
            with reporter.stage("ingest", show=view.show) as on_progress:
                run = pipeline.ingest(
                    workspace,
                    recipe,
                    paths=archives,
                    workers=workers or os.cpu_count() or 1,
                    engine=engine,
                    on_progress=on_progress,
                )
            runs.append(run)
            view.log(run)
            _warn(run)
        for stage in chosen:
            for run in pipeline_run.refresh(
                workspace,
                recipe,
                (stage,),
                engine=engine,
                watch=lambda each: reporter.stage(each.name, show=view.show),
            ):
                runs.append(run)
                view.log(run)
    return runs


def _check(
    workspace: Workspace,
    recipe: Recipe,
    chosen: tuple[stages.Stage, ...],
    *,
    archives: list[str],
) -> None:
    """Refuse what would fail after hours of work."""
    recipe_checks.check_names(recipe, *{section for each in chosen for section in each.sections})
    if not archives and workspace.last_run("ingest") is None:
        msg = f"The workspace {workspace.root} contains no tweets yet."
        raise WorkspaceError(msg, hint='name archives to read, like run("july.tar").')


def _stages(until: str) -> tuple[stages.Stage, ...]:
    if until not in stages.BY_NAME:
        msg = f"There is no stage called {until!r}."
        raise StageError(msg, hint=f"choose one of {', '.join(stages.BY_NAME)}.")
    last = stages.STAGES.index(stages.BY_NAME[until])
    return stages.STAGES[: last + 1]


def _warn(ingest: Run) -> None:
    """Warn if no tweet was read; the stages after it would have nothing to do."""
    if advice := run_summary.hint_after_ingest(ingest):
        warnings.warn(advice[0].upper() + advice[1:], stacklevel=4)
