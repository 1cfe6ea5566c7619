"""Pass functions, items and results between the driver and its workers.

Machines that work on a workspace in a bucket have its files in different folders. A path in that
folder is sent as its place in the workspace, and becomes a path of the machine that receives it.
"""

import io
import pickle
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

#: Marks a path of the workspace in the pickle.
_PATH = "path"


class Sent(NamedTuple):
    """A file or folder that a worker has sent to the bucket.

    Args:
        path: Its place in the workspace.
        files: The files of a folder, relative to it; None for a file.
    """

    path: str
    files: list[str] | None


class Answer(NamedTuple):
    """What a worker returns for an item.

    Args:
        result: The result of the function, or the exception that it has raised.
        sent: What the driver has to fetch.
    """

    result: Any
    sent: list[Sent]


def dumped(value: object, *, root: Path | None = None) -> bytes:
    """Pickle a function, an item or an answer.

    Args:
        value: Anything that can be pickled.
        root: Folder of the workspace on this machine; None if all machines see the same files.
    """
    if root is None:
        return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    buffer = io.BytesIO()
    _Pickler(buffer, root).dump(value)
    return buffer.getvalue()


def loaded(data: bytes, *, root: Path | None = None) -> Any:  # noqa: ANN401
    """Undo `dumped`, for what the driver and its own workers have sent to each other.

    Args:
        data: Result of `dumped`.
        root: Folder of the workspace on this machine, see `dumped`.
    """
    return _Unpickler(io.BytesIO(data), root).load()


def inside(path: Path, root: Path) -> str | None:
    """Return the place of a path in the folder of a workspace, with slashes; None for others."""
    for folder in (root, root.resolve()):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return None


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, root: Path) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._root = root

    def persistent_id(self, obj: object) -> tuple[str, str] | None:
        place = inside(obj, self._root) if isinstance(obj, Path) else None
        return None if place is None else (_PATH, place)


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, root: Path | None) -> None:
        super().__init__(file)
        self._root = root

    def persistent_load(self, pid: tuple[str, str]) -> Path:
        kind, place = pid
        if kind != _PATH or self._root is None or ".." in PurePosixPath(place).parts:
            msg = f"{pid} is no path of a workspace."
            raise pickle.UnpicklingError(msg)
        return self._root / place
