"""What a node of a cluster needs: the workbench, in the version of the driver."""

import importlib.util
import os
import platform
import uuid
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from workbench.exceptions import StageError

#: What to do on a node without the packages.
INSTALL = "run `pip install 'thread-workbench[cluster]'` on every node."


def version() -> str:
    """Return the version of the workbench on this node."""
    return metadata.version("thread-workbench")


def check(of_driver: str) -> None:
    """Refuse to work for a driver of another version, whose tables may have other columns.

    Raises:
        StageError: If this node has another version.
    """
    if version() != of_driver:
        msg = (
            f"The node {platform.node()} has version {version()} of the workbench, "
            f"the driver has {of_driver}."
        )
        raise StageError(msg, hint=f"install one version everywhere: {INSTALL}")


def check_installed(packages: tuple[str, ...], *, engine: str) -> None:
    """Check that the packages of an engine are installed here.

    Raises:
        StageError: If one is missing.
    """
    for package in packages:
        if importlib.util.find_spec(package) is None:
            msg = f"The engine `{engine}` needs the package `{package}`, which is not installed."
            raise StageError(msg, hint=INSTALL)


def check_files(paths: Iterable[Path], *, writes_to: Path) -> None:
    """Check that this node sees what the driver sees, before it calls a file damaged.

    Args:
        paths: What it is going to read.
        writes_to: Folder in which it is going to write.

    Raises:
        StageError: If it cannot.
    """
    for path in {*paths, writes_to}:
        if not path.exists():
            msg = f"The node {platform.node()} has no {path}, which the driver has."
            hint = "put the dumps and the workspace on a file system that all nodes share."
            raise StageError(msg, hint=hint)
    if not os.access(writes_to, os.W_OK):
        msg = f"The node {platform.node()} may not write to {writes_to}."
        raise StageError(msg, hint="give the workers the rights of the driver on the workspace.")


def writer() -> str:
    """Return a name that no other attempt to write a file has, on any node."""
    return f".{uuid.uuid4().hex}"
