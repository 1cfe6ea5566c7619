"""Check that the dumps and files a person names are below the allowed roots."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from workbench.dashboard.session.server import SERVER
from workbench.exceptions import ArchiveError, WorkbenchError, WorkspaceError
from workbench.storage import Workspace
from workbench.text import sanitize

#: Environment variable with more roots, separated as in PATH.
VARIABLE = "WORKBENCH_ROOTS"

#: Folder of a workspace with the dumps that people uploaded.
UPLOADS = "0_uploads"

#: Folders of a workspace that may contain dumps.
_DUMPS = ("0_sample", UPLOADS)

#: Most paths that one glob may match. For more, a person should name the folder.
MOST = 2000

_WILDCARDS = set("*?[")


def roots(arguments: Mapping[str, Any], *, workspace: Path | None = None) -> list[Path]:
    """Return the folders below which people may choose files.

    Args:
        arguments: Result of `mo.cli_args().to_dict()`; `root` may occur several times.
        workspace: Folder of the workspace.

    Returns:
        The roots named there and in `WORKBENCH_ROOTS`, with links resolved. If none is named, the
        folder that the server was started in and the folder of the workspace.

    Raises:
        WorkspaceError: If a root is not a folder.
    """
    named = arguments.get("root", [])
    # marimo turns words that look like numbers into numbers.
    names = [str(name) for name in (named if isinstance(named, list) else [named])]
    names += os.environ.get(VARIABLE, "").split(os.pathsep)
    folders = [Path(name).expanduser() for name in names if name]
    if not folders:
        folders = [Path.cwd(), *([workspace] if workspace and workspace.is_dir() else [])]
    for folder in folders:
        if not folder.is_dir():
            msg = f"The root {folder} is not a folder."
            raise WorkspaceError(msg, hint="name existing folders with --root.")
    resolved = list(dict.fromkeys(folder.resolve() for folder in folders))
    return [root for root in resolved if not any(other in root.parents for other in resolved)]


def allowed(arguments: Mapping[str, Any]) -> tuple[list[Path], str]:
    """Return the roots of this server, and an error text that is empty if there is no error.

    If one root is not a folder, nothing is allowed.

    Args:
        arguments: See `roots`.
    """
    try:
        return roots(arguments, workspace=SERVER.folder), ""
    except WorkspaceError as error:
        return [], str(error)


def inside(typed: str | Path, *, roots: list[Path], uploads: Path | None = None) -> Path:
    """Resolve a path and check that it is below a root.

    A relative path belongs to the first root that contains it.

    Args:
        typed: The path.
        roots: Folders that may contain it.
        uploads: One more such folder, to which no relative path belongs.

    Raises:
        WorkspaceError: If it is elsewhere, whether it exists or not.
    """
    folders = [*roots, uploads] if uploads else roots
    # The root of the file system stands for the start of a path that is absolute.
    starts = [Path("/")] if Path(typed).is_absolute() else roots
    for start in starts:
        try:
            path = (start / Path(typed).expanduser()).resolve()
            str(path).encode()  # fails for a name that is not valid text
            is_below = any(folder in [path, *path.parents] for folder in folders)
            if is_below and (path.exists() or start == starts[-1]):
                return path
        except (OSError, ValueError, RuntimeError):
            break
    msg = f"{_shown(typed)} is not below {', '.join(map(str, roots)) or 'an allowed folder'}."
    raise WorkspaceError(msg, hint="choose a path there, or start the apps with another --root.")


def choose(
    selected: Iterable[str], typed: str, *, roots: list[Path], workspace: Workspace | None = None
) -> tuple[list[Path], str]:
    """Return the dumps selected in a browser and typed, and an error text.

    Args:
        selected: Paths of ticked boxes.
        typed: Paths and globs, one a line.
        roots: See `dumps`.
        workspace: See `dumps`.

    Returns:
        The dumps, and an error text that is empty if there is no error.
    """
    try:
        return dumps([*selected, *typed.splitlines()], roots=roots, workspace=workspace), ""
    except WorkbenchError as error:
        return [], str(error)


def dumps(
    typed: Iterable[str | Path], *, roots: list[Path], workspace: Workspace | None = None
) -> list[Path]:
    """Resolve paths and globs to dumps, in order and without repetition.

    Args:
        typed: Paths and globs; empty ones are skipped.
        roots: Folders that must contain the dumps.
        workspace: Its tables are refused as dumps. Samples and uploads in it are allowed.

    Raises:
        ArchiveError: If a path cannot be read, or is the workspace itself.
        WorkspaceError: If a path is not below a root.
    """
    names = [str(name).strip() for name in typed]
    uploads = workspace.root.resolve() / UPLOADS if workspace else None
    paths = [path for name in names if name for path in _expand(name, roots, uploads)]
    for path in paths:
        if not (path.is_file() or path.is_dir()):
            msg = f"{_shown(path)} does not exist, or is neither a file nor a folder."
            raise ArchiveError(msg, hint="name tar or zip files, folders, single files, or globs.")
        if workspace:
            _refuse_tables(path, workspace.root.resolve())
    return list(dict.fromkeys(paths))


def _expand(name: str, roots: list[Path], uploads: Path | None) -> list[Path]:
    """Return the path with exactly this name, or else the matches of the glob."""
    if not _WILDCARDS & set(name):
        return [inside(name, roots=roots, uploads=uploads)]
    with suppress(WorkspaceError):
        path = inside(name, roots=roots, uploads=uploads)
        if path.exists():
            return [path]
    return _matches(name, roots, uploads)


def _matches(pattern: str, roots: list[Path], uploads: Path | None) -> list[Path]:
    """Return the matches of a glob. It starts in a folder below a root and never leaves it."""
    parts = Path(pattern).parts
    first = next(place for place, part in enumerate(parts) if _WILDCARDS & set(part))
    start = inside(Path(*parts[:first]), roots=roots, uploads=uploads)
    if ".." in parts[first:]:
        msg = f"{_shown(pattern)} has `..` after a wildcard."
        raise WorkspaceError(msg, hint="write the path without `..`.")
    try:
        matches = sorted(islice(start.glob("/".join(parts[first:])), MOST + 1))
    except (OSError, ValueError) as error:
        msg = f"{_shown(pattern)} is not a valid glob: {error}."
        raise ArchiveError(msg, hint="use * and ? as wildcards.") from error
    if not matches:
        msg = f"{_shown(pattern)} matches nothing."
        raise ArchiveError(msg, hint="choose from the list.")
    if len(matches) > MOST:
        msg = f"{_shown(pattern)} matches more than {MOST:,} files."
        raise ArchiveError(msg, hint="name their folder instead.")
    return [inside(match, roots=roots, uploads=uploads) for match in matches]


def _refuse_tables(path: Path, workspace: Path) -> None:
    is_dump = any(workspace / name in [path, *path.parents] for name in _DUMPS)
    is_table = workspace in path.parents and not is_dump
    if path == workspace or path in workspace.parents or is_table:
        msg = f"{_shown(path)} contains the workspace or is inside it."
        raise ArchiveError(msg, hint="choose the dumps themselves, or a folder with only dumps.")


def _shown(path: str | Path) -> str:
    return sanitize.plain(str(path), most=200)
