"""Describe the selection in the charts in words."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from workbench.display import numbers
from workbench.facets.crossfilter import Chosen, Crossfilter, describe
from workbench.text import sanitize


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
