"""Tell whether the tables of a stage are those that its last run wrote.

A notebook or a library call may write a table too. The record of a run contains a stamp of each of
its tables, see `storage.stamps`. Records of earlier versions have no stamps: their tables count as
those of the run.
"""

from pathlib import Path

from workbench.export import manifest
from workbench.pipeline.stages import BY_NAME, DEFAULT_EXPORT, Stage
from workbench.storage import Run, Workspace, stamps


def path_of(workspace: Workspace, table: str) -> Path:
    """Return the path of what a stage makes, see `Stage.makes`."""
    match table:
        case "embeddings":
            return workspace.embeddings_path
        case "exports":
            return workspace.exports_path / DEFAULT_EXPORT
        case _:
            return workspace.path(table)


def of(workspace: Workspace, stage: Stage) -> dict[str, str]:
    """Stamp what a stage has made: table -> stamp. Tables that do not exist are left out."""
    tables = (*stage.makes, *stage.may_make)
    values = {table: stamps.of(_stamped(workspace, table)) for table in tables}
    return {table: stamp for table, stamp in values.items() if stamp}


def _stamped(workspace: Workspace, table: str) -> Path:
    path = path_of(workspace, table)
    # The manifest of an export contains the hashes of all its files.
    return path / manifest.MANIFEST if table == "exports" else path


def rewritten(workspace: Workspace, stage: Stage, run: Run | None) -> dict[str, str]:
    """Find the tables of a stage that were written after its last run: table -> stamp of now.

    The optional tables of a stage count too if they have appeared or vanished since.
    """
    if run is None or not run.stamps:
        return {}
    now = of(workspace, stage)
    required = [table for table in stage.makes if table in run.stamps and table in now]
    return {
        table: now.get(table, "")
        for table in (*required, *stage.may_make)
        if now.get(table, "") != run.stamps.get(table, "")
    }


def version_of(workspace: Workspace, name: str) -> str:
    """Identify the tables that a stage would read from another stage and from those before it.

    Returns:
        The fingerprint of the last run of the stage, "" if it never ran. If its tables or those
        that it was made of are others by now, these count too.
    """
    run = workspace.last_run(name)
    if run is None:
        return ""
    stage = BY_NAME[name]
    others = [f"{table}={stamp}" for table, stamp in rewritten(workspace, stage, run).items()]
    for need in stage.needs:
        now = version_of(workspace, need)
        if run.made_of.get(f"stage {need}", now) != now:
            others.append(f"{need}={now}")
    return " ".join([run.fingerprint, *others])
