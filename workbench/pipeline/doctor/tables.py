"""Check the tables and exports of a workspace, and the records of the runs that made them."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import polars as pl

from workbench.embeddings import projection
from workbench.exceptions import WorkbenchError
from workbench.export import encodings, folder_checks
from workbench.export.manifest import MANIFEST, Manifest
from workbench.ingest import staging
from workbench.pipeline import damage, freshness, table_stamps
from workbench.pipeline.doctor.fault import Fault, nothing
from workbench.pipeline.stages import DEFAULT_EXPORT, INGEST, STAGES, Stage
from workbench.storage import Workspace, runs

#: Folder in a workspace for damaged files that only the dumps could replace.
ASIDE = "damaged"

#: Names inside a LanceDB table. A folder with anything else is not removed.
_OF_LANCE = {"_transactions", "_versions", "_indices", "_deletions", "_refs", "data"}

_SHOWN = 5


def faults(workspace: Workspace) -> Iterator[Fault]:
    """Check every table, the record of every stage, and every export."""
    damaged = {path: problem for path in _tables(workspace) if (problem := damage.problem_of(path))}
    yield from _records(workspace)
    for stage in STAGES[:-1]:
        paths = [
            table_stamps.path_of(workspace, table) for table in (*stage.makes, *stage.may_make)
        ]
        broken = [path for path in paths if path in damaged]
        for path in broken:
            yield _damaged(workspace, stage, path, damaged[path])
        if not broken:
            yield from _without_run(workspace, stage, paths)
    if (path := projection.path(workspace)) in damaged:
        yield Fault(
            path,
            f"is damaged: {damaged[path]}",
            "`--fix` draws the quick map again; `workbench map` draws the better one",
            fix=path.unlink,
            stage="embed",
        )
    yield from _exports(workspace)


def _tables(workspace: Workspace) -> list[Path]:
    own = {workspace.path("labels"), workspace.path("instructions")}
    return [path for path in damage.paths(workspace) if path not in own]


def _records(workspace: Workspace) -> Iterator[Fault]:
    for path in sorted((workspace.root / "runs").glob("[!.]*.json")):
        if runs.read(workspace.root, path.stem) is None:
            is_stage = path.stem in {stage.name for stage in STAGES}
            yield Fault(
                path,
                "is not the record of a run",
                "`--fix` removes it and runs the stage again; no table is lost",
                fix=path.unlink,
                stage=path.stem if is_stage else "",
            )


def _damaged(workspace: Workspace, stage: Stage, path: Path, problem: str) -> Fault:
    problem = f"is damaged: {problem}"
    if stage is INGEST:
        return _damaged_input(workspace, path, problem)
    advice = f"`--fix` removes it and runs `{stage.name}` again"
    if path == workspace.embeddings_path and not _is_of_lance(path):
        return Fault(path, problem, "it contains other files too: move it away yourself")
    fix = partial(shutil.rmtree, path) if path.is_dir() else path.unlink
    return Fault(path, problem, advice, fix=fix, stage=stage.name)


def _is_of_lance(path: Path) -> bool:
    return path.is_dir() and {entry.name for entry in path.iterdir()} <= _OF_LANCE


def _damaged_input(workspace: Workspace, path: Path, problem: str) -> Fault:
    """Describe damage that only the dumps can mend."""
    if path == workspace.path("deletions"):
        advice = (
            "it lists the tweets that were deleted for good, which must not come back, so nothing "
            "is changed: put a copy in its place. Without one, move it away, read all dumps "
            "again, and delete again what you deleted by hand"
        )
        return Fault(path, problem, advice)
    ledger = workspace.path("ledger")
    advice = (
        f"`--fix` moves it and the ledger to {ASIDE}/, so that the dumps can be read again: "
        f"`workbench ingest {_archives(workspace)}`"
    )
    return Fault(path, problem, advice, fix=lambda: _set_aside(workspace, path, ledger))


def _archives(workspace: Workspace) -> str:
    """Name the dumps that were read, for a command."""
    ledger = workspace.path("ledger")
    if not ledger.exists() or damage.problem_of(ledger):
        return "PATH..."
    names = workspace.scan("ledger").select(pl.col("archive").unique().sort()).collect()
    shown = names["archive"].to_list()[:_SHOWN]
    return " ".join([*shown, *(["..."] if names.height > _SHOWN else [])])


def _set_aside(workspace: Workspace, *paths: Path) -> None:
    folder = workspace.root / ASIDE
    folder.mkdir(exist_ok=True)
    workspace.forget(INGEST.name)
    for path in paths:
        if path.exists():
            numbered = (folder / f"{path.name}-{number}" for number in range(1, 1_000_000))
            path.rename(next(place for place in numbered if not place.exists()))


def _without_run(workspace: Workspace, stage: Stage, paths: list[Path]) -> Iterator[Fault]:
    """Find tables that no finished run has written."""
    run = workspace.last_run(stage.name)
    existing = [path for path in paths if path.exists()]
    if run is None and stage is INGEST and any(staging.folder(workspace).glob("[!.]*")):
        return  # `leftovers` tells.
    if run is None and existing and not runs.path(workspace.root, stage.name).exists():
        problem = f"no finished run of `{stage.name}` has written it"
        advice = f"`--fix` runs `{stage.name}` again"
        if stage is INGEST:
            advice = "`--fix` merges the tables again; if a run was stopped, read its dumps again"
        yield Fault(existing[0], problem, advice, fix=nothing, stage=stage.name)
    if run and (
        lacking := [table for table in stage.makes if not freshness.exists(workspace, table)]
    ):
        path = table_stamps.path_of(workspace, lacking[0])
        if stage is INGEST:
            yield Fault(path, "is missing", "read the dumps again: `workbench ingest PATH...`")
        else:
            advice = f"`--fix` runs `{stage.name}` again"
            yield Fault(path, "is missing", advice, fix=nothing, stage=stage.name)
    for table in table_stamps.rewritten(workspace, stage, run):
        path = table_stamps.path_of(workspace, table)
        problem = "is not what its run wrote: another program wrote it, or its bytes have changed"
        yield Fault(path, problem, f"`--fix` runs `{stage.name}` again", nothing, stage.name)


def _exports(workspace: Workspace) -> Iterator[Fault]:
    """Compare the files of each export with its manifest. Exports are not rewritten."""
    for folder in sorted(workspace.exports_path.glob("[!.]*")):
        if not folder.is_dir():
            continue
        if problem := _problem_of_export(folder):
            yield Fault(folder, problem, _advice_for_export(workspace, folder))


def _problem_of_export(folder: Path) -> str:
    if not (folder / MANIFEST).is_file():
        return f"is not an export: it has no {MANIFEST}"
    try:
        entries = Manifest.load(folder).files
    except WorkbenchError:
        return f"is damaged: {MANIFEST} cannot be read"
    for entry in entries:
        path = folder / entry.name
        if not path.is_file() or encodings.sha256(path) != entry.sha256:
            state = "differs from its hash" if path.is_file() else "is missing"
            return f"is damaged: {entry.name} {state}"
    return ""


def _advice_for_export(workspace: Workspace, folder: Path) -> str:
    try:
        folder_checks.check_free(folder, overwrite=True)
    except WorkbenchError:
        return "move it away, then write the export again"
    name = "" if folder.name == DEFAULT_EXPORT else f" {folder.name}"
    return f"write it again: `workbench export{name} --redo -w {workspace.root}`"
