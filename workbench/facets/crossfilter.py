"""Count threads by bin of several facets, each restricted by the bins selected in all others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from workbench.exceptions import StageError
from workbench.facets.bin_edges import Slots

#: End of the label of a bin without an upper bound.
MORE = " or more"
#: Name of a facet -> bins selected in it. A facet without selected bins is missing.
Chosen: TypeAlias = Mapping[str, Sequence[int]]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Facet:
    """One fact of all threads, in bins.

    Args:
        name: Short name, such as `turns`.
        title: Heading.
        unit: Unit of the values; empty for names.
        labels: Label of each bin. Labels may contain words of tweets.
        starts: Value at which each bin begins, for the axis; empty if the bins have no order.
        slots: Bin of each entry.
        rows: Row of the scores of each entry; None if each thread has exactly one entry.
        unknown: Bin of the threads with an unknown value; None if there are none.
        end: Value at which the last bin ends, for the axis.
        edges: The numbers at `starts` and `end`, if they are not equally far apart; for an axis
            that is true to scale.
        about: What the values mean, for a tooltip.
        is_cyclic: True if the first bin follows the last one, as with the hours of a day.
    """

    name: str
    title: str
    unit: str
    labels: tuple[str, ...]
    starts: tuple[str, ...]
    slots: Slots
    rows: NDArray[np.uint32] | None = None
    unknown: int | None = None
    end: str = ""
    edges: tuple[float, ...] = ()
    about: str = ""
    is_cyclic: bool = False

    def mask(self, chosen: Iterable[int], *, threads: int) -> Flags:
        """Mark the threads that are in one of the chosen bins."""
        wanted = np.zeros(256, dtype=np.bool_)
        wanted[[slot for slot in chosen if 0 <= slot < len(self.labels)]] = True
        entries: Flags = wanted[self.slots]
        if self.rows is None:
            return entries
        mask = np.zeros(threads, dtype=np.bool_)
        mask[self.rows[entries]] = True
        return mask

    def counts(self, mask: Flags | None = None) -> list[int]:
        """Count the threads in each bin, among those in the mask if there is one."""
        slots = self.slots
        if mask is not None:
            slots = slots[mask if self.rows is None else mask[self.rows]]
        return np.bincount(slots, minlength=len(self.labels)).tolist()


class Crossfilter:
    """Facets of the same threads, each counted among the threads that all others select.

    Args:
        facets: The facets, in any order.
        threads: Number of threads.

    Examples:
        >>> import polars as pl
        >>> from workbench.facets.thread_facts import choice
        >>> from workbench.facets.bins import number
        >>> scores = pl.DataFrame({"turns": [2, 2, 3], "language": ["en", "ja", "en"]})
        >>> crossfilter = Crossfilter(
        ...     [
        ...         number(scores["turns"], title="Turns"),
        ...         choice(scores["language"], title="Language"),
        ...     ],
        ...     threads=3,
        ... )
        >>> counts = crossfilter.counts({"language": [0]})
        >>> counts["turns"], counts["language"]
        ([1, 1], [2, 1])
    """

    def __init__(self, facets: Iterable[Facet], *, threads: int) -> None:
        self.facets = {facet.name: facet for facet in facets}
        self.threads = threads
        self._masks: dict[str, tuple[tuple[int, ...], Flags]] = {}

    def checked(self, chosen: object) -> dict[str, list[int]]:
        """Return the selection without unknown facets and bins.

        Args:
            chosen: Any value sent by a browser or read from an address.
        """
        if not isinstance(chosen, Mapping):
            return {}
        checked = {}
        for name, facet in self.facets.items():
            slots = chosen.get(name)
            if isinstance(slots, list):
                known = {s for s in slots if isinstance(s, int) and 0 <= s < len(facet.labels)}
                if known:
                    checked[name] = sorted(int(slot) for slot in known)
        return checked

    def mask(self, chosen: Chosen) -> Flags:
        """Mark the threads that all facets select."""
        return self._fails(chosen) == 0

    def counts(self, chosen: Chosen) -> dict[str, list[int]]:
        """Count the threads in each bin of each facet, among those that all other facets select."""
        if not chosen:
            return {name: facet.counts() for name, facet in self.facets.items()}
        fails = self._fails(chosen)
        passes = fails == 0
        counts = {}
        for name, facet in self.facets.items():
            # The threads that fail no facet, or only this one.
            others = fails == ~self._mask(name, chosen[name]) if name in chosen else passes
            counts[name] = facet.counts(others)
        return counts

    def _fails(self, chosen: Chosen) -> NDArray[np.uint8]:
        """Count the facets that do not select a thread."""
        fails = np.zeros(self.threads, dtype=np.uint8)
        for name, slots in chosen.items():
            fails += ~self._mask(name, slots)
        return fails

    def _mask(self, name: str, slots: Sequence[int]) -> Flags:
        """Return the mask of one facet; it is computed only if the selection changed."""
        key = tuple(slots)
        known = self._masks.get(name)
        if known is None or known[0] != key:
            if name not in self.facets:
                msg = f"There is no facet called {name!r}."
                raise StageError(msg, hint=f"choose one of {', '.join(self.facets)}.")
            known = (key, self.facets[name].mask(key, threads=self.threads))
            self._masks[name] = known
        return known[1]


def describe(facet: Facet, slots: Sequence[int]) -> str:
    """Describe the selected bins; neighbours on an axis become one range.

    A range that reaches an end of the axis has no bound there.

    Examples:
        >>> import polars as pl
        >>> from workbench.facets.bins import number
        >>> turns = number(pl.Series("turns", [2, 3, 4, 5, 30]), title="Turns")
        >>> describe(turns, [1, 2]), describe(turns, [0, 2]), describe(turns, [0, 1])
        ('3 to 4', '2, 4', 'up to 3')
        >>> describe(turns, range(3, 29))
        '5 or more'
    """
    parts: list[str] = []
    left = sorted(slots)
    while left:
        run = [left.pop(0)]
        while facet.starts and left and left[0] == run[-1] + 1 and left[0] != facet.unknown:
            run.append(left.pop(0))
        parts.append(_range(facet, run[0], run[-1]))
    return ", ".join(parts)


def _range(facet: Facet, first: int, last: int) -> str:
    low, high = facet.labels[first], facet.labels[last]
    if first == last:
        return low
    low, high = low.split(" to ")[0], high.removesuffix(MORE).split(" to ")[-1]
    if not facet.is_cyclic and last == len(facet.starts) - 1:
        return f"{low}{MORE}"
    if not facet.is_cyclic and first == 0:
        return f"up to {high}"
    return f"{low} to {high}"
