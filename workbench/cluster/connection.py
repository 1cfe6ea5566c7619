"""Connect this process to Daft, on this machine or on a Ray cluster; once for its whole life."""

import logging
import os
import socket
from urllib.parse import urlsplit

from workbench.exceptions import StageError

#: Name of no engine: the stages run in this process and its children.
LOCAL = "local"

#: Address of the Ray cluster of this machine, wherever it listens.
AUTO = "auto"

#: Seconds to wait for the machine of a cluster.
PATIENCE = 5.0

#: Name and address of the engine that this process uses.
_connected: list[tuple[str, str]] = []


def connect(name: str, ray_address: str) -> None:
    """Choose the runner of Daft; the same choice again does nothing.

    Args:
        name: `daft` or `ray`.
        ray_address: Address of the cluster, see `Engine`.

    Raises:
        StageError: If the cluster cannot be reached, or this process uses another engine.
    """
    chosen = (name, ray_address if name == "ray" else "")
    if chosen in _connected:
        return
    if _connected:
        raise _other_engine()
    os.environ.setdefault("DAFT_PROGRESS_BAR", "0")
    os.environ.setdefault("DAFT_ANALYTICS_ENABLED", "0")
    import daft

    try:
        if name == "ray":
            _connect_ray(ray_address)
            daft.set_runner_ray(noop_if_initialized=True)
        else:
            daft.set_runner_native()
    except daft.exceptions.DaftCoreException as error:
        raise _other_engine() from error
    _connected.append(chosen)


def _other_engine() -> StageError:
    msg = "This process already uses another engine or cluster, and Daft cannot change that."
    return StageError(msg, hint="start a new process, or restart the notebook.")


def _connect_ray(address: str) -> None:
    """Connect to a Ray cluster, unless the caller of the library has done so.

    Raises:
        StageError: If there is none.
    """
    import ray

    if ray.is_initialized():
        return
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, ValueError, RuntimeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        msg = f"The Ray cluster `{address}` cannot be reached: {reason}"
        hint = "start one with `ray start --head`, or name another with `--ray-address`."
        raise StageError(msg, hint=hint) from error


def _knock(address: str) -> None:
    """Check that something listens at an address: Ray itself tries for minutes.

    Raises:
        OSError: If nothing does.
        ValueError: If the port is no number.
    """
    url = urlsplit(address if "://" in address else f"//{address}")
    if url.hostname and url.port:
        socket.create_connection((url.hostname, url.port), timeout=PATIENCE).close()
