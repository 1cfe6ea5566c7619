"""Remember which thread one person has open, from a click on the map or in the list.

Cells only read it. It changes in callbacks of the map and of the list.
"""

from typing import Any

import marimo as mo
import polars as pl

from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.search.map_view import Atlas
from workbench.dashboard.search.scatter import Scatter


class MapChoice:
    """The open thread and the selection on the map.

    The cells of the page read `get_opened`, which changes with every thread that is opened, and
    `get_selected`, which changes with every selection. A new list opens its own first thread.

    Args:
        first: Id of the thread to open beside the first list.
    """

    def __init__(self, first: int | None) -> None:
        self._first = first
        self._opened: int | None = None
        self._turn = 0
        self.get_opened, self._set_opened = mo.state(0)
        self.get_selected, self._set_selected = mo.state(0)

    def follow_map(self, scatter: Scatter, atlas: Atlas, thread_ids: pl.Series) -> None:
        """Follow clicks and selections on the map.

        Args:
            scatter: The map.
            atlas: Its threads.
            thread_ids: Ids of all threads, in the order of the scores.
        """

        def click(_: Any) -> None:  # noqa: ANN401 (traitlets exports no type)
            if (point := scatter.place) is not None:
                self._open(thread_ids[atlas.places["place"][point]])

        scatter.observe(click, "clicked")
        scatter.observe(lambda _: self._set_selected(self._next()), "lasso")

    def follow_list(self, listing: ThreadList) -> None:
        """Follow what is opened in a new list."""
        self._opened, self._first = self._first, None
        listing.widget.observe(lambda _: self._open(listing.value.opened), "opened")

    def opened(self, listing: ThreadList) -> int | None:
        """Return the id of the open thread: the one opened last, or the one open in the list."""
        return listing.value.opened if self._opened is None else self._opened

    def _open(self, thread_id: int | None) -> None:
        self._opened = thread_id
        self._set_opened(self._next())

    def _next(self) -> int:
        self._turn += 1
        return self._turn
