"""Style, axes and marks shared by all charts."""

from bisect import bisect_right
from collections.abc import Sequence

import altair as alt
import polars as pl

from workbench.display.css import LINE

#: Charts of several layers, in altair.
Layers = alt.LayerChart | alt.FacetChart

#: Height of a row of a bar chart, in pixels.
ROW = 24


def themed(chart: Layers, *, height: int, title: str = "", subtitle: str = "") -> Layers:
    """Apply the shared style to a chart; the page sets the colour of its text."""
    heading = alt.TitleParams(
        title, subtitle=subtitle, anchor="start", fontSize=13, subtitleFontSize=11
    )
    return (
        chart.properties(width="container", height=height, background="transparent")
        .properties(usermeta={"embedOptions": {"actions": False}})
        .properties(**({"title": heading} if title or subtitle else {}))
        .configure(font="system-ui, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            gridOpacity=0.25,
            domainOpacity=0.4,
            ticks=False,
            labelPadding=5,
            titleFontWeight="normal",
        )
    )


def dashed(places: pl.DataFrame) -> alt.Chart:
    """Draw a dashed vertical line at each `place`, for example a threshold."""
    return (
        alt.Chart(places)
        .mark_rule(color=LINE, strokeWidth=2, strokeDash=[5, 3])
        .encode(x="place:Q")
    )


def ticks(starts: Sequence[str]) -> alt.Axis:
    """Return an axis that labels about eight bins with the value at which they begin."""
    shown = range(0, len(starts), max(len(starts) // 8, 1))
    cases = " : ".join(f"datum.value == {place} ? '{starts[place]}'" for place in shown)
    return alt.Axis(values=list(shown), labelExpr=f"{cases} : ''" if cases else "''", grid=False)


def across(bins: int) -> alt.Scale:
    """Return a scale on which each bin has the width one."""
    return alt.Scale(domain=[0, max(bins, 1)], nice=False, zero=True)


def place(starts: Sequence[float], value: float) -> float:
    """Return the position of a value on an axis of bins, in bins from the left end."""
    at = max(bisect_right(starts, value) - 1, 0)
    if at + 1 >= len(starts):
        return float(at)
    return at + max(value - starts[at], 0) / (starts[at + 1] - starts[at])


def names(*, most: int = 240) -> alt.Axis:
    """Return an axis of names, each at most so many pixels wide."""
    return alt.Axis(labelLimit=most, domain=False)


def thousands() -> alt.Axis:
    """Return an axis of counts, with `k` for a thousand."""
    return alt.Axis(format="~s", tickCount=4)
