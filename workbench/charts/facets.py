"""Draw one facet as a large picture, to look at or to save."""

import altair as alt
import polars as pl

from workbench.charts import theme
from workbench.display.css import KEPT, REMOVED
from workbench.facets.crossfilter import Facet
from workbench.text import sanitize

#: Maximum number of characters of a name.
LONGEST = 40

ALL, CHOSEN = "equally many of all threads", "selected threads"


def frame(facet: Facet, counts: list[int]) -> pl.DataFrame:
    """Return one row per bin: `position`, `label`, `threads`, and `expected`.

    `expected` is the count of an equally large random sample of all threads. Labels are made
    harmless.

    Args:
        facet: The facet.
        counts: Threads in each bin, from `Crossfilter.counts`.
    """
    all_counts = facet.counts()
    share = sum(counts) / max(sum(all_counts), 1)
    return pl.DataFrame(
        {
            "position": range(len(counts)),
            "label": [sanitize.plain(label, most=LONGEST) for label in facet.labels],
            "threads": counts,
            "expected": [count * share for count in all_counts],
        },
        schema_overrides={"position": pl.Int64, "threads": pl.Int64, "expected": pl.Float64},
    )


def picture(facet: Facet, counts: list[int], *, subtitle: str = "") -> theme.Layers:
    """Draw the bins of a facet, with a grey mark at the expected count of each.

    Args:
        facet: The facet.
        counts: Threads in each bin, from `Crossfilter.counts`.
        subtitle: Description of the selection.
    """
    rows, bins = frame(facet, counts), len(facet.starts)
    shows_unit = facet.unit and facet.unit != facet.title.lower()
    title = f"{facet.title} ({facet.unit})" if shows_unit else facet.title
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=[CHOSEN, ALL], range=[KEPT, REMOVED])
    ).legend(orient="top", title=None, labelLimit=300)
    tooltip = [
        alt.Tooltip("label:N", title=facet.title),
        alt.Tooltip("threads:Q", format=","),
        alt.Tooltip("expected:Q", title=ALL, format=",.0f"),
    ]
    if not bins:
        base = alt.Chart(rows).encode(
            y=alt.Y("label:N", sort=None, title=None, axis=theme.names(most=260))
        )
        x = alt.X("threads:Q", title="threads", axis=theme.thousands())
        bars = base.mark_bar().encode(x=x, color=colour, tooltip=tooltip)
        marks = base.mark_tick(thickness=3, size=16).encode(x="expected:Q", color=colour)
        height = theme.ROW * max(rows.height, 1)
        layers = [
            bars.transform_calculate(kind=f"'{CHOSEN}'"),
            marks.transform_calculate(kind=f"'{ALL}'"),
        ]
        return theme.themed(alt.layer(*layers), title=title, subtitle=subtitle, height=height)
    known = rows.filter(pl.col("position") < bins)
    axis, scale = theme.ticks(facet.starts), theme.across(bins)
    x = alt.X("position:Q", title=None, axis=axis, scale=scale)
    base = alt.Chart(known.with_columns(right=pl.col("position") + 1, zero=pl.lit(0)))
    bars = (
        base.mark_rect(stroke="white", strokeWidth=0.4)
        .encode(
            x=x,
            x2="right:Q",
            y=alt.Y("threads:Q", title="threads", axis=theme.thousands()),
            y2="zero:Q",
            color=colour,
            tooltip=tooltip,
        )
        .transform_calculate(kind=f"'{CHOSEN}'")
    )
    marks = (
        base.mark_rule(strokeWidth=2)
        .encode(x=x, x2="right:Q", y="expected:Q", color=colour)
        .transform_calculate(kind=f"'{ALL}'")
    )
    if facet.unknown is not None:
        unknown = f"{counts[facet.unknown]:,} without a value"
        subtitle = f"{subtitle}; {unknown}" if subtitle else unknown
    return theme.themed(alt.layer(bars, marks), title=title, subtitle=subtitle, height=220)
