"""All uses of marimo's private names, so that an upgrade of marimo breaks one module only.

`tests/dashboard/session/test_marimo_internals.py` fails if marimo renames one of them, and says
where to look. Two things have no public API:

- Folders and links in a file browser cannot be filtered: its `filter` only sees files.
- Middleware of the server can only be registered by an installed entry point.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import marimo as mo
from starlette.middleware import Middleware


def add_middleware(name: str, middleware: Callable[..., Any]) -> None:
    """Put a middleware before the applications of marimo's server.

    Args:
        name: Unique name.
        middleware: Called with the next ASGI application.
    """
    from marimo._server.registry import MIDDLEWARE_REGISTRY

    MIDDLEWARE_REGISTRY.register(name, Middleware(middleware))


class FilteredBrowser(mo.ui.file_browser):
    """A file browser that lists only some files and folders, under names of our choice.

    Args:
        root: Folder to start in. Nobody can leave it.
        limit: Most entries listed of one folder.
        is_shown: Decides which paths are listed.
        shown_name: Returns the name to show for a name.
    """

    def __init__(
        self,
        root: Path,
        *,
        limit: int,
        is_shown: Callable[[Path], bool],
        shown_name: Callable[[str], str],
    ) -> None:
        self._is_shown = is_shown
        self._shown_name = shown_name
        super().__init__(root, selection_mode="all", limit=limit)

    def _list_directory(self, args: Any) -> Any:  # noqa: ANN401 (marimo does not export the types)
        """Answer the browser's request for the entries of a folder."""
        listing = super()._list_directory(args)
        listing.files = [entry for entry in listing.files if self._is_shown(Path(entry["path"]))]
        for entry in listing.files:
            entry["name"] = self._shown_name(entry["name"])
        return listing
