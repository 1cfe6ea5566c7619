"""Tabs that a keyboard can use; the chosen tab is kept in the address of the page.

marimo's own tabs have two faults: Tab jumps to the last one and opens it, and the arrow keys reach
only the first and the last.
"""

from collections.abc import Sequence
from typing import Any

import anywidget
import marimo as mo
import traitlets

from workbench.dashboard.components import widget_files
from workbench.dashboard.session import query_params
from workbench.display.css import KEPT


class TabList(anywidget.AnyWidget):
    """The tab list in the browser.

    Args:
        names: The tabs, from left to right.
        chosen: The open one.
        label: What screen readers call the list.
        colour: Colour of the line below the open tab.
    """

    _esm = widget_files.script(__file__)
    _css = widget_files.style(__file__)

    names: Any = traitlets.List().tag(sync=True)
    chosen = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    colour = traitlets.Unicode(KEPT).tag(sync=True)


class Tabs(mo.ui.anywidget):
    """A list of tabs; its `value` is the name of the open one.

    The content of a tab is whatever the page shows for that value. The browser may send any value:
    names that are not a tab are ignored.

    Args:
        names: The tabs, from left to right.
        value: The tab to open if the address names none; by default the first one.
        label: What screen readers call the list.
        parameter: Name of the value in the address; empty to keep the tab out of it.
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        value: str = "",
        label: str = "Views",
        parameter: str = "tab",
    ) -> None:
        self._names = list(names)
        self._parameter = parameter
        asked = query_params.read(parameter) if parameter else ""
        self._open = next(name for name in (asked, value, *self._names) if name in self._names)
        tab_list = TabList(names=self._names, chosen=self._open, label=label)
        tab_list.observe(self._choose, "chosen")
        super().__init__(tab_list)

    @property  # type: ignore[misc]
    def value(self) -> str:  # type: ignore[override]
        """The name of the open tab."""
        return self._open

    def _choose(self, change: Any) -> None:  # noqa: ANN401 (traitlets exports no type)
        """Open a tab that the browser has chosen, and write it into the address."""
        if change["new"] in self._names and change["new"] != self._open:
            object.__setattr__(self, "_open", change["new"])
            if self._parameter:
                query_params.write(**{self._parameter: self._open})
