"""Make again what is damaged and safe to make again."""

from dataclasses import dataclass
from pathlib import Path

from workbench.embeddings import projection
from workbench.pipeline import freshness
from workbench.pipeline.doctor.examination import examine
from workbench.pipeline.doctor.fault import Fault
from workbench.pipeline.run import Watch, merge_again, refresh, unwatched
from workbench.pipeline.stages import BY_NAME, INGEST, STAGES, Stage
from workbench.recipe import Recipe
from workbench.storage import Run, Workspace


@dataclass(frozen=True)
class Repair:
    """What a repair has done.

    Args:
        fixed: Faults that were mended.
        runs: Runs of the stages that made their tables again.
        left: Faults that are still there.
        note: Why tables were not made again; empty if they were, or none was damaged.
    """

    fixed: list[Fault]
    runs: list[Run]
    left: list[Fault]
    note: str = ""


def repair(root: Path, recipe: Recipe, *, watch: Watch = unwatched) -> Repair:
    """Apply every fix, then run the stages again whose tables were damaged, and those after them.

    Stages that were made with another recipe are not run: the result would be another one.

    Raises:
        WorkspaceError: If there is no workspace, or another process is writing to it.
    """
    before = examine(root)
    if any(_is_mark(fault) for fault in before):
        _apply(before)
        if any(_is_mark(fault) and not fault.is_safe for fault in before):
            return Repair([], [], before)
    workspace = Workspace(root)
    with workspace.locked():  # This alone clears the record of a process that has ended.
        faults = [*filter(_is_mark, before), *examine(root)]
        through = _up_to_the_last(workspace)
        others = _made_otherwise(workspace, recipe, through)
        _apply(faults)
        fixed = [fault for fault in faults if fault.is_safe]
        broken = {fault.stage for fault in fixed} - {""}
        note = _reason_to_wait(workspace, broken, others)
        runs: list[Run] = []
        if broken and not note:
            if INGEST.name in broken:
                runs.append(merge_again(workspace))
            runs += refresh(workspace, recipe, through, watch=watch)
            if BY_NAME["embed"] in through and not projection.path(workspace).exists():
                projection.refresh(workspace)
        return Repair(fixed, runs, examine(root), note)


def _is_mark(fault: Fault) -> bool:
    """Return whether a fault is that of `workspace.json`, without which nothing is checked."""
    return fault.path.name == "workspace.json"


def _apply(faults: list[Fault]) -> None:
    for fault in faults:
        if fault.fix is not None:
            fault.fix()


def _up_to_the_last(workspace: Workspace) -> tuple[Stage, ...]:
    """Return the stages up to the last one that ever ran."""
    ran = [
        number
        for number, stage in enumerate(STAGES)
        if (workspace.root / "runs" / f"{stage.name}.json").exists()
        or any(freshness.exists(workspace, table) for table in stage.makes)
    ]
    return STAGES[: max(ran, default=-1) + 1]


def _made_otherwise(workspace: Workspace, recipe: Recipe, stages: tuple[Stage, ...]) -> list[str]:
    """Return the stages whose last run used other settings than those of a recipe."""
    names = []
    for stage in stages:
        run = workspace.last_run(stage.name)
        made_of = run.made_of if run else {}
        digests = {f"section {name}": recipe.digest(name) for name in stage.sections}
        if any(made_of.get(name, digest) != digest for name, digest in digests.items()):
            names.append(stage.name)
    return names


def _reason_to_wait(workspace: Workspace, broken: set[str], others: list[str]) -> str:
    if not broken:
        return ""
    first = min(STAGES.index(BY_NAME[name]) for name in broken)
    if blocking := [name for name in others if STAGES.index(BY_NAME[name]) >= first]:
        return (
            f"`{blocking[0]}` was last run with another recipe. Run `workbench run --recipe FILE` "
            "with that recipe to make the tables again."
        )
    if INGEST.name not in broken and workspace.last_run(INGEST.name) is None:
        return "Read the dumps again first, then `workbench run` makes the other tables again."
    return ""
