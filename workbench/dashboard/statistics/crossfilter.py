"""Charts of all facts of the threads; a selection in one chart restricts all others."""

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

#: Maximum number of characters of a name in a chart.
LONGEST = 40
#: Maximum number of labels below a chart, and of their characters in total.
TICKS, TICK_CHARACTERS = 3, 36

_FILES = resources.files("workbench.dashboard.statistics")


class Charts(anywidget.AnyWidget):
    """The charts of a crossfilter in a browser, and the selection in them.

    The browser gets the counts of at most a hundred bins per facet.

    Args:
        crossfilter: The facets to count.
        chosen: The selection at first.
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
        """The selected bins by facet, checked, because the browser may send anything."""
        return self._crossfilter.checked(self.chosen)

    def _count(self, _: object = None) -> None:
        """Count again, and send one message; a new `turn` marks it as an answer."""
        bins = self.bins
        self.now = {
            "turn": self.now.get("turn", 0) + 1,
            "words": {name: text for name, (_, text) in summary(self._crossfilter, bins).items()},
            "found": int(np.count_nonzero(self._crossfilter.mask(bins))),
            "counts": self._crossfilter.counts(bins),
        }


def of(data: ScoresSession, verdicts: pl.DataFrame) -> Crossfilter:
    """Return the facets of all threads; the verdicts of the recipe are the last one."""
    known: list[Facet] = data.shared.once(
        "facets", 0, lambda: thread_facts.from_scores(data.scores)
    )
    return Crossfilter([*known, verdict(verdicts)], threads=data.scores.height)


def verdict(verdicts: pl.DataFrame) -> Facet:
    """Return a facet with the kept threads, and the threads that each rule removes first.

    Args:
        verdicts: Result of `ScoresSession.verdicts`.
    """
    passes = selection.by_rule(verdicts)
    slots = np.zeros(verdicts.height, dtype=np.uint8)
    for place, mask in reversed(list(enumerate(passes.values(), start=1))):
        slots[~mask.to_numpy()] = place
    titles = [CATALOGUE[rule].title for rule in passes]
    labels = ["kept", *(f"removed: {title}" for title in titles)]
    return thread_facts.of_slots(slots, labels, title="Verdict, first rule", name="verdict")


def summary(crossfilter: Crossfilter, bins: crossfilter.Chosen) -> dict[str, tuple[str, str]]:
    """Describe a selection: facet -> (title, bins in words); the words are plain text."""
    words = {}
    for name, slots in bins.items():
        facet = crossfilter.facets[name]
        words[name] = (facet.title, sanitize.plain(describe(facet, slots), most=120))
    return words


def _described(facet: Facet) -> Mapping[str, Any]:
    """Return what the browser needs of a facet; names from tweets are made harmless."""
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
