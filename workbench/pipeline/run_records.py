"""Forget the record of a stage while it runs; `run` uses it for every stage."""

from collections.abc import Iterator
from contextlib import contextmanager

from workbench.ingest import staging
from workbench.pipeline import table_stamps
from workbench.pipeline.stages import INGEST, Stage
from workbench.storage import Workspace, runs


@contextmanager
def forgotten(workspace: Workspace, stage: Stage) -> Iterator[None]:
    """Delete the record of a stage before its tables are changed.

    If the stage fails before it has changed anything, for example because a file is missing or the
    recipe has an unknown rule, the record comes back: it still describes the tables. If somebody
    stops the stage, it stays deleted, so that the next run repeats the stage.

    Args:
        workspace: Workspace with the record. The caller locks it.
        stage: The stage that runs.
    """
    before, stamps = workspace.last_run(stage.name), table_stamps.of(workspace, stage)
    workspace.forget(stage.name)
    try:
        yield
    except Exception:
        is_changed = _has_staged(workspace, stage) or table_stamps.of(workspace, stage) != stamps
        if before is not None and not is_changed:
            runs.write(workspace.root, before)
        raise


def _has_staged(workspace: Workspace, stage: Stage) -> bool:
    """Return whether members were read that are not in the tables yet: the run must be repeated."""
    return stage is INGEST and any(staging.folder(workspace).glob("[!.]*"))
