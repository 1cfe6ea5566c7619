"""Draw how many threads have which value of a score, kept and removed."""

import altair as alt
import polars as pl

from workbench.charts import columns, theme
from workbench.display import numbers
from workbench.display.css import KEPT, REMOVED


def histogram(
    bins: pl.DataFrame,
    *,
    title: str,
    unit: str = "",
    min: float | None = None,
    max: float | None = None,
    height: int = 150,
) -> theme.Layers:
    """Draw the threads by value of a score, removed stacked on kept, with the thresholds.

    All bins have the same width on the screen. Threads without a value are counted in the subtitle.

    Args:
        bins: Result of `bins` or `Axis.bins`.
        title: Name of the score.
        unit: Unit of the score.
        min: Lowest value that passes; None if there is no minimum.
        max: Highest value that passes; None if there is no maximum.
        height: Height of the plot, in pixels.

    Raises:
        StageError: If it is another frame.
    """
    needed = ("start", "end", "position", "kept", "threads")
    columns.require(bins, *needed, chart="histogram", made_by="charts.bins(scores, column)")
    known = bins.filter(pl.col("start").is_not_null())
    starts = known.filter("kept").sort("position")["start"].to_list()
    unknown = bins.filter(pl.col("start").is_null())["threads"].sum()
    axis = theme.ticks([numbers.bound(start) for start in starts])
    bars = (
        alt.Chart(_stacked(known))
        .mark_rect()
        .encode(
            x=alt.X("position:Q", title=unit or None, axis=axis, scale=theme.across(len(starts))),
            x2="right:Q",
            y=alt.Y("bottom:Q", title="threads", axis=theme.thousands()),
            y2="top:Q",
            color=alt.Color(
                "verdict:N", scale=alt.Scale(domain=["kept", "removed"], range=[KEPT, REMOVED])
            ).legend(orient="top-right", title=None),
            tooltip=[
                alt.Tooltip("values:N", title=unit or title),
                alt.Tooltip("verdict:N"),
                alt.Tooltip("threads:Q", format=","),
            ],
        )
    )
    rules = theme.dashed(_bounds(starts, min=min, max=max)).encode(tooltip="threshold:N")
    subtitle = f"{unknown:,} threads have no value" if unknown else ""
    kept, every = (int(rows["threads"].sum()) for rows in (known.filter("kept"), known))
    return theme.themed(
        alt.layer(bars, rules),
        title=title,
        subtitle=subtitle,
        height=height,
        description=f"Threads by value, {kept:,} kept, {every - kept:,} removed",
    )


def _stacked(known: pl.DataFrame) -> pl.DataFrame:
    """Place the removed threads of each bin on its kept ones, as rectangles."""
    top = pl.col("threads").cum_sum().over("position", order_by=~pl.col("kept"))
    return known.select(
        "position",
        "threads",
        right=pl.col("position") + 1,
        bottom=top - pl.col("threads"),
        top=top,
        verdict=pl.when("kept").then(pl.lit("kept")).otherwise(pl.lit("removed")),
        values=pl.when(pl.col("end").is_null())
        .then(pl.format("{} or more", _short("start")))
        .otherwise(pl.format("{} to {}", _short("start"), _short("end"))),
    ).filter(pl.col("threads") > 0)


def _bounds(starts: list[float], *, min: float | None, max: float | None) -> pl.DataFrame:
    """Return the thresholds as `place` on the axis and the text `threshold`."""
    bounds = [(value, name) for value, name in [(min, "min"), (max, "max")] if value is not None]
    return pl.DataFrame(
        {
            "place": [theme.place(starts, value) for value, _ in bounds],
            "threshold": [f"{name} {numbers.bound(value)}" for value, name in bounds],
        },
        schema={"place": pl.Float64, "threshold": pl.String},
    )


def _short(column: str) -> pl.Expr:
    """Format the edges of bins."""
    value = pl.col(column)
    whole = value.cast(pl.Int64, strict=False)
    return (
        pl.when(value == whole)
        .then(whole.cast(pl.String))
        .otherwise(value.round(4).cast(pl.String))
    )
