"""Draw shares by day or by source."""

import altair as alt
import polars as pl

from workbench.charts import theme
from workbench.display.css import KEPT, LINE, REMOVED

#: Lines of the chart: (column of the share, what is present, by what means).
LINES = [
    ("parent_share", "parent", "everything"),
    ("parent_unembedded", "parent", "without embedded tweets"),
    ("root_share", "root", "everything"),
    ("root_unembedded", "root", "without embedded tweets"),
    ("root_linked", "root", "without conversation ids"),
]

MEANS = ["everything", "without embedded tweets", "without conversation ids"]


def coverage(shares: pl.DataFrame) -> theme.Layers:
    """Draw the share of replies with their parent, and with their opening tweet, in the data.

    Each share is also drawn without embedded tweets and without conversation ids. Days and sources
    without replies, and tweets without a date, are left out.

    Args:
        shares: Result of `coverage.by_day` or `coverage.by_source`.
    """
    by = shares.columns[0]
    replies = pl.col("replies")
    drawn = (
        shares.filter(pl.col(by).is_not_null(), replies > 0)
        .with_columns(
            parent_unembedded=(pl.col("with_parent") - pl.col("parents_by_embedding")) / replies,
            root_unembedded=(pl.col("with_root") - pl.col("roots_by_embedding")) / replies,
            root_linked=(pl.col("with_root") - pl.col("roots_by_conversation")) / replies,
        )
        .unpivot([line for line, _, _ in LINES], index=[by, "replies"], value_name="share")
        .with_columns(
            present=pl.col("variable").replace_strict({line: what for line, what, _ in LINES}),
            means=pl.col("variable").replace_strict({line: how for line, _, how in LINES}),
        )
        .drop("variable")
    )
    share = alt.Y("share:Q", title="share of replies", axis=alt.Axis(format="%"))
    across = (
        alt.X("day:T", title=None, axis=alt.Axis(format="%-d %b %Y", tickCount=8))
        if by == "day"
        else alt.X(f"{by}:N", title=None, axis=alt.Axis(labelAngle=0))
    )
    colour = alt.Color("present:N", scale=alt.Scale(domain=["parent", "root"], range=[KEPT, LINE]))
    base = alt.Chart(drawn).encode(
        x=across,
        y=share.scale(domainMin=0, nice=True),
        color=colour.legend(title="present"),
        tooltip=[
            alt.Tooltip("day:T", format="%-d %b %Y") if by == "day" else alt.Tooltip(f"{by}:N"),
            alt.Tooltip("present:N", title="present"),
            alt.Tooltip("means:N", title="with"),
            alt.Tooltip("share:Q", format=".1%"),
            alt.Tooltip("replies:Q", format=","),
        ],
    )
    shapes = alt.Shape(
        "means:N", scale=alt.Scale(domain=MEANS, range=["circle", "cross", "square"])
    )
    points = base.mark_point(filled=True, opacity=0.8).encode(
        # Without a colour the shapes are black on dark pages too; the page cannot set it.
        shape=shapes.legend(title="with", symbolFillColor=REMOVED, symbolStrokeColor=REMOVED),
        size=alt.Size("replies:Q", legend=None, scale=alt.Scale(range=[15, 90])),
    )
    layers = [points]
    if by == "day":
        dashes = alt.Scale(domain=MEANS, range=[[1, 0], [6, 3], [2, 2]])
        dash = alt.StrokeDash("means:N", scale=dashes).legend(
            title="with", symbolStrokeColor=REMOVED
        )
        layers.insert(0, base.mark_line(strokeWidth=1.5).encode(strokeDash=dash))
    return theme.themed(alt.layer(*layers), height=220)
