"""Choose the values at which bins begin, and find the bin of each value.

The charts of the statistics and those of the rules share these edges; they differ only in
`Density`.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: Bin of each value.
Slots: TypeAlias = NDArray[np.uint8]

#: Slack for values that are not whole: 0.3 stored in 32 bits belongs to the bin that begins at 0.3.
_ROUNDING = 1e-7

#: Smallest span of values, so that equal values get a bin of some width.
_SMALLEST_SPAN = 1e-6


@dataclass(frozen=True)
class Density:
    """How finely whole numbers are binned.

    Args:
        span: Each whole number gets a bin of its own up to this difference of highest and lowest.
        single: Over a longer span, only numbers below this get a bin of their own.
        decade: Steps of each decade above that.
    """

    span: int
    single: int
    decade: tuple[float, ...]


#: At most about 200 steps of a slider.
SLIDER = Density(span=60, single=10, decade=(1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8))

#: Steps of a decade of numbers that are not whole.
_GROWING = (1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9)

#: At most a hundred bars of a chart.
CHART = Density(span=40, single=20, decade=(1, 1.5, 2, 3, 5, 7))


def whole_numbers(low: float, high: float, *, density: Density) -> list[float]:
    """Return edges for whole numbers: steps of one, then steps that grow with the value.

    Args:
        low: Lowest value.
        high: Highest value.
        density: How many edges to use.

    Returns:
        Ascending edges. The first is at or below `low`, the last is above `high`.

    Examples:
        >>> whole_numbers(2, 4, density=CHART)
        [2.0, 3.0, 4.0, 5.0]
        >>> whole_numbers(2, 400, density=CHART)[-5:]
        [150.0, 200.0, 300.0, 500.0, 700.0]
    """
    low, high = int(low), int(high)
    if low < -density.span:
        # Steps that grow on both sides of zero would be too many.
        return equal_steps(low, high + 1, width=max(1.0, round(round_width(low, high))))
    if high - low <= density.span:
        return list(map(float, range(low, high + 2)))
    decades = range(1, len(str(max(high, 10))) + 1)
    growing = [step * 10**decade for decade in decades for step in density.decade]
    edges = [
        *range(min(low, 0), density.single),
        *(edge for edge in growing if edge >= density.single),
    ]
    first = max(place for place, edge in enumerate(edges) if edge <= low)
    return [float(edge) for edge in edges[first : bisect_left(edges, high) + 2]]


def equal_steps(low: float, high: float, *, width: float) -> list[float]:
    """Return the multiples of a width from at or below `low` to at or above `high`.

    Examples:
        >>> equal_steps(0.12, 0.39, width=0.1)
        [0.1, 0.2, 0.3, 0.4]
    """
    first = math.floor(low / width + 1e-6)
    last = max(math.floor(high / width - 1e-6), first) + 1
    return [round(place * width, 10) for place in range(first, last + 1)]


def growing_steps(high: float) -> list[float]:
    """Return 0 and edges that grow with the value, over three decades up to `high`.

    Examples:
        >>> growing_steps(0.97)[:4], growing_steps(0.97)[-2:]
        ([0.0, 0.001, 0.0012, 0.0014], [0.9, 1.0])
    """
    top = math.floor(math.log10(high))
    steps = [step * 10.0**power for power in range(top - 2, top + 2) for step in _GROWING]
    edges = [0.0, *(float(f"{step:.6g}") for step in steps)]
    return edges[: bisect_left(edges, high) + 1]


def decimal_width(low: float, high: float, *, most: int = 150) -> float:
    """Return the smallest power of ten that splits a span into at most so many bins.

    Examples:
        >>> decimal_width(0, 1), decimal_width(0, 2)
        (0.01, 0.1)
    """
    return 10.0 ** math.ceil(math.log10(max(high - low, _SMALLEST_SPAN) / most))


def round_width(low: float, high: float, *, bins: int = 50) -> float:
    """Return the width (1, 2 or 5 times a power of ten) closest to a number of bins.

    Examples:
        >>> round_width(0, 1), round_width(0, 3)
        (0.02, 0.05)
    """
    span = max(high - low, _SMALLEST_SPAN)
    near = math.floor(math.log10(span / bins))
    widths = (step * 10.0**power for power in range(near - 1, near + 2) for step in (1, 2, 5))
    return min(widths, key=lambda width: abs(math.log(span / width / bins)))


def slots(values: pl.Series, edges: Sequence[float], *, unknown: int) -> Slots:
    """Find the bin of each value.

    Values below the first edge are in the first bin, values above the last edge in the last.

    Args:
        values: Numbers, some of them null.
        edges: Ascending values at which the bins begin.
        unknown: Bin of null and NaN.

    Examples:
        >>> slots(pl.Series([-1, 2, 7, None]), [0, 5], unknown=255).tolist()
        [0, 0, 1, 255]
    """
    rounding = 0.0 if values.dtype.is_integer() else _ROUNDING
    numbers = values.cast(pl.Float64).fill_null(np.nan).to_numpy()
    places = np.searchsorted(np.array(edges, dtype=np.float64) - rounding, numbers, "right") - 1
    places = np.clip(places, 0, max(len(edges) - 1, 0))
    return np.where(np.isnan(numbers), unknown, places).astype(np.uint8)
