"""Timelines: charts of shares by day, or by source."""

from pathlib import Path
from typing import Any

import altair as alt
import polars as pl

from workbench import charts
from workbench.dashboard.styles import KEPT, LINE
from workbench.exceptions import StageError

#: What is drawn: (column of the share, what is found, by what means).
LINES = [
    ("parent_share", "parent", "everything"),
    ("parent_unembedded", "parent", "without embedded tweets"),
    ("root_share", "root", "everything"),
    ("root_unembedded", "root", "without embedded tweets"),
    ("root_linked", "root", "without conversation ids"),
]

#: Kinds of files that a chart can be written as, with how to do so.
KINDS: dict[str, dict[str, Any]] = {
    "html": {"inline": True},
    "svg": {},
    "png": {"scale_factor": 2},
    "json": {},
}

MEANS = ["everything", "without embedded tweets", "without conversation ids"]


def coverage(shares: pl.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Draw the share of replies whose parent, and whose opening tweet, is present.

    Beside each stands what the share would be without embedded tweets or without conversation ids.
    Days and sources without replies are left out, and so are tweets without a date.

    Args:
        shares: What `coverage.by_day` or `coverage.by_source` gives.
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
            found=pl.col("variable").replace_strict({line: what for line, what, _ in LINES}),
            means=pl.col("variable").replace_strict({line: how for line, _, how in LINES}),
        )
        .drop("variable")
    )
    share = alt.Y("share:Q", title="share of replies", axis=alt.Axis(format="%"))
    across = (
        alt.X("day:T", title=None)
        if by == "day"
        else alt.X(f"{by}:N", title=None, axis=alt.Axis(labelAngle=0))
    )
    colour = alt.Color("found:N", scale=alt.Scale(domain=["parent", "root"], range=[KEPT, LINE]))
    base = alt.Chart(drawn).encode(
        x=across,
        y=share.scale(domainMin=0, nice=True),
        color=colour.legend(title="present"),
        tooltip=[
            alt.Tooltip(f"{by}:{'T' if by == 'day' else 'N'}"),
            alt.Tooltip("found:N", title="present"),
            alt.Tooltip("means:N", title="with"),
            alt.Tooltip("share:Q", format=".1%"),
            alt.Tooltip("replies:Q", format=","),
        ],
    )
    shapes = alt.Shape(
        "means:N", scale=alt.Scale(domain=MEANS, range=["circle", "cross", "square"])
    )
    points = base.mark_point(filled=True, opacity=0.8).encode(
        shape=shapes.legend(title="with"),
        size=alt.Size("replies:Q", legend=None, scale=alt.Scale(range=[15, 90])),
    )
    layers = [points]
    if by == "day":
        dashes = alt.Scale(domain=MEANS, range=[[1, 0], [6, 3], [2, 2]])
        dash = alt.StrokeDash("means:N", scale=dashes).legend(title="with")
        layers.insert(0, base.mark_line(strokeWidth=1.5).encode(strokeDash=dash))
    return charts._themed(alt.layer(*layers), height=220)


def save(chart: alt.LayerChart | alt.FacetChart, path: Path) -> None:
    """Write a chart to a file that needs nothing else to be looked at.

    Args:
        chart: The chart.
        path: A file whose name ends with .html, .svg, .png or .json.

    Raises:
        StageError: If it ends otherwise, or cannot be written.
    """
    kind = path.suffix.removeprefix(".")
    if kind not in KINDS:
        msg = f"No chart can be written as {path.name!r}."
        raise StageError(msg, hint="end its name with .html, .svg, .png or .json.")
    drawn = chart.properties(width=760, background="white")
    try:
        drawn.save(str(path), **KINDS[kind])
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}."
        raise StageError(
            msg, hint="name a folder that is there and that you may write to."
        ) from error
