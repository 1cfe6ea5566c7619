"""Draw how reliable classifiers are on labels that they have not seen."""

from collections.abc import Mapping

import altair as alt
import polars as pl

from workbench.charts import theme
from workbench.display.css import KEPT, LINE, ONLY, REMOVED

#: Maximum number of points of a curve.
POINTS = 300
#: Colours of classifiers and samples, in order.
COLOURS = [REMOVED, KEPT, ONLY]

_PERCENT = alt.Axis(format="%", tickCount=5)


def precision_recall(curves: Mapping[str, pl.DataFrame]) -> theme.Layers:
    """Draw precision by recall.

    Args:
        curves: Name -> result of `evaluation.precision_recall`.
    """
    drawn = _named(
        {
            name: curve.gather_every(max(1, curve.height // POINTS)).select(
                "threshold", "found", "precision", "recall"
            )
            for name, curve in curves.items()
        }
    )
    lines = (
        alt.Chart(drawn)
        .mark_line(strokeWidth=2, interpolate="step-before", point={"size": 12})
        .encode(
            x=alt.X("recall:Q", title="recall: share of all fits found", axis=_PERCENT),
            y=alt.Y("precision:Q", title="precision", axis=_PERCENT, scale=_whole()),
            order="recall:Q",
            color=_colours(curves),
            tooltip=[
                alt.Tooltip("of:N"),
                alt.Tooltip("threshold:Q", format=".2f"),
                alt.Tooltip("precision:Q", format=".0%"),
                alt.Tooltip("recall:Q", format=".0%"),
                alt.Tooltip("found:Q", title="labels at or above", format=","),
            ],
        )
    )
    return theme.themed(
        alt.layer(lines),
        title="Precision and recall",
        height=200,
        description="Lines of precision by recall",
    )


def calibration(bins: Mapping[str, pl.DataFrame]) -> theme.Layers:
    """Draw the share of hits by predicted probability; on the diagonal both are equal.

    Args:
        bins: Name -> result of `evaluation.calibration`.
    """
    drawn = _named(dict(bins))
    ideal = (
        alt.Chart(pl.DataFrame({"at": [0.0, 1.0]}))
        .mark_line(color=LINE, strokeDash=[5, 3], strokeWidth=1.5)
        .encode(x="at:Q", y="at:Q")
    )
    base = alt.Chart(drawn).encode(
        x=alt.X("expected:Q", title="predicted probability", axis=_PERCENT, scale=_whole()),
        y=alt.Y("found:Q", title="share that fits", axis=_PERCENT, scale=_whole()),
        color=_colours(bins),
        tooltip=[
            alt.Tooltip("of:N"),
            alt.Tooltip("expected:Q", title="predicted probability", format=".0%"),
            alt.Tooltip("found:Q", title="share that fits", format=".0%"),
            alt.Tooltip("rows:Q", title="labels", format=",.0f"),
        ],
    )
    points = base.mark_point(filled=True, opacity=0.9).encode(
        size=alt.Size("rows:Q", legend=None, scale=alt.Scale(range=[25, 220]))
    )
    layers = alt.layer(ideal, base.mark_line(strokeWidth=1.5), points)
    return theme.themed(
        layers,
        title="Calibration",
        height=200,
        description="Share that fits by predicted probability; the dashed line is ideal",
    )


def yields(expected: Mapping[str, pl.DataFrame], *, current: float | None = None) -> theme.Layers:
    """Draw how many threads each threshold keeps.

    Args:
        expected: Name -> result of `evaluation.expected`.
        current: Threshold in use, drawn as a line; None if there is none.
    """
    drawn = _named(dict(expected))
    lines = (
        alt.Chart(drawn)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("threshold:Q", title="threshold", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("kept:Q", title="threads at or above", axis=theme.thousands()),
            color=_colours(expected),
            tooltip=[
                alt.Tooltip("of:N"),
                alt.Tooltip("threshold:Q", format=".2f"),
                alt.Tooltip("kept:Q", title="threads", format=","),
                alt.Tooltip("share_kept:Q", title="of all", format=".1%"),
                alt.Tooltip("expected_precision:Q", title="expected to fit", format=".0%"),
            ],
        )
    )
    places = [] if current is None else [current]
    here = theme.dashed(pl.DataFrame({"place": places}, schema={"place": pl.Float64}))
    return theme.themed(
        alt.layer(lines, here),
        title="Yield by threshold",
        height=200,
        description="Threads at or above each threshold",
    )


def _named(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([frame.with_columns(of=pl.lit(name)) for name, frame in frames.items()])


def _colours(named: Mapping[str, object]) -> alt.Color:
    names = list(named)
    scale = alt.Scale(domain=names, range=COLOURS[: len(names)])
    return alt.Color("of:N", scale=scale).legend(
        orient="top", title=None, labelLimit=400, columns=1, symbolType="stroke"
    )


def _whole() -> alt.Scale:
    return alt.Scale(domain=[0, 1])
