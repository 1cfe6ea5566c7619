"""Build the facets of the statistics from the scores of all threads."""

from collections.abc import Sequence

import polars as pl

from workbench.facets.bin_edges import Slots
from workbench.facets.bins import duration, hour, number, time
from workbench.facets.crossfilter import Facet
from workbench.schemas.measures import MEASURES
from workbench.schemas.own_measures import OwnMeasure

#: Columns of counts and of scores, in the order of their charts.
COUNTS = ("turns", "depth", "participants", "likes")
SCORES = ("similarity", "suitability", "answer")
#: Labels of the bins of `coverage`.
COVERAGE = (
    "complete",
    "opening tweet missing",
    "1 parent missing",
    "2 to 5 missing",
    "6 or more missing",
)
#: Number of values with a bin of their own; all others share one bin.
VALUES = 30


def from_scores(scores: pl.DataFrame, own: Sequence[OwnMeasure] = ()) -> list[Facet]:
    """Return all facets, in the order in which the page shows them.

    Args:
        scores: Rows of `Scores`.
        own: Measures that somebody added to the scores; their facets come last.

    Examples:
        >>> from workbench.schemas import Scores
        >>> [facet.name for facet in from_scores(Scores.sample(3))][:3]
        ['turns', 'depth', 'participants']
    """
    return [
        *(_number(scores, name) for name in COUNTS),
        duration(scores["first_reply_seconds"], name="latency", **_texts("first_reply_seconds")),
        time(scores["started_at"], name="begun", **_texts("started_at")),
        hour(scores["started_at"]),
        choice(scores["language"], **_texts("language")),
        choice(scores["hashtags"], none="no hashtag", **_texts("hashtags")),
        choice(scores["source"], **_texts("source")),
        coverage(scores, **_texts("missing_parents")),
        _number(scores, "not_placed"),
        *(_number(scores, name) for name in SCORES),
        *(_own(scores[each.name], each) for each in own),
    ]


def _own(values: pl.Series, own: OwnMeasure) -> Facet:
    """Bin an own measure by the kind of its values."""
    texts = {"title": own.measure.title, "about": own.measure.tooltip}
    if own.kind in ("count", "score"):
        return number(values, unit=own.unit, **texts)
    if own.kind == "flag":
        words = pl.DataFrame({own.name: values}).select(
            pl.when(own.name).then(pl.lit("yes")).when(~pl.col(own.name)).then(pl.lit("no"))
        )
        values = words.to_series()
    return choice(values, name=own.name, **texts)


def _number(scores: pl.DataFrame, column: str) -> Facet:
    return number(scores[column], unit=MEASURES[column].unit, **_texts(column))


def _texts(column: str) -> dict[str, str]:
    return {"title": MEASURES[column].title, "about": MEASURES[column].tooltip}


def coverage(scores: pl.DataFrame, *, title: str, about: str = "") -> Facet:
    """Bin threads by the number of missing tweets that others reply to."""
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
    return of_slots(slots.to_numpy(), COVERAGE, title=title, name="coverage", about=about)


def of_slots(
    slots: Slots, labels: Sequence[str], *, title: str, name: str, about: str = ""
) -> Facet:
    """Build a facet from known bins without an order."""
    return Facet(name, title, "", tuple(labels), (), slots, about=about)


def choice(
    values: pl.Series, *, title: str, name: str = "", none: str = "unknown", about: str = ""
) -> Facet:
    """Build a facet of names: one bin for each frequent value, one for all others.

    Args:
        values: Texts, or lists of texts; a thread is in the bins of all its entries.
        title: Heading.
        name: Name of the facet; the name of the values if empty.
        none: Label of the bin of threads without a value.
        about: What the values mean.
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
        about=about,
    )
