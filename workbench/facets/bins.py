"""Intervals: numbers, durations and times -> at most a hundred bins, in round steps."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from workbench.facets.crossfilter import MORE, Facet, Slots

#: Bins that a facet has at most, that of the unknown included.
MOST = 100
#: Whole numbers up to this get a bin each.
SINGLE = 20
#: Steps of a decade beyond.
DECADE = (1, 1.5, 2, 3, 5, 7)

_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86_400
#: Seconds at which bins of a duration begin, as people say them.
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
#: Lengths of the bins of a time: (polars' name, seconds, how its start is written).
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
#: End of the year 2099 in milliseconds since 1970.
LATEST = 4_102_444_799_999
#: Share of the threads at either end of time that may share one bin: a reply of today may have a
#: parent of many years ago.
STRAY = 0.005


def number(values: pl.Series, *, title: str, unit: str = "", name: str = "") -> Facet:
    """Put numbers into bins: few whole ones a bin each, others in growing or equal steps."""
    if values.dtype.is_integer():
        edges = _whole(values)
        text = [f"{edge:,.0f}" for edge in edges]
        labels = [
            f"{low:,.0f}" if high == low + 1 else f"{low:,.0f} to {high - 1:,.0f}"
            for low, high in pairwise(edges)
        ]
        last = text[-1] if values.max() in (None, edges[-1]) else f"{text[-1]}{MORE}"
    else:
        edges = _even(values)
        text = [f"{edge:.10g}" for edge in edges]
        ends = [*text, f"{2 * edges[-1] - edges[-2] if len(edges) > 1 else edges[-1]:.10g}"]
        *labels, last = [f"{low} to {high}" for low, high in pairwise(ends)]
    named = name or values.name
    return _binned(values, edges, [*labels, last], text, name=named, title=title, unit=unit)


def duration(values: pl.Series, *, title: str, name: str = "") -> Facet:
    """Put seconds into bins as people speak of them; what is below zero is in the first."""
    edges, text = list(map(float, DURATIONS)), list(DURATIONS.values())
    labels = [*(f"{low} to {high}" for low, high in pairwise(text)), f"{text[-1]}{MORE}"]
    return _binned(values, edges, labels, text, name=name or values.name, title=title, unit="")


def time(values: pl.Series, *, title: str, name: str = "") -> Facet:
    """Put times into hours, days, weeks, months, quarters or years, by how far they reach.

    Times before 1970 or after 2100 count as not known.
    """
    stamps = values.dt.timestamp("ms")
    stamps = stamps.set((stamps < 0) | (stamps > LATEST), None)
    known, named = stamps.drop_nulls().sort(), name or values.name
    if known.is_empty():
        return _binned(stamps, [], [], [], name=named, title=title, unit="UTC")
    stray = int(len(known) * STRAY)
    ends = known.gather([stray, len(known) - 1 - stray])
    reach = (int(ends[1]) - int(ends[0])) / 1000
    every, _, shape = next((span for span in SPANS if reach / span[1] <= MOST - 4), SPANS[-1])
    low, high = ends.cast(pl.Datetime("ms")).dt.truncate(every)
    starts = pl.datetime_range(low, high, every, time_unit="ms", eager=True)
    text, labels = starts.dt.strftime(shape).to_list(), starts.dt.strftime(shape).to_list()
    edges = list(map(float, starts.dt.timestamp("ms")))
    if known.tail(1).cast(pl.Datetime("ms")).dt.truncate(every)[0] > high:
        labels[-1] += MORE
    if known[0] < edges[0]:
        edges, text, labels = [-np.inf, *edges], ["", *text], [f"before {text[0]}", *labels]
    return _binned(stamps, edges, labels, text, name=named, title=title, unit="UTC")


def hour(values: pl.Series, *, title: str = "Hour of the day", name: str = "hour") -> Facet:
    """Put times into the 24 hours of the day, UTC."""
    text = [f"{at}:00" for at in range(24)]
    hours = values.dt.hour().cast(pl.Int64)
    return _binned(hours, list(range(24)), text, text, name=name, title=title, unit="UTC")


def _binned(
    values: pl.Series,
    edges: Sequence[float],
    labels: Sequence[str],
    starts: Sequence[str],
    *,
    name: str,
    title: str,
    unit: str,
) -> Facet:
    """Put values into the bins that begin at `edges`; the unknown come last."""
    rounding = 0.0 if values.dtype.is_integer() else 1e-7
    numbers = values.cast(pl.Float64).fill_null(np.nan).to_numpy()
    slots = np.searchsorted(np.array(edges, dtype=np.float64) - rounding, numbers, "right") - 1
    binned: Slots = np.clip(slots, 0, max(len(edges) - 1, 0)).astype(np.uint8)
    unknown, named = None, [*labels]
    missing = np.isnan(numbers)
    if missing.any():
        unknown = len(named)
        named.append("unknown")
        binned[missing] = unknown
    return Facet(name, title, unit, tuple(named), tuple(starts), binned, unknown=unknown)


def _whole(values: pl.Series) -> list[float]:
    """Choose where the bins of whole numbers begin."""
    low, high = map(int, _ends(values))
    if high - low <= 2 * SINGLE:
        return list(map(float, range(low, high + 1)))
    grown = [step * 10**decade for decade in range(1, len(str(high)) + 1) for step in DECADE]
    single = range(min(low, 0), SINGLE)
    found = [*single, *(edge for edge in grown if edge >= SINGLE)]
    first = max((place for place, edge in enumerate(found) if edge <= low), default=0)
    return [float(edge) for edge in found[first:] if edge <= high][: MOST - 1]


def _ends(values: pl.Series) -> tuple[float, float]:
    """Give the lowest and the highest value; zeros where none is known."""
    numbers = values.cast(pl.Float64).drop_nulls().to_numpy()
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else (0.0, 0.0)


def _even(values: pl.Series) -> list[float]:
    """Choose where the bins of other numbers begin: about fifty of a round width."""
    low, high = _ends(values)
    spread = max(high - low, 1e-6)
    width = min(
        (step * 10.0**power for power in range(-9, 12) for step in (1, 2, 5)),
        key=lambda width: abs(np.log(spread / width / 50)),
    )
    first, last = int(np.floor(low / width + 1e-6)), int(np.floor(high / width - 1e-6))
    return [round(place * width, 10) for place in range(first, max(last, first) + 1)]
