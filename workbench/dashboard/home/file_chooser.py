"""Choose dumps below the allowed folders, and list what was chosen."""

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import anywidget
import marimo as mo
import traitlets

from workbench.dashboard.components import widget_files
from workbench.dashboard.session import allowed_files
from workbench.display import html
from workbench.display.css import KEPT, LINE
from workbench.exceptions import WorkspaceError
from workbench.text import sanitize

#: Most entries to list of one folder, and most files to count in all of its folders.
LISTED, COUNTED = 500, 20_000


class FileChooser(anywidget.AnyWidget):
    """The files and folders below the allowed folders, with a box for each.

    Hidden files, links that lead elsewhere, and names that are not valid text are left out.

    Args:
        roots: The allowed folders. Nobody can leave them.
    """

    _esm = widget_files.script(__file__)
    _css = widget_files.style(__file__)

    colours = traitlets.Dict({"blue": KEPT, "line": LINE}).tag(sync=True)
    #: Folder to list; empty for the list of allowed folders.
    folder = traitlets.Unicode().tag(sync=True)
    #: Paths with a ticked box, unchecked: the browser may send anything.
    chosen: Any = traitlets.List().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)

    def __init__(self, roots: list[Path]) -> None:
        self._roots = [root.resolve() for root in roots]
        folder = str(self._roots[0]) if len(self._roots) == 1 else ""
        super().__init__(folder=folder, now=listing(folder, roots=self._roots))
        self.observe(self._list, "folder")

    def _list(self, change: Any) -> None:  # noqa: ANN401 (traitlets exports no type)
        self.now = listing(str(change["new"]), roots=self._roots)


def browser(roots: list[Path]) -> mo.ui.anywidget:
    """Return a chooser for the files and folders below some folders."""
    return mo.ui.anywidget(FileChooser(roots))


def paths(chooser: mo.ui.anywidget) -> list[str]:
    """Return the paths with a ticked box; `allowed_files.choose` checks them."""
    return [str(path) for path in chooser.value.get("chosen", [])]


def listing(folder: str, *, roots: list[Path]) -> dict[str, Any]:
    """List a folder: its path to click on, and its entries with sizes.

    Args:
        folder: Folder below a root; empty for the roots. Any other folder is shown as the roots.
        roots: The allowed folders, with links resolved.

    Returns:
        `crumbs`, the folders above and this one; `entries`; and `more`, if there are too many.
    """
    try:
        path = allowed_files.inside(folder, roots=roots) if folder else None
        entries = sorted(_shown(path, roots), key=_order) if path else roots
    except (OSError, WorkspaceError):
        path, entries = None, roots
    left = COUNTED
    rows = []
    for entry in entries[:LISTED]:
        row, counted = _entry(entry, most=max(left, 0), is_root=path is None)
        left -= counted
        rows.append(row)
    return {
        "crumbs": _crumbs(path, roots),
        "entries": rows,
        "more": max(len(entries) - LISTED, 0),
    }


def chosen(paths: list[Path], *, most: int = 8) -> mo.Html:
    """List the chosen dumps with their sizes."""
    if not paths:
        return mo.Html('<p class="wb-gap" data-testid="chosen">Nothing is chosen yet.</p>')
    rows = [f"<li>{html.inline(str(path))} ({_size(path)[0]})</li>" for path in paths[:most]]
    if len(paths) > most:
        rows.append(f"<li>and {len(paths) - most:,} more</li>")
    return mo.Html(f'<ul class="wb-chosen" data-testid="chosen">{"".join(rows)}</ul>')


def _shown(folder: Path, roots: list[Path]) -> Iterator[Path]:
    """Return the entries of a folder that may be chosen."""
    for path in folder.iterdir():
        with suppress(WorkspaceError):
            allowed_files.inside(path, roots=roots)
            if not path.name.startswith(".") and (path.is_dir() or path.is_file()):
                yield path


def _order(path: Path) -> tuple[bool, str]:
    """Sort folders before files, and both by name."""
    return not path.is_dir(), path.name.casefold()


def _crumbs(path: Path | None, roots: list[Path]) -> list[tuple[str, str]]:
    """Return (path, shown name) of each folder on the way to a folder."""
    crumbs = [("", "Allowed folders")] if len(roots) > 1 or path is None else []
    if path:
        root = next(root for root in roots if root in [path, *path.parents])
        below = [parent for parent in [path, *path.parents] if root in [parent, *parent.parents]]
        crumbs += [(str(each), _name(each, is_root=each == root)) for each in reversed(below)]
    return crumbs


def _entry(path: Path, *, most: int, is_root: bool) -> tuple[dict[str, Any], int]:
    """Return what the browser needs of an entry, and the number of files counted."""
    size, counted = _size(path, most=most)
    entry = {
        "path": str(path),
        "name": _name(path, is_root=is_root),
        "is_folder": path.is_dir(),
        "size": size,
    }
    return entry, counted


def _name(path: Path, *, is_root: bool) -> str:
    return sanitize.visible(str(path) if is_root else path.name)


def _size(path: Path, *, most: int = COUNTED) -> tuple[str, int]:
    """Describe the size of a file, or the files in a folder; also count these, up to `most`."""
    try:
        if not path.is_dir():
            return _bytes(path.stat().st_size), 0
        sizes = list(islice(_sizes(path), most + 1))
    except OSError:
        return "not readable", 0
    if len(sizes) > most:
        return f"more than {most:,} files" if most else "many files", len(sizes)
    return f"{len(sizes):,} file{'s' if len(sizes) != 1 else ''}, {_bytes(sum(sizes))}", len(sizes)


def _sizes(folder: Path) -> Iterator[int]:
    """Return the sizes of the files in a folder and its folders; links are not followed."""
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                yield (Path(where) / name).lstat().st_size


def _bytes(size: int) -> str:
    """Format a size.

    Examples:
        >>> [_bytes(size) for size in (5, 12_345, 12_345_678, 5_000_000_000)]
        ['5 bytes', '12.3 kB', '12.3 MB', '5.0 GB']
    """
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{size / unit:,.1f} {name}"
    return f"{size} byte{'s' if size != 1 else ''}"
