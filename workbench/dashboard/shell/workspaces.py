"""List the workspaces that people may open from the bar, and open one of them."""

from itertools import islice
from pathlib import Path

from workbench.dashboard.session import allowed_files
from workbench.dashboard.session.server import SERVER
from workbench.exceptions import WorkspaceError
from workbench.storage import Workspace

#: Most workspaces in the list, and most folders to look through beside each of them.
MOST, LOOKED_AT = 30, 500


def offered(roots: list[Path]) -> list[Path]:
    """Return the folders of the workspaces that may be opened, the open one first.

    These are the ones that this server has shown, those in the same folders, and those directly in
    a root. All are below a root, except the open one.

    Args:
        roots: Folders below which people may choose files, with links resolved.
    """
    shown = [SERVER.folder.resolve(), *(folder.resolve() for folder in SERVER.shown)]
    places = dict.fromkeys([*(folder.parent for folder in shown), *roots])
    known = dict.fromkeys(
        [*shown, *(folder for place in places for folder in _workspaces_in(place))]
    )
    allowed = [
        folder for folder in known if any(root in [folder, *folder.parents] for root in roots)
    ]
    current = shown[:1] if _is_workspace(shown[0]) else []
    others = [folder for folder in allowed if folder not in current and _is_workspace(folder)]
    return [*current, *others][:MOST]


def open_folder(folder: str, *, roots: list[Path]) -> None:
    """Show another workspace in all pages of this server.

    Args:
        folder: One of `offered`.
        roots: See `offered`.

    Raises:
        WorkspaceError: If it is not offered, or it is damaged.
    """
    choices = {str(path): path for path in offered(roots)}
    if folder not in choices:
        msg = "This workspace cannot be opened here."
        raise WorkspaceError(msg, hint="choose one of the list, or start the apps with its --root.")
    SERVER.use(Workspace.open(choices[folder]))


def roots_of(named: list[str]) -> list[Path]:
    """Return the roots of this server; none if one of them is not a folder."""
    return allowed_files.allowed({"root": named})[0]


def _workspaces_in(place: Path) -> list[Path]:
    """Return the workspaces directly in a folder, by name."""
    try:
        folders = [path for path in islice(place.iterdir(), LOOKED_AT) if path.is_dir()]
        return sorted(path.resolve() for path in folders if _is_workspace(path))
    except OSError:
        return []


def _is_workspace(folder: Path) -> bool:
    return (folder / "workspace.json").is_file()
