"""Charts of all facts of the threads; a selection in one chart restricts all others."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self

import anywidget
import numpy as np
import traitlets

from workbench.dashboard.components import widget_files
from workbench.dashboard.session import query_params
from workbench.dashboard.statistics import chart_files, selections
from workbench.display.css import KEPT, LINE, REMOVED
from workbench.facets import bin_ranges
from workbench.facets.crossfilter import MORE, Crossfilter, Facet
from workbench.text import sanitize

#: Maximum number of characters of a name in a chart.
LONGEST = 40
#: Maximum number of labels below a chart, and of their characters in total.
TICKS, TICK_CHARACTERS = 4, 34


class View(NamedTuple):
    """What a browser shows.

    Args:
        bins: The selected bins by facet, once the selection has settled.
        is_log: Whether counts have a logarithmic scale.
        is_open: Whether the list of the selected threads is open.
    """

    bins: dict[str, list[int]]
    is_log: bool = False
    is_open: bool = False

    @classmethod
    def from_address(cls) -> Self:
        """Read the view from the address of the page; the bins are not checked yet."""
        bins = bin_ranges.from_text(query_params.read("chosen", most=query_params.LONG))
        is_log = query_params.read("scale") == "log"
        return cls(bins, is_log=is_log, is_open=query_params.read("list") == "open")

    def to_address(self) -> None:
        """Write the view into the address of the page."""
        query_params.write(
            chosen=bin_ranges.to_text(self.bins),
            scale="log" if self.is_log else "",
            list="open" if self.is_open else "",
        )


class Charts(anywidget.AnyWidget):
    """The charts of a crossfilter in a browser, and the selection in them.

    The browser gets the counts of at most a hundred bins per facet. `chosen` changes during a drag,
    `settled` a moment after it.

    Args:
        crossfilter: The facets to count.
        view: What to show at first; bins that do not exist are ignored.
    """

    _esm = widget_files.script(__file__, "chart_cards.js")
    _css = widget_files.style(__file__)

    colours = traitlets.Dict({"blue": KEPT, "grey": REMOVED, "line": LINE}).tag(sync=True)
    facets: Any = traitlets.List().tag(sync=True)
    threads = traitlets.Int().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)
    settled = traitlets.Dict().tag(sync=True)
    is_log = traitlets.Bool().tag(sync=True)
    is_open = traitlets.Bool().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)

    def __init__(self, crossfilter: Crossfilter, view: View | None = None) -> None:
        self._crossfilter = crossfilter
        view = view or View({})
        start = crossfilter.checked(view.bins)
        super().__init__(
            facets=[_described(facet) for facet in crossfilter.facets.values()],
            threads=crossfilter.threads,
            chosen=start,
            settled=start,
            is_log=view.is_log,
            is_open=view.is_open,
        )
        self._count()
        self.observe(self._count, "chosen")
        self.on_msg(self._save)

    @property
    def view(self) -> View:
        """What the browser shows, checked, because it may send anything."""
        bins = self._crossfilter.checked(self.settled)
        return View(bins, is_log=self.is_log, is_open=self.is_open)

    def follow(self, on_change: Callable[[View], object]) -> None:
        """Call a function if the settled selection, the scale or the list changes."""
        self.observe(lambda _: on_change(self.view), ["settled", "is_log", "is_open"])

    def close_list(self) -> None:
        """Close the list of threads."""
        self.is_open = False

    def _count(self, _: object = None) -> None:
        """Count again, and send one message; a new `turn` marks it as an answer."""
        bins = self._crossfilter.checked(self.chosen)
        self.now = {
            "turn": self.now.get("turn", 0) + 1,
            "words": selections.words(self._crossfilter, bins),
            "found": int(np.count_nonzero(self._crossfilter.mask(bins))),
            "counts": self._crossfilter.counts(bins),
        }

    def _save(self, _: object, wish: Any, __: object) -> None:  # noqa: ANN401 (the browser may send anything)
        """Send the file of a chart that the browser asks for."""
        wish = wish if isinstance(wish, dict) else {}
        name, kind = str(wish.get("save")), str(wish.get("kind"))
        if name not in self._crossfilter.facets or kind not in chart_files.MIMES:
            return
        bins = self._crossfilter.checked(wish.get("chosen"))
        is_log = wish.get("is_log") is True
        try:
            data = chart_files.write(self._crossfilter, bins, name=name, kind=kind, is_log=is_log)
        except (OSError, ValueError) as error:
            self.send({"problem": f"The chart cannot be saved: {error}."})
            return
        file = {"name": f"{name}.{kind}", "mime": chart_files.MIMES[kind]}
        self.send({"file": file}, buffers=[data])


def _described(facet: Facet) -> Mapping[str, Any]:
    """Return what the browser needs of a facet; names from tweets are made harmless."""
    counts = facet.counts()
    filled = [slot for slot, count in enumerate(counts) if count]
    labels = [sanitize.plain(label, most=LONGEST) for label in facet.labels]
    # One value, and unknown ones beside it, are two names rather than one giant bar.
    is_axis = len([slot for slot in filled if slot != facet.unknown]) > 1
    return {
        "name": facet.name,
        "title": facet.title,
        "unit": facet.unit,
        "about": facet.about,
        "labels": labels,
        "bins": len(facet.starts) if is_axis else 0,
        "ticks": _ticks(facet),
        "edges": list(facet.edges),
        "open": _open_bins(facet),
        "rows": list(range(len(labels))) if not facet.starts else filled,
        "only": labels[filled[0]] if len(filled) == 1 else "",
        "unknown": facet.unknown,
        "all": counts,
    }


def _ticks(facet: Facet) -> list[tuple[int, str]]:
    """Label both ends of an axis, and as many bins between them as there is room for."""
    count = len(facet.starts)
    if not count:
        return []
    first = (0, facet.starts[0] or "earlier")
    last = (count, facet.end or facet.starts[-1])
    longest = max(map(len, (*facet.starts, last[1]))) + 2
    between = max(0, min(TICKS, TICK_CHARACTERS // longest) - 2)
    places = [round(count * part / (between + 1)) for part in range(1, between + 1)]
    inner = [(place, facet.starts[place]) for place in places if 0 < place < count]
    return [first, *inner, last]


def _open_bins(facet: Facet) -> list[int]:
    """List the bins at the ends of an axis that have no bound there."""
    ends = {0, len(facet.starts) - 1} if facet.starts else set()
    return [
        slot
        for slot in sorted(ends)
        if facet.labels[slot].endswith(MORE) or facet.labels[slot].startswith("before ")
    ]
