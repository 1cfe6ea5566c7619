"""Let a page follow Back and Forward without being loaded again.

A page makes one `Address` in a cell that shows it. Cells that read values from the address name it:
they run again after Back or Forward and find the new values.
"""

from typing import Any

import anywidget
import marimo as mo
import traitlets

from workbench.dashboard.components import widget_files
from workbench.dashboard.session import query_params


class _Address(anywidget.AnyWidget):
    """The browser's part: sends the names and values of the address after Back or Forward."""

    _esm = widget_files.script(__file__)

    entries: Any = traitlets.List().tag(sync=True)
    turn = traitlets.Int().tag(sync=True)


class Address(mo.ui.anywidget):
    """Follows Back and Forward; shown as nothing."""

    def __init__(self) -> None:
        widget = _Address()
        widget.observe(self._follow, "turn")
        super().__init__(widget)

    def _follow(self, _: object) -> None:
        """Make the address that the browser sent the one that the page reads."""
        entries = self.widget.entries
        query_params.follow(
            (entry[0], entry[1])
            for entry in entries
            if isinstance(entry, list | tuple) and [*map(type, entry)] == [str, str]
        )
