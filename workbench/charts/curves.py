"""Draw precision, recall and yield of each threshold of a score."""

import altair as alt
import polars as pl

from workbench.charts import theme
from workbench.display import numbers
from workbench.display.css import KEPT, REMOVED

#: The reddish purple of the palette in `css`, light enough for near-black pages.
RECALL = "#b85c95"


def by_threshold(
    shares: pl.DataFrame,
    *,
    threads: int,
    current: float | None = None,
    what: str = "fit",
    height: int = 170,
) -> theme.Layers:
    """Draw precision with its interval, recall and yield by threshold, as shares.

    The axis is the one of `histograms.histogram`: all steps have the same width.

    Args:
        shares: Result of `threshold_curves.table`.
        threads: Number of all threads.
        current: Threshold in use, drawn as a line; None if there is none.
        what: Verb for a labelled thread that counts as a hit.
        height: Height of the plot, in pixels.
    """
    starts = shares["threshold"].to_list()
    drawn = shares.with_columns(
        position=pl.int_range(pl.len()), share=pl.col("passing") / max(threads, 1)
    )
    axis = theme.ticks([numbers.bound(start) for start in starts])
    x = alt.X("position:Q", title="threshold", axis=axis, scale=theme.across(len(starts)))
    band = (
        alt.Chart(drawn.select("position", "low", "high").drop_nulls())
        .mark_area(color=KEPT, opacity=0.2, interpolate="step-after")
        .encode(x=x, y="low:Q", y2="high:Q")
    )
    places = [] if current is None else [theme.place(starts, current)]
    here = theme.dashed(pl.DataFrame({"place": places}, schema={"place": pl.Float64}))
    return theme.themed(
        alt.layer(band, _lines(drawn, x, what=what), here),
        height=height,
        description="Precision, recall and yield by threshold",
    )


def _lines(drawn: pl.DataFrame, x: alt.X, *, what: str) -> alt.Chart:
    """Draw a line for each of precision, recall and yield."""
    kinds = {
        f"precision: labelled threads there that {what}": ("precision", KEPT),
        "recall: of those, how many are there": ("recall", RECALL),
        "yield: share of all threads there": ("share", REMOVED),
    }
    lines = pl.concat(
        [
            drawn.select(
                "position", "threshold", "labelled", "passing", share=column, kind=pl.lit(kind)
            )
            for kind, (column, _) in kinds.items()
        ]
    )
    scale = alt.Scale(domain=list(kinds), range=[colour for _, colour in kinds.values()])
    return (
        alt.Chart(lines.drop_nulls("share"))
        .mark_line(strokeWidth=2, interpolate="step-after")
        .encode(
            x=x,
            y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=5)),
            color=alt.Color("kind:N", scale=scale).legend(
                orient="top", title=None, labelLimit=400, symbolType="stroke"
            ),
            tooltip=[
                alt.Tooltip("threshold:Q", format=",.10~g"),
                alt.Tooltip("kind:N", title="line"),
                alt.Tooltip("share:Q", format=".1%"),
                alt.Tooltip("labelled:Q", title="labelled threads", format=","),
                alt.Tooltip("passing:Q", title="all threads", format=","),
            ],
        )
    )
