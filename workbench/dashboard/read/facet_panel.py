"""Filters with counts: a person chooses bins of facts, and sees what is left in all others."""

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import marimo as mo
import traitlets

from workbench.dashboard.components import widget_files
from workbench.dashboard.read.filters import Filters
from workbench.display.css import KEPT, LINE
from workbench.facets.crossfilter import Facet
from workbench.text import sanitize

#: Facets of the panel, in order, and those that are unfolded at first.
SHOWN = (
    "verdict",
    "language",
    "turns",
    "suitability",
    "answer",
    "similarity",
    "participants",
    "depth",
    "coverage",
    "likes",
    "begun",
    "hashtags",
    "source",
)
OPEN = ("verdict", "language", "turns", "suitability")
#: Most characters of a name.
LONGEST = 40


class Panel(anywidget.AnyWidget):
    """The filters in the browser, which gets the counts of at most a hundred bins per facet."""

    _esm = widget_files.script(__file__)
    _css = widget_files.style(__file__)

    colours = traitlets.Dict({"blue": KEPT, "line": LINE}).tag(sync=True)
    facets: Any = traitlets.List().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)


class FacetPanel(mo.ui.anywidget):
    """The filters; its `value` is the choice, not checked yet: see `Filters.checked`.

    The panel is made once and then only told new counts, so that it keeps what is unfolded.

    Args:
        chosen: The choice at first.
        on_choice: Called when a person has chosen something else.
    """

    def __init__(
        self,
        chosen: Mapping[str, list[int]],
        *,
        on_choice: Callable[[], None] = lambda: None,
    ) -> None:
        panel = Panel(chosen=dict(chosen))
        panel.observe(lambda _: on_choice(), "chosen")
        super().__init__(panel)

    @property  # type: ignore[misc]
    def value(self) -> object:  # type: ignore[override]
        """The choice of the browser: facet -> bins, if the browser sent nothing else."""
        return self.widget.chosen

    def tell(self, filters: Filters, bins: Mapping[str, list[int]]) -> None:
        """Show the counts of a choice."""
        facets = [_described(filters.crossfilter.facets[name]) for name in SHOWN]
        if self.widget.facets != facets:
            self.widget.facets = facets
        self.widget.now = {
            "counts": filters.crossfilter.counts(filters.every(bins)),
            "words": filters.words(bins),
        }


def _described(facet: Facet) -> dict[str, Any]:
    """Return what the browser needs of a facet; names from tweets are made harmless."""
    return {
        "name": facet.name,
        "title": facet.title,
        "labels": [sanitize.plain(label, most=LONGEST) for label in facet.labels],
        "bins": len(facet.starts),
        "unknown": facet.unknown,
        "is_open": facet.name in OPEN,
    }
