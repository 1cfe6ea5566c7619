"""Find the folders in which stages keep steps and finished shards until their tables are written.

A run that is killed leaves its folder behind, and the next run continues with its shards. The
folders are removed when tweets are deleted.
"""

import shutil
from pathlib import Path

from workbench.storage import Workspace


def parent(workspace: Workspace) -> Path:
    """Return the folder of all shards of a workspace, as an absolute path."""
    return workspace.root.resolve() / ".shards"


def folder(workspace: Workspace, stage: str, *, key: str) -> Path:
    """Return the folder for the shards of a stage, and remove those with another key.

    Args:
        workspace: The workspace, in a folder that all nodes see, or in a bucket.
        stage: Name of the stage.
        key: Hash of what the shards depend on.
    """
    chosen = parent(workspace) / f"{stage}-{key[:16]}"
    for other in chosen.parent.glob(f"{stage}-*"):
        if other != chosen:
            shutil.rmtree(other)
    return chosen


def remove(folder: Path) -> None:
    """Remove the shards of a stage, and their parent if it is empty now."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.parent.is_dir() and not any(folder.parent.iterdir()):
        folder.parent.rmdir()
