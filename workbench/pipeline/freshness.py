"""Tell which stages are up to date, and why the others are not."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workbench.exceptions import StageError
from workbench.pipeline import fingerprints, table_stamps
from workbench.pipeline.stages import BY_NAME, EXPORT, INGEST, STAGES, Stage
from workbench.recipe import Recipe
from workbench.storage import Run, Workspace


@dataclass(frozen=True)
class State:
    """Whether the tables of a stage are up to date.

    Args:
        stage: The stage.
        last: Its last finished run; None if it never finished.
        reason: Why it should run again; empty if its tables are up to date.
        is_rewritten: Whether a notebook or a library call has written one of its tables since.
    """

    stage: Stage
    last: Run | None
    reason: str
    is_rewritten: bool = False

    @property
    def counts(self) -> dict[str, Any]:
        """Counts of the last run; empty if they do not describe the tables that are there now."""
        return self.last.counts if self.last and not self.is_rewritten else {}

    @property
    def is_fresh(self) -> bool:
        """Whether the stage need not run."""
        return not self.reason


def states(workspace: Workspace, recipe: Recipe) -> list[State]:
    """Check every stage, in order: whether its tables are up to date, and if not, why."""
    checked: dict[str, State] = {}
    for stage in STAGES:
        last = workspace.last_run(stage.name)
        rewritten = table_stamps.rewritten(workspace, stage, last)
        waiting = [need for need in stage.needs if not checked[need].is_fresh]
        if stage is EXPORT and checked["select"].is_fresh and _keeps_nothing(checked["select"]):
            reason = ""  # There is nothing to export. The export of an earlier run stays.
        elif last is None:
            reason = "not done yet"
        elif lacking := _missing(workspace, stage):
            reason = _lacks(lacking)
        elif rewritten:
            reason = _was_rewritten(rewritten)
        elif waiting:
            reason = f"`{waiting[0]}` has to run first"
        elif stage is not INGEST and not is_current(workspace, recipe, stage):
            reason = fingerprints.change(
                last.made_of, fingerprints.inputs(workspace, recipe, stage)
            )
        else:
            reason = ""
        checked[stage.name] = State(stage, last, reason, is_rewritten=bool(rewritten))
    return list(checked.values())


def is_current(workspace: Workspace, recipe: Recipe, stage: Stage) -> bool:
    """Return whether a stage ran last with the inputs of today, and its tables are of that run."""
    last = workspace.last_run(stage.name)
    if table_stamps.rewritten(workspace, stage, last):
        return False
    values = fingerprints.inputs(workspace, recipe, stage)
    return last is not None and last.fingerprint == fingerprints.of(recipe, stage, values)


def check(workspace: Workspace, recipe: Recipe, *, before: str) -> None:
    """Check that all stages before one ran with this recipe on the tweets of today.

    An export of anything else would contain deleted tweets, or differ from what its own recipe
    produces.

    Raises:
        StageError: If an earlier stage has to run first.
    """
    for stage in STAGES[: STAGES.index(BY_NAME[before])]:
        if rewritten := table_stamps.rewritten(workspace, stage, workspace.last_run(stage.name)):
            raise _stale(stage, _was_rewritten(rewritten))
        if stage is INGEST:
            continue
        # An export reads the tables, but no vectors.
        lacking = [table for table in _missing(workspace, stage) if table != "embeddings"]
        if lacking or not is_current(workspace, recipe, stage):
            reason = _lacks(lacking) if lacking else "the tweets or the recipe have changed"
            raise _stale(stage, reason)


def check_scores(workspace: Workspace, recipe: Recipe) -> None:
    """Check that the scores were made with the `[score]` of this recipe and the files it names.

    The rules of a recipe with other classifiers or instructions would be applied to numbers that
    mean something else. Scores of older tweets are not refused. Neither are those of earlier
    versions, whose records do not say what the scores were made of.

    Raises:
        StageError: If they were made with another one.
    """
    last = workspace.last_run("score")
    made_of = last.made_of if last else {}
    values = fingerprints.inputs(workspace, recipe, BY_NAME["score"])
    names = ("section ", "file ", "measures")
    now = {name: value for name, value in values.items() if name.startswith(names)}
    made_of = {name: value for name, value in made_of.items() if name.startswith(names)}
    if all(made_of.get(name, value) == value for name, value in now.items()):
        return
    msg = f"The scores were made with another recipe: {fingerprints.change(made_of, now)}."
    hint = "run `workbench score` with this recipe first, or `workbench run`"
    raise StageError(msg, hint=f"{hint}; or choose the recipe that made the scores.")


def _stale(stage: Stage, reason: str) -> StageError:
    msg = f"The result of `{stage.name}` is stale: {reason}."
    hint = "run `workbench run` with this recipe, or use the app Home"
    return StageError(msg, hint=f"{hint}; or choose the recipe that made the result.")


def _missing(workspace: Workspace, stage: Stage) -> list[str]:
    """Return what a stage makes but is not there: earlier versions made fewer tables."""
    return [table for table in stage.makes if not exists(workspace, table)]


def exists(workspace: Workspace, table: str) -> bool:
    """Return whether something that a stage makes is there, see `Stage.makes`."""
    return table_stamps.path_of(workspace, table).exists()


def _lacks(tables: list[str]) -> str:
    return f"the workspace lacks {', '.join(f'`{table}`' for table in tables)}"


def _was_rewritten(tables: Iterable[str]) -> str:
    names = [f"`{table}`" for table in tables]
    return f"{', '.join(names)} {'was' if len(names) == 1 else 'were'} written outside a run"


def _keeps_nothing(select: State) -> bool:
    return select.last is not None and not select.last.counts["kept"]
