"""Put numbers, durations and times into facets of at most a hundred bins."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl

from workbench.facets import bin_edges
from workbench.facets.crossfilter import MORE, Facet

#: Maximum number of bins of a facet, including the bin of unknown values.
MOST = 100

_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86_400
#: Seconds at which the bins of a duration begin -> label.
DURATIONS = {
    0: "0 s",
    5 * _SECOND: "5 s",
    10 * _SECOND: "10 s",
    20 * _SECOND: "20 s",
    30 * _SECOND: "30 s",
    **{count * _MINUTE: f"{count} min" for count in (1, 2, 3, 5, 10, 15, 20, 30)},
    **{count * _HOUR: f"{count} h" for count in (1, 2, 3, 6, 12)},
    **{count * _DAY: f"{count} d" for count in (1, 2, 3, 7, 14, 30, 90, 365)},
}
#: Bin widths of a time: (name in polars, seconds, format of the start).
SPANS = [
    ("1m", _MINUTE, "%-d %b %Y, %H:%M"),
    ("10m", 10 * _MINUTE, "%-d %b %Y, %H:%M"),
    ("1h", _HOUR, "%-d %b %Y, %H:00"),
    ("1d", _DAY, "%-d %b %Y"),
    ("1w", 7 * _DAY, "%-d %b %Y"),
    ("1mo", 28 * _DAY, "%b %Y"),
    ("1q", 90 * _DAY, "%b %Y"),
    ("1y", 365 * _DAY, "%Y"),
]
#: Bins kept free for the ends of an axis of times and for unknown times.
_RESERVED = 4
#: End of the year 2099, in milliseconds since 1970.
LATEST = 4_102_444_799_999
#: Share of the threads at either end of the time axis that may share one bin. A reply of today can
#: have a parent from many years ago.
STRAY = 0.005


def number(
    values: pl.Series, *, title: str, unit: str = "", name: str = "", about: str = ""
) -> Facet:
    """Bin numbers: one bin for each of a few whole numbers, else growing or equal steps."""
    low, high = _ends(values)
    if values.dtype.is_integer():
        edges = bin_edges.whole_numbers(low, high, density=bin_edges.CHART)
        edges = [edge for edge in edges if edge <= high][: MOST - 1]
        starts = [f"{edge:,.0f}" for edge in edges]
        labels = [
            f"{start:,.0f}" if end == start + 1 else f"{start:,.0f} to {end - 1:,.0f}"
            for start, end in pairwise(edges)
        ]
        labels.append(starts[-1] if high == edges[-1] else f"{starts[-1]}{MORE}")
        end, ends = f"{high:,.0f}", [*edges, max(high, edges[-1]) + 1]
    else:
        ends = bin_edges.equal_steps(low, high, width=bin_edges.round_width(low, high))
        edges, starts = ends[:-1], [f"{edge:.10g}" for edge in ends[:-1]]
        # A single bin contains a single value.
        last = f"{ends[-1]:.10g}" if len(edges) > 1 else starts[-1]
        labels = [f"{start} to {end}" for start, end in pairwise([*starts, last])]
        labels = labels if len(labels) > 1 else starts
        end = last
    facet = _facet(values, edges, labels, starts, name=name or values.name, title=title, unit=unit)
    is_growing = values.dtype.is_integer() and len(edges) > 1 and edges[-1] - edges[-2] > 1
    return replace(facet, end=end, edges=tuple(ends) if is_growing else (), about=about)


def duration(values: pl.Series, *, title: str, name: str = "", about: str = "") -> Facet:
    """Bin seconds in steps that people use; negative values are in the first bin.

    Steps above the longest duration are left out.
    """
    longest = _ends(values)[1]
    count = max(sum(start <= longest for start in DURATIONS), 2)
    edges, starts = list(map(float, DURATIONS))[:count], list(DURATIONS.values())[:count]
    is_last = count == len(DURATIONS)
    end = f"{starts[-1]}{MORE}" if is_last else list(DURATIONS.values())[count]
    labels = [f"{low} to {high}" for low, high in pairwise([*starts, *([] if is_last else [end])])]
    labels += [end] if is_last else []
    high = longest if is_last else list(DURATIONS)[count]
    facet = _facet(values, edges, labels, starts, name=name or values.name, title=title, unit="")
    return replace(facet, end=end, edges=(*edges, max(float(high), edges[-1] + 1)), about=about)


def time(values: pl.Series, *, title: str, name: str = "", about: str = "") -> Facet:
    """Bin times by minute, hour, day, week, month, quarter or year, depending on their range.

    Times before 1970 or after 2099 count as unknown.
    """
    stamps = values.dt.timestamp("ms")
    stamps = stamps.set((stamps < 0) | (stamps > LATEST), None)
    known, name = stamps.drop_nulls().sort(), name or values.name
    if known.is_empty():
        return _facet(stamps, [], [], [], name=name, title=title, unit="UTC")
    stray = int(len(known) * STRAY)
    ends = known.gather([stray, len(known) - 1 - stray])
    seconds = (int(ends[1]) - int(ends[0])) / 1000
    every, _, shape = next(
        (span for span in SPANS if seconds / span[1] <= MOST - _RESERVED), SPANS[-1]
    )
    low, high = ends.cast(pl.Datetime("ms")).dt.truncate(every)
    begins = pl.datetime_range(low, high, every, time_unit="ms", eager=True)
    starts, labels = begins.dt.strftime(shape).to_list(), begins.dt.strftime(shape).to_list()
    edges = list(map(float, begins.dt.timestamp("ms")))
    if known.tail(1).cast(pl.Datetime("ms")).dt.truncate(every)[0] > high:
        labels[-1] += MORE
    if known[0] < edges[0]:
        edges = [-np.inf, *edges]
        starts, labels = ["", *starts], [f"before {starts[0]}", *labels]
    facet = _facet(stamps, edges, labels, starts, name=name, title=title, unit="UTC")
    return replace(facet, end=starts[-1], about=about)


def hour(values: pl.Series, *, title: str = "Hour of the day", name: str = "hour") -> Facet:
    """Bin times by the 24 hours of the day, UTC."""
    starts = [f"{hour}:00" for hour in range(24)]
    hours = values.dt.hour().cast(pl.Int64)
    facet = _facet(hours, list(range(24)), starts, starts, name=name, title=title, unit="UTC")
    return replace(facet, end="24:00", is_cyclic=True, about="Hour in which the thread was opened.")


def _facet(
    values: pl.Series,
    edges: Sequence[float],
    labels: Sequence[str],
    starts: Sequence[str],
    *,
    name: str,
    title: str,
    unit: str,
) -> Facet:
    """Put values into the bins that begin at `edges`; unknown values get the last bin."""
    slots = bin_edges.slots(values, edges, unknown=len(labels))
    unknown = len(labels) if (slots == len(labels)).any() else None
    labels = [*labels, *(["unknown"] if unknown is not None else [])]
    return Facet(name, title, unit, tuple(labels), tuple(starts), slots, unknown=unknown)


def _ends(values: pl.Series) -> tuple[float, float]:
    """Return the lowest and the highest value, or zeros if none is known."""
    numbers = values.cast(pl.Float64).drop_nulls().to_numpy()
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else (0.0, 0.0)
