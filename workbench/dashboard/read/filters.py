"""Decide which threads are listed: bins of facts, and words in any tweet."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import polars as pl

from workbench.dashboard.components import thread_facets
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.facets import crossfilter, thread_facts
from workbench.facets.crossfilter import Crossfilter
from workbench.text import sanitize

#: Facet of the threads that contain what is searched for.
_FOUND = "found"

#: Values of `kind` and `whole` that links of other pages use -> facet and its bins.
_LINKS = {
    "Kept": ("verdict", slice(0, 1)),
    "Removed": ("verdict", slice(1, None)),
    "Complete": ("coverage", slice(0, 1)),
    "Fragments": ("coverage", slice(1, None)),
}

Bins = dict[str, list[int]]


class Filters:
    """All filters of a page: the facets of the threads, and the threads with some words.

    The facets are counted when they are first needed: a page that restricts nothing shows its list
    before.

    Args:
        session: The scores.
        verdicts: Result of `ScoresSession.verdicts`.
        matches: Ids of the threads with the words; None if none are searched for.
        words: The words, for descriptions.
    """

    def __init__(
        self,
        session: ScoresSession,
        verdicts: pl.DataFrame,
        *,
        matches: pl.Series | None = None,
        words: str = "",
    ) -> None:
        self._session, self._verdicts = session, verdicts
        self._matches, self._text = matches, words.strip()

    @cached_property
    def crossfilter(self) -> Crossfilter:
        """The facets of all threads, and whether a thread contains the words."""
        slots = self._found.cast(pl.UInt8).to_numpy()
        found = thread_facts.of_slots(slots, ["no", "yes"], title="Find", name=_FOUND)
        also = [] if self._matches is None else [found]
        return thread_facets.of(self._session, self._verdicts, also=also)

    @cached_property
    def _found(self) -> pl.Series:
        """Mark the threads that contain the words; all if none are searched for."""
        ids = self._session.scores["thread_id"]
        if self._matches is None:
            return pl.repeat(True, len(ids), dtype=pl.Boolean, eager=True)
        return ids.is_in(self._matches.implode())

    def checked(self, chosen: object) -> Bins:
        """Return a choice of the browser or of the address without unknown facets and bins."""
        bins = self.crossfilter.checked(chosen) if chosen else {}
        return {name: slots for name, slots in bins.items() if name != _FOUND}

    def linked(self, *, kind: str = "", whole: str = "", language: str = "") -> Bins:
        """Return the bins that links of other pages name."""
        bins: Bins = {}
        for value in (kind, whole):
            if value in _LINKS:
                name, part = _LINKS[value]
                bins[name] = list(range(len(self.crossfilter.facets[name].labels)))[part]
        labels = self.crossfilter.facets["language"].labels if language else ()
        if language in labels:
            bins["language"] = [labels.index(language)]
        return bins

    def every(self, bins: Bins | Mapping[str, list[int]]) -> Bins:
        """Return the choice with the words as one more facet."""
        return dict(bins) | ({} if self._matches is None else {_FOUND: [1]})

    def mask(self, bins: Bins) -> pl.Series:
        """Mark the threads that are listed, in the order of the scores."""
        if not bins:
            return self._found
        return pl.Series("mask", self.crossfilter.mask(self.every(bins)), dtype=pl.Boolean)

    def words(self, bins: Mapping[str, list[int]]) -> dict[str, str]:
        """Describe the chosen bins of each facet, as plain text."""
        return {
            name: sanitize.plain(
                crossfilter.describe(self.crossfilter.facets[name], slots), most=120
            )
            for name, slots in bins.items()
        }

    def without_each(self, bins: Bins) -> list[tuple[str, int]]:
        """Count the threads that would be listed without one of the filters.

        Returns:
            Description of the filter, as plain text, and the count; the highest count first.
        """
        everything = self.every(bins)
        texts = self.words(bins)
        rows = []
        for name in everything:
            rest = {other: slots for other, slots in everything.items() if other != name}
            count = int(np.count_nonzero(self.crossfilter.mask(rest)))
            title = self.crossfilter.facets[name].title
            text = sanitize.plain(self._text, most=60) if name == _FOUND else texts[name]
            rows.append((f"{title}: {text}", count))
        return sorted(rows, key=lambda row: -row[1])
