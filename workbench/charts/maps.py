"""Draw a few thousand threads as points of a map."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from workbench.charts import theme
from workbench.display.css import KEPT, REMOVED
from workbench.display.numbers import SCORE_FORMAT

#: Maximum number of points.
MOST = 3000

#: Name of the selection of a rectangle.
BRUSH = "brush"

#: Colours of names: Okabe and Ito's palette (2008) without yellow and black, which are not visible
#: on white and near-black pages. Further names are grey.
NAMES = ["#3182bd", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"]

#: Viridis without its ends, which are not visible on white or near-black pages.
SCHEME = alt.SchemeParams(name="viridis", extent=[0.18, 0.93])

#: Label of all names without a colour of their own.
OTHER = "other"


def scatter(
    points: pl.DataFrame,
    *,
    colour: str,
    sides: Mapping[str, list[float]] | None = None,
    height: int = 430,
) -> alt.Chart:
    """Draw threads as points; the user drags a rectangle over them to select some.

    Args:
        points: `x`, `y`, `value` (a number, a name or a boolean; null is grey) and `text`, made
            plain by `sanitize.plain`. At most `MOST` rows.
        colour: Name of the value.
        sides: The rectangle to start with: `x` and `y`, two numbers each.
        height: Height of the plot, in pixels.
    """
    kind = points.schema["value"]
    paint: Any
    drawn = points.select("x", "y", "value", "text")
    if kind == pl.Boolean:
        verdict = pl.when("value").then(pl.lit("kept")).otherwise(pl.lit("removed"))
        drawn = drawn.with_columns(value=verdict)
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
        value = alt.Tooltip("value:Q", title=colour, format=SCORE_FORMAT)
    start: Any = sides or alt.Undefined
    axis, scale = None, alt.Scale(zero=False, nice=False, padding=8)
    chart = (
        alt.Chart(drawn)
        .mark_circle(size=26 if points.height > 1000 else 48, opacity=0.8)
        .encode(
            x=alt.X("x:Q", axis=axis, scale=scale),
            y=alt.Y("y:Q", axis=axis, scale=scale),
            color=paint,
            tooltip=[alt.Tooltip("text:N", title="opening tweet"), value],
        )
        .add_params(alt.selection_interval(name=BRUSH, value=start))
    )
    return theme.themed(
        chart,
        height=height,
        description=f"Map of {points.height:,} threads by meaning, coloured by {colour}",
    )  # type: ignore[return-value]


def _named(colours: dict[str, str]) -> alt.Color:
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color("value:N", scale=scale).legend(orient="top", title=None, symbolOpacity=1)
