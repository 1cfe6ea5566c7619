"""Crossfilter: charts of all facts of the threads; what is chosen in one restricts the others."""

from collections.abc import Mapping
from importlib import resources
from typing import Any

import anywidget
import numpy as np
import polars as pl
import traitlets

from workbench import selection
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display.css import KEPT, LINE, REMOVED
from workbench.facets import crossfilter, thread_facts
from workbench.facets.crossfilter import Crossfilter, Facet, describe
from workbench.recipe import CATALOGUE
from workbench.text import sanitize

#: Characters of a name in a chart.
LONGEST = 40
#: Labels below a chart, and the characters for which there is room in all.
TICKS, TICK_CHARACTERS = 3, 36

_FILES = resources.files("workbench.dashboard.statistics")


class Charts(anywidget.AnyWidget):
    """The charts of a crossfilter in a browser, and what is chosen in them.

    A browser gets the counts of at most a hundred bins a facet.

    Args:
        crossfilter: What is counted.
        chosen: What is chosen at first.
    """

    _esm = (_FILES / "crossfilter.js").read_text(encoding="utf-8")
    _css = (_FILES / "crossfilter.css").read_text(encoding="utf-8")

    colours = traitlets.Dict({"blue": KEPT, "grey": REMOVED, "line": LINE}).tag(sync=True)
    facets: Any = traitlets.List().tag(sync=True)
    threads = traitlets.Int().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)

    def __init__(self, crossfilter: Crossfilter, *, chosen: object = None) -> None:
        self._crossfilter = crossfilter
        super().__init__(
            facets=[_described(facet) for facet in crossfilter.facets.values()],
            threads=crossfilter.threads,
            chosen=crossfilter.checked(chosen),
        )
        self._count()
        self.observe(self._count, "chosen")

    @property
    def bins(self) -> dict[str, list[int]]:
        """Facet -> bins that are chosen, whatever a browser sent."""
        return self._crossfilter.checked(self.chosen)

    def _count(self, _: object = None) -> None:
        """Count anew; one message, whose turn tells the browser that it is an answer."""
        bins = self.bins
        self.now = {
            "turn": self.now.get("turn", 0) + 1,
            "told": {name: said for name, (_, said) in summary(self._crossfilter, bins).items()},
            "found": int(np.count_nonzero(self._crossfilter.mask(bins))),
            "counts": self._crossfilter.counts(bins),
        }


def of(data: ScoresSession, verdicts: pl.DataFrame) -> Crossfilter:
    """Put the threads of a workspace into bins; those of a recipe's verdicts come last."""
    known: list[Facet] = data.shared.once(
        "facets", 0, lambda: thread_facts.from_scores(data.scores)
    )
    return Crossfilter([*known, verdict(verdicts)], threads=data.scores.height)


def verdict(verdicts: pl.DataFrame) -> Facet:
    """Tell kept threads from those that each rule removes first.

    Args:
        verdicts: What `Live.verdicts` gives.
    """
    masks = [name for name in verdicts.columns if name.startswith(selection.PASSES)]
    slots = np.zeros(verdicts.height, dtype=np.uint8)
    for place, mask in reversed(list(enumerate(masks, start=1))):
        slots[~verdicts[mask].to_numpy()] = place
    titles = [CATALOGUE[mask.removeprefix(selection.PASSES)].title for mask in masks]
    labels = ["kept", *(f"removed: {title}" for title in titles)]
    return thread_facts.of_slots(slots, labels, title="Verdict, first rule", name="verdict")


def summary(crossfilter: Crossfilter, bins: crossfilter.Chosen) -> dict[str, tuple[str, str]]:
    """Say what is chosen: facet -> (title, its bins in words), safe to be shown."""
    found = {}
    for name, slots in bins.items():
        facet = crossfilter.facets[name]
        found[name] = (facet.title, sanitize.plain(describe(facet, slots), most=120))
    return found


def _described(facet: Facet) -> Mapping[str, Any]:
    """Give what a browser has to know of a facet; names out of tweets are made harmless."""
    longest = max(map(len, facet.starts), default=0) + 1
    step = max(1, -(-len(facet.starts) // min(TICKS, max(1, TICK_CHARACTERS // longest))))
    ticks = [(slot, text) for slot, text in enumerate(facet.starts) if slot % step == 0 and text]
    return {
        "name": facet.name,
        "title": facet.title,
        "unit": facet.unit,
        "labels": [sanitize.plain(label, most=LONGEST) for label in facet.labels],
        "bins": len(facet.starts),
        "ticks": ticks,
        "unknown": facet.unknown,
        "all": facet.counts(),
    }
