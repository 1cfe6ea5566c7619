"""Choose dumps below an allowed root, and list what was chosen."""

from contextlib import suppress
from pathlib import Path

import marimo as mo

from workbench.dashboard.session import allowed_files
from workbench.dashboard.session.marimo_internals import FilteredBrowser
from workbench.display import html
from workbench.exceptions import WorkspaceError
from workbench.text import sanitize

#: Most entries to list of one folder.
LISTED = 1000


def browser(root: Path) -> FilteredBrowser:
    """Return a browser for the files and folders below a root.

    It hides hidden files, links that lead elsewhere, and names that are not valid text. Characters
    that hide or reorder a name are shown as their code point.
    """
    root = root.resolve()

    def is_shown(path: Path) -> bool:
        with suppress(WorkspaceError):
            allowed_files.inside(path, roots=[root])
            return not path.name.startswith(".")
        return False

    return FilteredBrowser(root, limit=LISTED, is_shown=is_shown, shown_name=sanitize.visible)


def chosen(paths: list[Path], *, most: int = 8) -> mo.Html:
    """List the chosen dumps with their sizes."""
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
