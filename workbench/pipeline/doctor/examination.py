"""Collect everything that is wrong with a workspace, without changing anything."""

from pathlib import Path

from workbench.exceptions import WorkspaceError
from workbench.pipeline.doctor import caches, leftovers, own_files, tables
from workbench.pipeline.doctor.fault import Fault
from workbench.storage import Workspace, lock_owner
from workbench.storage.lock_owner import LockOwner


def examine(root: Path, *, busy: LockOwner | None = None) -> list[Fault]:
    """Check a workspace, and the cache of this user; every table is read to its end.

    Args:
        root: Folder of the workspace. It need not be possible to open it.
        busy: The process that writes to it now. Its files are not the remains of a killed run.

    Raises:
        WorkspaceError: If there is no workspace.
    """
    if not (root / "workspace.json").is_file():
        msg = f"{root} is not a workspace."
        raise WorkspaceError(msg, hint="name one with --workspace.")
    if fault := own_files.format_fault(root):
        return [fault]
    workspace = Workspace(root)
    faults = [*own_files.faults(workspace)]
    if busy is None:
        faults += leftovers.faults(workspace)
        faults += tables.faults(workspace)
    return [*faults, *caches.faults()]


def note_of(busy: LockOwner | None) -> str:
    """Say what was not checked because a process writes to the workspace; "" if nothing."""
    if busy is None:
        return ""
    return f"The tables were not checked: they are in use by {lock_owner.describe(busy)}."
