"""Draw one facet as a large picture, to look at or to save."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from workbench.charts import theme
from workbench.display.css import KEPT, REMOVED
from workbench.facets.crossfilter import Facet
from workbench.text import sanitize

#: Maximum number of characters of a name.
LONGEST = 40

ALL, CHOSEN = "equally many of all threads", "selected threads"

_COLOUR = alt.Color("kind:N", scale=alt.Scale(domain=[CHOSEN, ALL], range=[KEPT, REMOVED])).legend(
    orient="top", title=None, labelLimit=300
)


def frame(facet: Facet, counts: list[int], *, only: Sequence[int] | None = None) -> pl.DataFrame:
    """Return one row per bin: `slot`, `label`, `threads`, `all` and `expected`.

    `all` counts all threads. `expected` is the count of an equally large random sample of them.
    Labels are made harmless.

    Args:
        facet: The facet.
        counts: Threads in each bin.
        only: The bins to return; None for all.
    """
    frame = pl.DataFrame(
        {
            "slot": range(len(counts)),
            "label": [sanitize.plain(label, most=LONGEST) for label in facet.labels],
            "threads": counts,
            "all": facet.counts(),
        },
        schema_overrides={"slot": pl.Int64, "threads": pl.Int64, "all": pl.Int64},
    )
    if only is not None:
        frame = frame.filter(pl.col("slot").is_in(list(only)))
    share = int(frame["threads"].sum()) / max(int(frame["all"].sum()), 1)
    return frame.with_columns(expected=pl.col("all") * share)


def picture(
    facet: Facet, rows: pl.DataFrame, *, subtitle: str = "", is_log: bool = False
) -> theme.Layers:
    """Draw bins of a facet, with a grey mark at the expected count of each.

    Args:
        facet: The facet.
        rows: Result of `frame`.
        subtitle: Description of the selection.
        is_log: Whether counts have a logarithmic scale.
    """
    shows_unit = facet.unit and facet.unit != facet.title.lower()
    title = f"{facet.title} ({facet.unit})" if shows_unit else facet.title
    known = rows.filter(pl.col("slot") < len(facet.starts))
    scale = alt.Scale(type="symlog") if is_log else alt.Scale()
    if known.height < 2:
        return _rows(rows, title=title, subtitle=subtitle, scale=scale)
    if facet.unknown is not None:
        unknown = rows.filter(slot=facet.unknown)["threads"].sum()
        subtitle += f"; {unknown:,} without a value" if unknown else ""
    return _bars(facet, known, title=title, subtitle=subtitle, scale=scale)


def _rows(rows: pl.DataFrame, *, title: str, subtitle: str, scale: alt.Scale) -> theme.Layers:
    """Draw one horizontal bar per name."""
    base = alt.Chart(rows).encode(y=alt.Y("label:N", sort=None, title=None, axis=theme.names()))
    x = alt.X("threads:Q", title="threads", axis=theme.thousands(), scale=scale)
    bars = base.mark_bar().encode(x=x, color=_COLOUR, tooltip=_tooltip(title))
    marks = base.mark_tick(thickness=3, size=16).encode(x="expected:Q", color=_COLOUR)
    layers = [
        bars.transform_calculate(kind=f"'{CHOSEN}'"),
        marks.transform_calculate(kind=f"'{ALL}'"),
    ]
    return theme.themed(
        alt.layer(*layers),
        title=title,
        subtitle=subtitle,
        height=theme.rows(rows["label"].to_list()),
        description=_description(rows),
    )


def _bars(
    facet: Facet, rows: pl.DataFrame, *, title: str, subtitle: str, scale: alt.Scale
) -> theme.Layers:
    """Draw one vertical bar per bin of an axis."""
    drawn = rows.with_row_index("position").with_columns(
        pl.col("position").cast(pl.Int64), right=pl.col("position") + 1, zero=pl.lit(0)
    )
    axis = theme.ticks([facet.starts[slot] for slot in rows["slot"]])
    x = alt.X("position:Q", title=None, axis=axis, scale=theme.across(rows.height))
    y = alt.Y("threads:Q", title="threads", axis=theme.thousands(), scale=scale)
    base = alt.Chart(drawn)
    bars = (
        base.mark_rect(stroke="white", strokeWidth=0.4)
        .encode(x=x, x2="right:Q", y=y, y2="zero:Q", color=_COLOUR, tooltip=_tooltip(title))
        .transform_calculate(kind=f"'{CHOSEN}'")
    )
    marks = (
        base.mark_rule(strokeWidth=2)
        .encode(x=x, x2="right:Q", y="expected:Q", color=_COLOUR)
        .transform_calculate(kind=f"'{ALL}'")
    )
    return theme.themed(
        alt.layer(bars, marks),
        title=title,
        subtitle=subtitle,
        height=220,
        description=_description(rows),
    )


def _description(rows: pl.DataFrame) -> str:
    filled = rows.filter(pl.col("threads") > 0).select("label", "threads").rows()
    return f"Threads by value. {'; '.join(f'{label}: {threads:,}' for label, threads in filled)}"


def _tooltip(title: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("label:N", title=title),
        alt.Tooltip("threads:Q", format=","),
        alt.Tooltip("expected:Q", title=ALL, format=",.0f"),
    ]
