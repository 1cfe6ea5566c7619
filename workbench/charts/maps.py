"""Maps: some thousand threads as points in the plane -> altair chart."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from workbench.charts import theme
from workbench.display.css import KEPT, REMOVED

#: Most points that are drawn.
MOST = 3000

#: Name of the selection of a rectangle.
BRUSH = "brush"

#: Colours of names: Okabe and Ito's palette (2008), its yellow and black left out for the sake of
#: white and near-black pages; what comes after them is grey.
NAMES = ["#3182bd", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"]

#: Viridis without its ends, one of which is lost on white pages and one on near-black ones.
SCHEME = alt.SchemeParams(name="viridis", extent=[0.18, 0.93])

#: The name of everything that has no colour of its own.
OTHER = "other"


def scatter(
    points: pl.DataFrame,
    *,
    colour: str,
    sides: Mapping[str, list[float]] | None = None,
    height: int = 430,
) -> alt.Chart:
    """Draw threads as points to brush over; what is in the rectangle is told by its sides.

    Args:
        points: `x`, `y`, `value` (a number, a name or a truth; null is grey) and `text`, which is
            plain, see `render.plain`. At most `MOST` rows.
        colour: What the value is called.
        sides: The rectangle to begin with, as the chart tells it: `x` and `y`, two numbers each.
        height: Height of the plot, in pixels.
    """
    kind = points.schema["value"]
    paint: Any
    drawn = points.select("x", "y", "value", "text")
    if kind == pl.Boolean:
        said = pl.when("value").then(pl.lit("kept")).otherwise(pl.lit("removed"))
        drawn = drawn.with_columns(value=said)
        paint = _named({"kept": KEPT, "removed": REMOVED})
    elif kind == pl.String:
        counts = points["value"].drop_nulls().value_counts(sort=True)["value"].to_list()
        shown = counts[: len(NAMES)]
        known = pl.col("value").is_in(shown)
        drawn = drawn.with_columns(value=pl.when(known).then("value").otherwise(pl.lit(OTHER)))
        paint = _named(dict(zip(shown, NAMES, strict=False)) | {OTHER: REMOVED})
    else:
        paint = alt.condition(
            "isValid(datum.value)",
            alt.Color("value:Q", scale=alt.Scale(scheme=SCHEME)).legend(
                orient="top", title=None, gradientLength=140, format=".2~f"
            ),
            alt.value(REMOVED),
        )
    value = alt.Tooltip("value:N", title=colour)
    if kind.is_numeric():
        value = alt.Tooltip("value:Q", title=colour, format=".3f")
    begun: Any = sides or alt.Undefined
    axis, scale = None, alt.Scale(zero=False, nice=False, padding=8)
    chart = (
        alt.Chart(drawn)
        .mark_circle(size=26 if points.height > 1000 else 48, opacity=0.8)
        .encode(
            x=alt.X("x:Q", axis=axis, scale=scale),
            y=alt.Y("y:Q", axis=axis, scale=scale),
            color=paint,
            tooltip=[alt.Tooltip("text:N", title="opens with"), value],
        )
        .add_params(alt.selection_interval(name=BRUSH, value=begun))
    )
    return theme.themed(chart, height=height)  # type: ignore[return-value]


def _named(colours: dict[str, str]) -> alt.Color:
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color("value:N", scale=scale).legend(orient="top", title=None, symbolOpacity=1)
