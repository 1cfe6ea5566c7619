"""Turn what Daft and Ray raise if a worker fails into errors that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from workbench.cluster import node
from workbench.exceptions import StageError

#: Words in what Daft and Ray say, in lower case, if a process or a node is gone.
_DEATHS = ("udf process closed", "died", "crashed", "unavailable", "lost", "cancelled")

_AGAIN = "run the same command again to continue; fewer `--workers` on a node need less memory."


@contextmanager
def failures_named() -> Iterator[None]:
    """Raise errors of Daft and Ray as those of the workbench.

    Raises:
        StageError: If a worker was killed, ran out of memory or lacks the package.
    """
    try:
        yield
    except StageError:
        raise
    except Exception as error:
        if translated := _translated(error):
            raise translated from error
        raise


def _translated(error: Exception) -> StageError | None:
    module = type(error).__module__.partition(".")[0]
    text = str(error)
    if "No module named 'workbench" in text.replace("\\", ""):
        return StageError("A worker cannot load the workbench.", hint=node.INSTALL)
    if "UDF process closed" not in text and module not in {"ray", "daft"}:
        return None
    # Ray kills workers before a node has no memory left, and explains that at length.
    if "low on memory" in text or "OutOfMemory" in text:
        msg = "Memory ran out on a node of the cluster, and its workers were killed."
        return StageError(msg, hint=_AGAIN)
    lines = text.strip().splitlines() or [type(error).__name__]
    described = f"{type(error).__name__} {text}".lower()
    if any(word in described for word in _DEATHS):
        msg = f"A worker was killed, ran out of memory or lost its node: {lines[-1][:300]}"
        return StageError(msg, hint=_AGAIN)
    msg = f"Daft cannot go on: {' '.join(lines)[:500]}"
    hint = (
        "if it names a file of the workspace, `workbench doctor` checks it; if it cannot read or "
        "write, check the rights of each node."
    )
    return StageError(msg, hint=hint)
