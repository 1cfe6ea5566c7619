"""Facets: every thread in one bin of each of its facts, counted anew for what is chosen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from workbench.exceptions import StageError

#: What the label of a bin without an upper end ends with.
MORE = " and more"
#: Facet -> bins that are chosen in it; facets without any are not in it.
Chosen: TypeAlias = Mapping[str, Sequence[int]]
Slots: TypeAlias = NDArray[np.uint8]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Facet:
    """One fact of all threads, in bins.

    Args:
        name: Short name, such as `turns`.
        title: What people call it.
        unit: Unit of its values; empty for names.
        labels: What is in each bin, as people say it; may hold words of tweets.
        starts: Value at which each bin begins, for the axis; empty for names without an order.
        slots: Bin of each entry.
        rows: Row of the scores of each entry; None where each thread has just one.
        unknown: Bin of the threads whose value is not known; None where there are none.
    """

    name: str
    title: str
    unit: str
    labels: tuple[str, ...]
    starts: tuple[str, ...]
    slots: Slots
    rows: NDArray[np.uint32] | None = None
    unknown: int | None = None

    def mask(self, chosen: Iterable[int], *, threads: int) -> Flags:
        """Tell which threads are in one of the chosen bins."""
        wanted = np.zeros(256, dtype=np.bool_)
        wanted[[slot for slot in chosen if 0 <= slot < len(self.labels)]] = True
        found: Flags = wanted[self.slots]
        if self.rows is None:
            return found
        mask = np.zeros(threads, dtype=np.bool_)
        mask[self.rows[found]] = True
        return mask

    def counts(self, mask: Flags | None = None) -> list[int]:
        """Count the threads of each bin, of those in the mask if one is given."""
        slots = self.slots
        if mask is not None:
            slots = slots[mask if self.rows is None else mask[self.rows]]
        return np.bincount(slots, minlength=len(self.labels)).tolist()


class Crossfilter:
    """Facets of the same threads, each counted among those that all the others choose.

    Args:
        facets: The facets, by any order.
        threads: Number of threads.

    Examples:
        >>> import polars as pl
        >>> from workbench.facets.thread_facts import choice
        >>> from workbench.facets.bins import number
        >>> scores = pl.DataFrame({"turns": [2, 2, 3], "language": ["en", "ja", "en"]})
        >>> found = Crossfilter(
        ...     [
        ...         number(scores["turns"], title="Turns"),
        ...         choice(scores["language"], title="Language"),
        ...     ],
        ...     threads=3,
        ... )
        >>> counts = found.counts({"language": [0]})
        >>> counts["turns"], counts["language"]
        ([1, 1], [2, 1])
    """

    def __init__(self, facets: Iterable[Facet], *, threads: int) -> None:
        self.facets = {facet.name: facet for facet in facets}
        self.threads = threads
        self._masks: dict[str, tuple[tuple[int, ...], Flags]] = {}

    def checked(self, chosen: object) -> dict[str, list[int]]:
        """Leave of what somebody sent only bins that there are."""
        if not isinstance(chosen, Mapping):
            return {}
        found = {}
        for name, facet in self.facets.items():
            slots = chosen.get(name)
            if isinstance(slots, list):
                known = {s for s in slots if isinstance(s, int) and 0 <= s < len(facet.labels)}
                if known:
                    found[name] = sorted(int(slot) for slot in known)
        return found

    def mask(self, chosen: Chosen) -> Flags:
        """Tell which threads are chosen in every facet."""
        return self._fails(chosen) == 0

    def counts(self, chosen: Chosen) -> dict[str, list[int]]:
        """Count the threads of each bin of each facet, among those that all the others choose."""
        if not chosen:
            return {name: facet.counts() for name, facet in self.facets.items()}
        fails = self._fails(chosen)
        passes = fails == 0
        found = {}
        for name, facet in self.facets.items():
            # A thread that fails nowhere, or only here.
            others = fails == ~self._mask(name, chosen[name]) if name in chosen else passes
            found[name] = facet.counts(others)
        return found

    def _fails(self, chosen: Chosen) -> NDArray[np.uint8]:
        """Count the facets that each thread fails."""
        fails = np.zeros(self.threads, dtype=np.uint8)
        for name, slots in chosen.items():
            fails += ~self._mask(name, slots)
        return fails

    def _mask(self, name: str, slots: Sequence[int]) -> Flags:
        """Make the mask of one facet, or take it as it was."""
        key = tuple(slots)
        known = self._masks.get(name)
        if known is None or known[0] != key:
            if name not in self.facets:
                msg = f"There is no facet called {name!r}; there are {', '.join(self.facets)}."
                raise StageError(msg, hint="name one of those.")
            known = (key, self.facets[name].mask(key, threads=self.threads))
            self._masks[name] = known
        return known[1]


def said(facet: Facet, slots: Sequence[int]) -> str:
    """Say which bins are chosen; neighbours of an axis are one range.

    Examples:
        >>> import polars as pl
        >>> from workbench.facets.bins import number
        >>> turns = number(pl.Series("turns", [2, 3, 4, 5, 30]), title="Turns")
        >>> said(turns, [0, 1, 2]), said(turns, [0, 2])
        ('2 to 4', '2, 4')
    """
    parts: list[str] = []
    left = sorted(slots)
    while left:
        run = [left.pop(0)]
        while facet.starts and left and left[0] == run[-1] + 1 and left[0] != facet.unknown:
            run.append(left.pop(0))
        low, high = facet.labels[run[0]], facet.labels[run[-1]]
        if len(run) == 1:
            parts.append(low)
        elif high.endswith(MORE):
            parts.append(f"{low.split(' to ')[0]}{MORE}")
        else:
            start = "up" if low.startswith("before ") else low.split(" to ")[0]
            parts.append(f"{start} to {high.split(' to ')[-1]}")
    return ", ".join(parts)
