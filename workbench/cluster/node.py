"""What a node of a cluster needs: the workbench, in the version of the driver."""

import importlib.util
import platform
import uuid
from importlib import metadata

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


def out_of_memory() -> StageError:
    """Return the error for a function that got no more memory on this node."""
    msg = f"Memory ran out on the node {platform.node()}."
    hint = "run the same command again with fewer `--workers`, or give the node more memory."
    return StageError(msg, hint=hint)


def writer() -> str:
    """Return a name that no other attempt to write a file has, on any node."""
    return f".{uuid.uuid4().hex}"
