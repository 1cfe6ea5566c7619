"""Files: dumps and folders that a person chooses, which have to lie below the allowed roots."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import marimo as mo

from workbench.display import html
from workbench.exceptions import ArchiveError, WorkbenchError, WorkspaceError
from workbench.storage import Workspace
from workbench.text import sanitize

#: Environment variable with more roots, parted as those of PATH are.
VARIABLE = "WORKBENCH_ROOTS"

#: Paths that one glob may name; more are a folder's worth.
MOST = 2000

#: Entries of a folder that are listed.
LISTED = 1000

_MAGIC = set("*?[")


def roots(arguments: Mapping[str, Any], *, workspace: Path | None = None) -> list[Path]:
    """Give the folders below which people may choose, those that are allowed on the command line.

    Args:
        arguments: What `mo.cli_args().to_dict()` gives; `root` may be there once or repeatedly.
        workspace: Folder of the workspace.

    Returns:
        The roots named there and in `WORKBENCH_ROOTS`; if none is, the folder that the server was
        started in, and that of the workspace. Links are followed.

    Raises:
        WorkspaceError: If a root is no folder.
    """
    named = arguments.get("root", [])
    # The page's server turns words that look like numbers into numbers.
    told = [str(name) for name in (named if isinstance(named, list) else [named])]
    told += os.environ.get(VARIABLE, "").split(os.pathsep)
    found = [Path(name).expanduser() for name in told if name]
    if not found:
        found = [Path.cwd(), *([workspace] if workspace and workspace.is_dir() else [])]
    for root in found:
        if not root.is_dir():
            msg = f"The root {root} is no folder."
            raise WorkspaceError(msg, hint="name folders that exist with --root.")
    resolved = list(dict.fromkeys(root.resolve() for root in found))
    return [root for root in resolved if not any(other in root.parents for other in resolved)]


def allowed(arguments: Mapping[str, Any]) -> tuple[list[Path], str]:
    """Give the roots of this server, see `roots`, and what is wrong with them.

    Where one of them is no folder, none is allowed.
    """
    try:
        return roots(arguments, workspace=Workspace.place()), ""
    except WorkspaceError as error:
        return [], str(error)


def inside(typed: str | Path, *, roots: list[Path]) -> Path:
    """Give the path that somebody means, links followed, if it lies below a root.

    A path that does not begin at the top begins at the first root where it is found.

    Raises:
        WorkspaceError: If it lies elsewhere, whether it exists or not.
    """
    for root in roots:
        try:
            path = (root / Path(typed).expanduser()).resolve()
            str(path).encode()  # a name that is no text cannot be written down
            is_below = any(allowed in [path, *path.parents] for allowed in roots)
            if is_below and (path.exists() or root == roots[-1] or Path(typed).is_absolute()):
                return path
        except (OSError, ValueError, RuntimeError):
            break
    below = ", ".join(map(str, roots))
    msg = f"{_said(typed)} does not lie below {below}."
    raise WorkspaceError(msg, hint="choose something there, or start the apps with another --root.")


def choose(
    found: Iterable[Any], typed: str, *, roots: list[Path], workspace: Workspace | None = None
) -> tuple[list[Path], str]:
    """Give what was chosen in a browser and what was typed, one path or glob a line; see `dumps`.

    Returns:
        The dumps, and what is wrong with them; empty where nothing is.
    """
    names = [str(entry.path) for entry in found]
    try:
        return dumps([*names, *typed.splitlines()], roots=roots, workspace=workspace), ""
    except WorkbenchError as error:
        return [], str(error)


def dumps(
    typed: Iterable[str | Path], *, roots: list[Path], workspace: Workspace | None = None
) -> list[Path]:
    """Give the dumps that paths and globs name, links followed, in order and each once.

    Args:
        typed: Paths and globs; empty ones are skipped.
        roots: Folders below which all of them have to lie.
        workspace: Its own tables are no dumps; those that were made for it are.

    Raises:
        ArchiveError: If a path names nothing that can be read, or the workspace itself.
        WorkspaceError: If a path lies below no root.
    """
    names = [str(name).strip() for name in typed]
    found = [path for name in names if name for path in _named(name, roots=roots)]
    for path in found:
        if not (path.is_file() or path.is_dir()):
            msg = f"{_said(path)} does not exist, or is no file and no folder."
            raise ArchiveError(msg, hint="name tar or zip files, folders, single files, or globs.")
        if workspace:
            _refuse_tables(path, workspace.root.resolve())
    return list(dict.fromkeys(found))


def _named(name: str, *, roots: list[Path]) -> list[Path]:
    """Give the path of this very name, or what it names as a glob."""
    if not _MAGIC & set(name):
        return [inside(name, roots=roots)]
    with suppress(WorkspaceError):
        path = inside(name, roots=roots)
        if path.exists():
            return [path]
    return _matches(name, roots=roots)


def _matches(pattern: str, *, roots: list[Path]) -> list[Path]:
    """Find what a glob names; it begins in a folder below a root and never leaves it."""
    parts = Path(pattern).parts
    first = next(place for place, part in enumerate(parts) if _MAGIC & set(part))
    start = inside(Path(*parts[:first]), roots=roots)
    if ".." in parts[first:]:
        msg = f"{_said(pattern)} goes up from a folder that it does not name."
        raise WorkspaceError(msg, hint="write the path without `..`.")
    try:
        matches = sorted(islice(start.glob("/".join(parts[first:])), MOST + 1))
    except (OSError, ValueError) as error:
        msg = f"{_said(pattern)} is no glob: {error}."
        raise ArchiveError(msg, hint="write * and ? for what differs.") from error
    if not matches or len(matches) > MOST:
        msg = f"{_said(pattern)} names {f'more than {MOST:,} files' if matches else 'nothing'}."
        hint = "name their folder instead." if matches else "choose from the list."
        raise ArchiveError(msg, hint=hint)
    return [inside(match, roots=roots) for match in matches]


def _refuse_tables(path: Path, workspace: Path) -> None:
    made = workspace / "0_sample"
    is_table = workspace in path.parents and made not in [path, *path.parents]
    if path == workspace or path in workspace.parents or is_table:
        msg = f"{_said(path)} holds the workspace or is a part of it."
        raise ArchiveError(msg, hint="choose the dumps themselves, or a folder of nothing else.")


def _said(path: str | Path) -> str:
    return sanitize.plain(str(path), most=200)


def listing(paths: list[Path], *, most: int = 8) -> mo.Html:
    """Show what was chosen, and how much of it there is."""
    if not paths:
        return mo.Html('<p class="wb-gap" data-testid="chosen">Nothing is chosen yet.</p>')
    rows = [f"<li>{html.inline(str(path))} {_size(path)}</li>" for path in paths[:most]]
    if len(paths) > most:
        rows.append(f"<li>and {len(paths) - most:,} more</li>")
    return mo.Html(f'<ul class="wb-chosen" data-testid="chosen">{"".join(rows)}</ul>')


def _size(path: Path) -> str:
    if path.is_dir():
        return "(folder)"
    megabytes = path.stat().st_size / 1e6
    return f"({megabytes:,.0f} MB)" if megabytes >= 1 else f"({path.stat().st_size:,} bytes)"


class Browser(mo.ui.file_browser):
    """The folders and files below a root, to choose some of them.

    Left out are hidden ones, links that lead elsewhere, and names that are no text; characters of
    a name that hide or reorder it are shown as their code point.
    """

    def __init__(self, root: str | Path, *, label: str = "") -> None:
        super().__init__(Path(root), selection_mode="all", limit=LISTED, label=label)

    def _list_directory(self, args: Any) -> Any:  # noqa: ANN401 (marimo does not export the types)
        listed = super()._list_directory(args)
        listed.files = [entry for entry in listed.files if self._is_shown(entry["path"])]
        for entry in listed.files:
            entry["name"] = sanitize.visible(entry["name"])
        return listed

    def _is_shown(self, path: str) -> bool:
        with suppress(WorkspaceError):
            inside(path, roots=[Path(self._initial_path).resolve()])
            return not Path(path).name.startswith(".")
        return False
