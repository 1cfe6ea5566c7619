"""Style, axes and marks shared by all charts."""

from bisect import bisect_right
from collections.abc import Sequence
from textwrap import wrap

import altair as alt
import polars as pl

from workbench.display.css import LINE

#: Charts of several layers, in altair.
Layers = alt.LayerChart | alt.FacetChart

#: Height of a row of a bar chart, in pixels.
ROW = 24


#: Sizes of text, in pixels: titles and labels.
TITLE, LABEL = 13, 12

#: Maximum number of characters of a line below a title.
LINE_CHARACTERS = 110


def themed(
    chart: Layers, *, height: int, title: str = "", subtitle: str = "", description: str = ""
) -> Layers:
    """Apply the shared style to a chart; the page sets the colour of its text.

    Args:
        chart: The chart.
        height: Height of the plot, in pixels.
        title: Its title, at the left.
        subtitle: Line below the title.
        description: What a screen reader says; by default the title and the subtitle.
    """
    text = description or ". ".join(part for part in (title, subtitle) if part)
    styled = (
        chart.properties(width="container", height=height, background="transparent")
        .properties(usermeta={"embedOptions": {"actions": False}}, description=text)
        .configure(font="system-ui, sans-serif")
        .configure_view(stroke=None)
        .configure_legend(labelFontSize=LABEL, titleFontSize=LABEL, titleFontWeight="normal")
        .configure_axis(
            gridOpacity=0.25,
            domainOpacity=0.4,
            ticks=False,
            labelFontSize=LABEL,
            labelPadding=5,
            titleFontSize=LABEL,
            titleFontWeight="normal",
        )
    )
    return titled(styled, title, subtitle) if title or subtitle else styled


def titled(chart: Layers, title: str, subtitle: str = "") -> Layers:
    """Put a title, and lines below it, at the top left of a chart."""
    lines = wrap(subtitle, LINE_CHARACTERS)
    heading = alt.TitleParams(
        title,
        subtitle=lines if len(lines) > 1 else subtitle,
        anchor="start",
        frame="group",
        fontSize=TITLE,
        subtitleFontSize=LABEL,
    )
    return chart.properties(title=heading)


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
