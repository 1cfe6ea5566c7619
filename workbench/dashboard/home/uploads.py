"""Save small dumps that people drop on Home in a folder of the workspace."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import marimo as mo

from workbench.dashboard.session import allowed_files
from workbench.dashboard.session.server import SERVER
from workbench.exceptions import WorkbenchError, WorkspaceError
from workbench.storage import Workspace, atomic

#: Most bytes of a file. The browser sends it in one message; larger dumps belong on the server.
LARGEST = 50_000_000

#: Most characters of a file name.
LONGEST = 150


class Upload(Protocol):
    """A file from the browser."""

    name: str
    contents: bytes


def area(*, set_paths: Callable[[list[str]], None], set_error: Callable[[str], None]) -> mo.ui.file:
    """Return an area to drop files on. They are saved at once.

    Args:
        set_paths: Called with the paths of the saved files.
        set_error: Called with an error text, empty if there is no error.
    """

    def on_change(files: Iterable[Upload]) -> None:
        try:
            set_paths([str(path) for path in save(files)])
        except (WorkbenchError, OSError) as error:
            set_error(str(error))
        else:
            set_error("")

    return mo.ui.file(
        kind="area",
        multiple=True,
        max_size=LARGEST,
        label=f"Drop small dumps here, up to {LARGEST // 10**6} MB each, or click to choose them",
        on_change=on_change,
    )


def save(files: Iterable[Upload]) -> list[Path]:
    """Write files into the workspace, which is created if there is none yet.

    A file with a known name and the same content is not written again.

    Raises:
        WorkspaceError: If a name cannot be used, or another file has it.
    """
    named = [(_name(file.name), file.contents) for file in files]
    workspace = SERVER.find()
    if workspace is None:
        workspace = Workspace.create(SERVER.folder)
        SERVER.use(workspace)
    folder = workspace.root.resolve() / allowed_files.UPLOADS
    folder.mkdir(exist_ok=True)
    for name, contents in named:
        path = folder / name
        if not path.exists():
            with atomic.replacing(path) as partial:
                partial.write_bytes(contents)
        elif path.read_bytes() != contents:
            msg = f"Another file {name} was uploaded before."
            raise WorkspaceError(msg, hint="rename the file and drop it again.")
    return [folder / name for name, _ in named]


def _name(name: str) -> str:
    """Return the file name of an upload, without any folder."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    if not last.isprintable() or last.startswith(".") or not 0 < len(last) <= LONGEST:
        msg = f"A file cannot have the name {last[:LONGEST]!r} here."
        raise WorkspaceError(msg, hint="rename it to plain letters and digits.")
    return last
