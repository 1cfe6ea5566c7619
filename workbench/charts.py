"""Charts: frames of a few hundred rows -> altair charts; no text of a tweet gets into one."""

import sys
from bisect import bisect_right
from collections.abc import Sequence

import polars as pl

from workbench.dashboard.axes import bins
from workbench.dashboard.styles import KEPT, LINE, ONLY, REMOVED

# altair imports jsonschema, which takes two seconds to compile a grammar of international addresses
# where JupyterLab has installed it; without that, charts are checked all the same.
_hidden = sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
import altair as alt  # noqa: E402

if _hidden is None:
    del sys.modules["rfc3987_syntax"]

__all__ = ["attribution", "bins", "funnel", "histogram", "spark"]

#: What altair calls a chart of several layers.
Layers = alt.LayerChart | alt.FacetChart

#: Height of a row of a bar chart, in pixels.
ROW = 24


def histogram(
    bins: pl.DataFrame,
    *,
    title: str,
    unit: str = "",
    min: float | None = None,
    max: float | None = None,
    height: int = 150,
    brush: str | None = None,
) -> Layers:
    """Draw how many threads have which value, kept on removed, with the thresholds.

    Bins are equally wide on the screen whatever they span. Threads without a value are counted in
    the subtitle.

    Args:
        bins: What `bins` or `Axis.bins` gives.
        title: Name of the score.
        unit: Unit of the score.
        min: Lowest value that passes; None for no such rule.
        max: Highest value that passes; None for no such rule.
        height: Height of the plot, in pixels.
        brush: Name of a selection of a stretch of `position`; None for a chart without.
    """
    known = bins.filter(pl.col("start").is_not_null())
    starts = known.filter("kept").sort("position")["start"].to_list()
    top = pl.col("threads").cum_sum().over("position", order_by=~pl.col("kept"))
    drawn = known.select(
        "position",
        "threads",
        right=pl.col("position") + 1,
        bottom=top - pl.col("threads"),
        top=top,
        verdict=pl.when("kept").then(pl.lit("kept")).otherwise(pl.lit("removed")),
        values=pl.format("{} to {}", _short("start"), _short("end")),
    ).filter(pl.col("threads") > 0)
    unknown = bins.filter(pl.col("start").is_null())["threads"].sum()
    bars = (
        alt.Chart(drawn)
        .mark_rect()
        .encode(
            x=alt.X("position:Q", title=unit or None, axis=_ticks(starts), scale=_across(starts)),
            x2="right:Q",
            y=alt.Y("bottom:Q", title="threads", axis=_thousands()),
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
    if brush:
        bars = bars.add_params(alt.selection_interval(name=brush, encodings=["x"]))
    bounds = [(value, name) for value, name in [(min, "min"), (max, "max")] if value is not None]
    lines = pl.DataFrame(
        {
            "place": [_place(starts, value) for value, _ in bounds],
            "threshold": [f"{name} {value:,g}" for value, name in bounds],
        },
        schema={"place": pl.Float64, "threshold": pl.String},
    )
    rules = (
        alt.Chart(lines)
        .mark_rule(color=LINE, strokeWidth=2, strokeDash=[5, 3])
        .encode(x="place:Q", tooltip="threshold:N")
    )
    subtitle = f"{unknown:,} threads have no value" if unknown else ""
    return _themed(alt.layer(bars, rules), title=title, subtitle=subtitle, height=height)


def spark(bins: pl.DataFrame, *, height: int = 26) -> str:
    """Draw the histogram above a slider as a small picture of two shapes, without axes.

    Heights are square roots, so that a few kept threads can be seen beside many removed ones.

    Args:
        bins: What `bins` or `Axis.bins` gives.
        height: Height, in pixels.
    """
    known = bins.filter(pl.col("start").is_not_null()).sort("position")
    kept = known.filter("kept")["threads"]
    every = kept + known.filter(~pl.col("kept"))["threads"]
    top = max(every.to_numpy().max(initial=1), 1) ** 0.5
    shapes = "".join(
        f'<path fill="{colour}" d="{_skyline((counts**0.5 / top * 100).to_list())}"/>'
        for counts, colour in [(every, REMOVED), (kept, KEPT)]
    )
    return (
        f'<svg class="wb-spark" style="height:{height}px" viewBox="0 0 {max(len(kept), 1)} 100" '
        f'preserveAspectRatio="none" aria-hidden="true">{shapes}</svg>'
    )


def funnel(steps: pl.DataFrame) -> Layers:
    """Draw how many threads are left after each rule.

    Args:
        steps: `title`, `removed` and `left` of each step in order; the first stands for all
            threads before any rule.
    """
    names = [f"{title}: {left:,}" for title, left in steps.select("title", "left").rows()]
    drawn = steps.select(
        "title",
        "removed",
        "left",
        before=pl.col("left") + pl.col("removed"),
        label=pl.Series(names, dtype=pl.String),
    )
    base = alt.Chart(drawn).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=_labels()),
        tooltip=[
            alt.Tooltip("title:N", title="rule"),
            alt.Tooltip("left:Q", title="threads left", format=","),
            alt.Tooltip("removed:Q", title="removed here", format=","),
        ],
    )
    x = alt.X("left:Q", title="threads left after each rule", axis=_thousands())
    left = base.mark_bar(color=KEPT).encode(x=x)
    gone = base.mark_bar(color=REMOVED).encode(x=x, x2="before:Q")
    return _themed(alt.layer(left, gone), height=ROW * steps.height)


def attribution(rules: pl.DataFrame) -> Layers:
    """Draw what each rule removes: at all, first in the order of rules, and no other rule does.

    Args:
        rules: `title`, `removed_first`, `removed_at_all` and `removed_only` of each rule.
    """
    kinds = {"removed_at_all": "at all", "removed_first": "first", "removed_only": "by it alone"}
    drawn = (
        rules.unpivot(list(kinds), index="title", variable_name="kind", value_name="threads")
        .with_columns(pl.col("kind").replace(kinds))
        .filter(pl.col("threads") > 0)
    )
    scale = alt.Scale(domain=list(kinds.values()), range=[REMOVED, LINE, ONLY])
    base = alt.Chart(drawn).encode(
        x=alt.X("threads:Q", title="threads removed", stack=None, axis=_thousands()),
        y=alt.Y("title:N", sort=rules["title"].to_list(), title=None, axis=_labels()),
        color=alt.Color("kind:N", scale=scale).legend(orient="top", title=None),
        tooltip=[
            alt.Tooltip("title:N", title="rule"),
            alt.Tooltip("kind:N", title="removed"),
            alt.Tooltip("threads:Q", format=","),
        ],
    )
    layers = [
        base.transform_filter(alt.datum.kind == kind).mark_bar(height=height)
        for kind, height in zip(kinds.values(), (16, 9, 3), strict=True)
    ]
    return _themed(alt.layer(*layers), height=ROW * max(rules.height, 1))


def _themed(chart: Layers, *, height: int, title: str = "", subtitle: str = "") -> Layers:
    """Give a chart the looks that all share; the colour of its text is left to the page."""
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


def _short(column: str) -> pl.Expr:
    """Write the edges of bins; the last bin has no end."""
    value = pl.col(column)
    whole = value.cast(pl.Int64, strict=False)
    return (
        pl.when(value.is_null())
        .then(pl.lit("more"))
        .when(value == whole)
        .then(whole.cast(pl.String))
        .otherwise(value.round(4).cast(pl.String))
    )


def _skyline(heights: Sequence[float]) -> str:
    tops = "".join(f"V{100 - height:.0f}h1" for height in heights)
    return f"M0 100{tops}V100Z"


def _place(starts: Sequence[float], value: float) -> float:
    """Give the place of a value on an axis of bins, in bins from its left end."""
    at = max(bisect_right(starts, value) - 1, 0)
    if at + 1 >= len(starts):
        return float(at)
    return at + max(value - starts[at], 0) / (starts[at + 1] - starts[at])


def _ticks(starts: Sequence[float]) -> alt.Axis:
    """Label about eight bins with the value at which they begin."""
    shown = list(range(0, len(starts), max(len(starts) // 8, 1)))
    names = {place: f"{starts[place]:,.10g}" for place in shown}
    cases = " : ".join(f"datum.value == {place} ? '{name}'" for place, name in names.items())
    return alt.Axis(values=shown, labelExpr=f"{cases} : ''" if names else "''", grid=False)


def _across(starts: Sequence[float]) -> alt.Scale:
    return alt.Scale(domain=[0, max(len(starts), 1)], nice=False, zero=True)


def _labels() -> alt.Axis:
    return alt.Axis(labelLimit=240, domain=False)


def _thousands() -> alt.Axis:
    return alt.Axis(format="~s", tickCount=4)
