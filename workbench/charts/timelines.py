"""Draw shares by day or by source."""

from datetime import date

import altair as alt
import polars as pl

from workbench.charts import theme
from workbench.display.css import KEPT, LINE, REMOVED

#: Lines of the chart: (column of the share, what is present, by what means).
LINES = [
    ("parent_share", "parent", "everything"),
    ("parent_unembedded", "parent", "without embedded tweets"),
    ("root_share", "root", "everything"),
    ("root_unembedded", "root", "without embedded tweets"),
    ("root_linked", "root", "without conversation ids"),
]

MEANS = ["everything", "without embedded tweets", "without conversation ids"]

#: The colour of the charts without any opacity: the page shines through.
_NONE = "rgba(49,130,189,0)"

#: Rows of the heat strip: column of the share -> label.
STRIPS = {"parent_share": "with their parent", "root_share": "with their opening tweet"}


def heat_strip(periods: pl.DataFrame) -> theme.Layers:
    """Draw the share of replies with their parent, and with their opening tweet, by period.

    The darker a cell, the more is present. Periods between the first and the last one without
    replies stay empty.

    Args:
        periods: Result of `coverage.by_period` in days, months or years.
    """
    unit = periods.columns[0]
    known = periods.filter(pl.col(unit).is_not_null(), pl.col("replies") > 0)
    drawn = known.select(
        pl.col(unit).cast(pl.String).str.slice(0, 10).alias("period"),
        "replies",
        *STRIPS,
    ).unpivot(list(STRIPS), index=["period", "replies"], variable_name="row", value_name="share")
    drawn = drawn.with_columns(row=pl.col("row").replace(STRIPS))
    names = _periods(known[unit], unit=unit)
    axis = alt.Axis(labelAngle=0, labelExpr=_labels(names), labelOverlap=True, domain=False)
    colours = alt.Scale(domain=[0, 1], range=[_NONE, KEPT])
    share = alt.Color("share:Q", scale=colours).legend(
        title="share of replies", format=".0%", orient="top", gradientLength=140, tickCount=3
    )
    cells = (
        alt.Chart(drawn)
        .mark_rect(stroke=REMOVED, strokeOpacity=0.6, strokeWidth=0.5)
        .encode(
            x=alt.X("period:O", title=None, axis=axis, scale=alt.Scale(domain=names)),
            y=alt.Y("row:N", title=None, sort=list(STRIPS.values()), axis=theme.names()),
            color=share,
            tooltip=[
                alt.Tooltip("period:N", title=unit),
                alt.Tooltip("row:N", title="replies"),
                alt.Tooltip("share:Q", format=".1%", title="share"),
                alt.Tooltip("replies:Q", format=",", title="all replies"),
            ],
        )
    )
    return theme.themed(
        alt.layer(cells),
        height=64,
        description=f"Share of replies with their parent and their opening tweet, by {unit}",
    )


def _labels(names: list[str]) -> str:
    """Label about a dozen periods; of many months, the first ones of years."""
    is_long = len(names) > 24 and len(names[0]) == len("2019-07")
    shown = [name for name in names if name.endswith("-01")] if is_long else names
    shown = shown[:: max(len(shown) // 12, 1)]
    test = " || ".join(f"datum.value == '{name}'" for name in shown) or "false"
    return f"{test} ? {'slice(datum.value, 0, 4)' if is_long else 'datum.value'} : ''"


def _periods(known: pl.Series, *, unit: str) -> list[str]:
    """Name every period from the first to the last one, so that gaps are visible."""
    if known.is_empty():
        return []
    texts = known.cast(pl.String).str.slice(0, 10).sort()
    shape = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[unit]
    start, end = (
        date.fromisoformat((text + "-01-01")[:10] if unit == "year" else (text + "-01")[:10])
        for text in (texts[0], texts[-1])
    )
    interval = {"day": "1d", "month": "1mo", "year": "1y"}[unit]
    return pl.date_range(start, end, interval, eager=True).dt.strftime(shape).to_list()


def coverage(shares: pl.DataFrame) -> theme.Layers:
    """Draw the share of replies with their parent, and with their opening tweet, in the data.

    Each share is also drawn without embedded tweets and without conversation ids. Days and sources
    without replies, and tweets without a date, are left out.

    Args:
        shares: Result of `coverage.by_day` or `coverage.by_source`.
    """
    by = shares.columns[0]
    share = alt.Y("share:Q", title="share of replies", axis=alt.Axis(format="%"))
    across = (
        alt.X("day:T", title=None, axis=alt.Axis(format="%-d %b %Y", tickCount=8))
        if by == "day"
        else alt.X(f"{by}:N", title=None, axis=alt.Axis(labelAngle=0))
    )
    colour = alt.Color("present:N", scale=alt.Scale(domain=["parent", "root"], range=[KEPT, LINE]))
    base = alt.Chart(_lines(shares, by=by)).encode(
        x=across,
        y=share.scale(domainMin=0, nice=True),
        color=colour.legend(title="present"),
        tooltip=[
            alt.Tooltip("day:T", format="%-d %b %Y") if by == "day" else alt.Tooltip(f"{by}:N"),
            alt.Tooltip("present:N", title="present"),
            alt.Tooltip("means:N", title="with"),
            alt.Tooltip("share:Q", format=".1%"),
            alt.Tooltip("replies:Q", format=","),
        ],
    )
    shapes = alt.Shape(
        "means:N", scale=alt.Scale(domain=MEANS, range=["circle", "cross", "square"])
    )
    points = base.mark_point(filled=True, opacity=0.8).encode(
        # Without a colour the shapes are black on dark pages too; the page cannot set it.
        shape=shapes.legend(title="with", symbolFillColor=REMOVED, symbolStrokeColor=REMOVED),
        size=alt.Size("replies:Q", legend=None, scale=alt.Scale(range=[15, 90])),
    )
    layers = [points]
    if by == "day":
        dashes = alt.Scale(domain=MEANS, range=[[1, 0], [6, 3], [2, 2]])
        dash = alt.StrokeDash("means:N", scale=dashes).legend(
            title="with", symbolStrokeColor=REMOVED
        )
        layers.insert(0, base.mark_line(strokeWidth=1.5).encode(strokeDash=dash))
    return theme.themed(
        alt.layer(*layers),
        height=220,
        description=f"Share of replies with their parent and their opening tweet, by {by}",
    )


def _lines(shares: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """Return a row for each day or source and each of `LINES`, with `present` and `means`."""
    replies = pl.col("replies")
    return (
        shares.filter(pl.col(by).is_not_null(), replies > 0)
        .with_columns(
            parent_unembedded=(pl.col("with_parent") - pl.col("parents_by_embedding")) / replies,
            root_unembedded=(pl.col("with_root") - pl.col("roots_by_embedding")) / replies,
            root_linked=(pl.col("with_root") - pl.col("roots_by_conversation")) / replies,
        )
        .unpivot([line for line, _, _ in LINES], index=[by, "replies"], value_name="share")
        .with_columns(
            present=pl.col("variable").replace_strict({line: what for line, what, _ in LINES}),
            means=pl.col("variable").replace_strict({line: how for line, _, how in LINES}),
        )
        .drop("variable")
    )
