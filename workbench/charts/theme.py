"""Style, axes and marks shared by all charts."""

from bisect import bisect_right
from collections.abc import Sequence
from textwrap import wrap

import altair as alt
import polars as pl

from workbench.display.css import LINE

#: Charts of several layers, in altair.
Layers = alt.LayerChart | alt.FacetChart

#: Height of a row of a bar chart, in pixels, for names of one line and of two.
ROW, TALL_ROW = 24, 34


#: Sizes of text, in pixels: titles and labels.
TITLE, LABEL = 13, 12

#: Maximum number of characters of a line of a name, and what separates two lines in a label.
NAME_CHARACTERS, FOLD = 34, "\n"

#: Maximum number of characters of a line below a title.
LINE_CHARACTERS = 110


def themed(
    chart: Layers, *, height: int, description: str, title: str = "", subtitle: str = ""
) -> Layers:
    """Apply the shared style to a chart; the page sets the colour of its text.

    Args:
        chart: The chart.
        height: Height of the plot, in pixels.
        description: What a screen reader says, after the title and the subtitle.
        title: Its title, at the left.
        subtitle: Line below the title.
    """
    text = ". ".join(part.rstrip(".") for part in (title, subtitle, description) if part) + "."
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


def names() -> alt.Axis:
    """Return an axis of names that are never cut off; see `folded`."""
    return alt.Axis(labelLimit=0, domain=False, labelExpr=r"split(datum.label, '\n')")


def folded(name: str) -> str:
    r"""Fold a name into lines of at most `NAME_CHARACTERS`, for `names`.

    Examples:
        >>> folded("Opening tweet is a reply to a missing tweet: 182")
        'Opening tweet is a reply to a\nmissing tweet: 182'
    """
    return FOLD.join(wrap(name, NAME_CHARACTERS)) or name


def rows(names: Sequence[str]) -> int:
    """Return the height of a bar chart with a row for each name, in pixels."""
    row = TALL_ROW if any(FOLD in name for name in names) else ROW
    return row * max(len(names), 1)


def thousands() -> alt.Axis:
    """Return an axis of counts, with `k` for a thousand."""
    return alt.Axis(labelExpr="format(datum.value, '.3~s')", tickCount=4)
