"""Describe the selection in the charts in words, and write it into the address of the page."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from workbench.display import numbers
from workbench.facets.crossfilter import Chosen, Crossfilter, describe
from workbench.text import sanitize

#: Maximum number of bins of a facet.
MOST = 256


def from_query(text: str | None) -> object:
    """Read the selection of an address, which can be anything; None if it is damaged.

    Examples:
        >>> from_query('{"turns":[[0,2],5]}')
        {'turns': [0, 1, 2, 5]}
    """
    try:
        chosen = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    if not isinstance(chosen, dict):
        return None
    return {name: _slots(runs) for name, runs in chosen.items() if isinstance(runs, list)}


def to_query(bins: Chosen) -> str:
    """Write a selection for the address, neighbouring bins as one range.

    Examples:
        >>> to_query({"turns": [0, 1, 2, 5]})
        '{"turns":[[0,2],5]}'
    """
    if not bins:
        return ""
    return json.dumps({name: _runs(slots) for name, slots in bins.items()}, separators=(",", ":"))


def _runs(slots: Sequence[int]) -> list[int | list[int]]:
    runs: list[list[int]] = []
    for slot in sorted(slots):
        if runs and slot == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], slot]
        else:
            runs.append([slot])
    return [run if len(run) > 1 else run[0] for run in runs]


def _slots(runs: Sequence[object]) -> list[int]:
    """Return the bins of some ranges; anything else is skipped."""
    slots: list[int] = []
    for run in runs:
        ends: list[Any] = run if isinstance(run, list) else [run, run]
        if len(ends) == 2 and all(isinstance(end, int) and 0 <= end < MOST for end in ends):
            slots += range(ends[0], ends[1] + 1)
    return slots


def mask(crossfiltered: Crossfilter, bins: Chosen) -> pl.Series:
    """Mark the selected threads."""
    return pl.Series("chosen", crossfiltered.mask(bins), dtype=pl.Boolean)


def words(crossfiltered: Crossfilter, bins: Chosen) -> Mapping[str, str]:
    """Describe the selected bins of each facet, as plain text."""
    return {
        name: sanitize.plain(describe(crossfiltered.facets[name], slots), most=120)
        for name, slots in bins.items()
    }


def sentence(crossfiltered: Crossfilter, bins: Chosen) -> str:
    """Describe a selection, with the number of threads in it, as plain text."""
    count = numbers.count(int(np.count_nonzero(crossfiltered.mask(bins))))
    if not bins:
        return f"all {count} threads"
    parts = (
        f"{crossfiltered.facets[name].title}: {text}"
        for name, text in words(crossfiltered, bins).items()
    )
    total = numbers.count(crossfiltered.threads)
    return f"{count} of {total} threads; {'; '.join(parts)}"
