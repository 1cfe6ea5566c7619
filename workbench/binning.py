"""Binning: the facts of every thread put into at most a hundred bins each."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from workbench.facets import MORE, Facet, Slots

#: Counts: column of the scores -> (title, unit).
COUNTS = {
    "turns": ("Turns", "turns"),
    "depth": ("Depth", "steps"),
    "participants": ("Participants", "people"),
    "likes": ("Likes of the opening tweet", "likes"),
}
#: Scores: column -> title.
CHANCES = {
    "similarity": "Similarity to an instruction",
    "suitability": "Request that fits",
    "answer": "Answered",
}
#: What of a thread is there.
COVERAGE = (
    "complete",
    "opening tweet missing",
    "1 parent missing",
    "2 to 5 missing",
    "6 and more missing",
)
#: Bins that a facet has at most, that of the unknown included.
MOST = 100
#: Values of a choice that get a bin of their own; the others share one.
VALUES = 30
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


def from_scores(scores: pl.DataFrame) -> list[Facet]:
    """Put every thread into a bin of each fact that people ask for.

    Args:
        scores: Rows of `Scores`, of which only the columns of facts are read.

    Examples:
        >>> from workbench.schemas import Scores
        >>> [facet.name for facet in from_scores(Scores.sample(3))][:3]
        ['turns', 'depth', 'participants']
    """
    return [
        *(number(scores[name], title=title, unit=unit) for name, (title, unit) in COUNTS.items()),
        duration(scores["first_reply_seconds"], title="First reply after", name="latency"),
        time(scores["started_at"], title="Begun", name="begun"),
        hour(scores["started_at"]),
        choice(scores["language"], title="Language"),
        choice(scores["hashtags"], title="Hashtags", none="no hashtag"),
        choice(scores["source"], title="Source"),
        coverage(scores),
        *(number(scores[name], title=title) for name, title in CHANCES.items()),
    ]


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


def coverage(scores: pl.DataFrame, *, title: str = "Missing parents") -> Facet:
    """Tell complete threads from those that lack turns, and how many."""
    missing = pl.col("missing_parents")
    slots = scores.select(
        pl.when("is_complete")
        .then(0)
        .when(missing == 0)
        .then(1)
        .when(missing == 1)
        .then(2)
        .when(missing <= 5)
        .then(3)
        .otherwise(4)
        .cast(pl.UInt8)
    ).to_series()
    return of_slots(slots.to_numpy(), COVERAGE, title=title, name="coverage")


def of_slots(slots: Slots, labels: Sequence[str], *, title: str, name: str) -> Facet:
    """Take bins that are made already, of a choice."""
    return Facet(name, title, "", tuple(labels), (), slots)


def choice(values: pl.Series, *, title: str, name: str = "", none: str = "unknown") -> Facet:
    """Give the most frequent values, or entries of lists, a bin each; the others share one.

    Args:
        values: Texts or lists of texts.
        title: What people call it.
        name: Name of the facet; by default that of the values.
        none: What the bin of the threads without any value is called.
    """
    entries = pl.DataFrame({"value": values}).with_row_index("row")
    is_list = isinstance(values.dtype, pl.List)
    if is_list:
        entries = entries.explode("value", empty_as_null=True).unique(["row", "value"])
    counts = (
        entries["value"]
        .drop_nulls()
        .value_counts()
        .sort("count", "value", descending=[True, False])
    )
    shown = counts["value"].head(VALUES).cast(pl.String)
    labels = shown.to_list()
    if others := counts.height - len(labels):
        labels.append(f"{others:,} others")
    slots = (
        entries["value"]
        .cast(pl.String)
        .replace_strict(
            shown, pl.int_range(len(shown), eager=True), default=len(shown), return_dtype=pl.Int64
        )
    )
    is_null = entries["value"].is_null()
    unknown = None
    if is_null.any():
        unknown = len(labels)
        labels.append(none)
        slots = slots.set(is_null, unknown)
    pairs = entries.select("row", slot=slots.cast(pl.UInt8))
    if is_list:
        pairs = pairs.unique().sort("row", "slot")
    return Facet(
        name=name or values.name,
        title=title,
        unit="",
        labels=tuple(labels),
        starts=(),
        slots=pairs["slot"].to_numpy(),
        rows=pairs["row"].to_numpy() if is_list else None,
        unknown=unknown,
    )


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
    return [float(edge) for edge in found[first:] if edge <= high][-MOST + 1 :]


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
