"""Thresholds: what each threshold of a score gives, by the labels that there are."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import marimo as mo
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench import charts, labels
from workbench.dashboard.components import navigation, rule_controls, rule_panels
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.facets.score_axes import Axis
from workbench.recipe import CATALOGUE, Bounds, Recipe, SelectSettings

#: Labelled threads below which a share says too little: from 20 on, the interval of a half is at
#: most 0.41 wide.
FEWEST = 20

#: Name of the selection of a range of a histogram.
BRUSH = "brush"

#: Standard deviations of a 95 % interval.
_Z = 1.96


class Judged(NamedTuple):
    """The threads of which somebody judged what a rule looks at.

    Args:
        values: Score of each, NaN where it is not known.
        is_hit: Whether it fits or, for the score of answers, answers.
        every: Scores of all threads that have one, ascending.
        what: What a hit does.
    """

    values: NDArray[np.float64]
    is_hit: NDArray[np.bool_]
    every: NDArray[np.float64]
    what: str


def chooser() -> mo.ui.dropdown:
    """Make the choice of a rule with bounds."""
    first = CATALOGUE["suitability"].title
    return mo.ui.dropdown(rule_controls.titles("bounds"), first, label="Score")


def histogram(
    name: str, settings: SelectSettings, *, axes: Mapping[str, Axis], kept: pl.Series
) -> charts.Layers:
    """Draw the histogram of a rule's score with its bounds, to brush on."""
    rule, chosen = CATALOGUE[name], getattr(settings, name)
    bins = axes[name].bins(kept)
    return charts.histogram(
        bins,
        title=rule.title,
        unit=rule.unit,
        min=chosen.min,
        max=chosen.max,
        height=150,
        brush=BRUSH,
    )


def brushed(
    chosen: Bounds, selections: Mapping[str, Mapping[str, Any]], *, axis: Axis
) -> Bounds | None:
    """Give the bounds of a rule that a brush on its histogram asks for; None where there is none.

    Args:
        chosen: The rule's settings, of which all others stay.
        selections: What `mo.ui.altair_chart` says is selected.
        axis: Axis of the histogram.
    """
    stretch = selections.get(BRUSH, {}).get("position") or []
    if len(stretch) != 2:
        return None
    low, high = axis.bounds(*stretch)
    return chosen.model_copy(update={"min": low, "max": high})


def offer(
    selections: Mapping[str, Mapping[str, Any]],
    rule: str,
    *,
    axis: Axis,
    recipe: Recipe,
    go: Callable[[Recipe], object],
) -> mo.ui.button:
    """Make the button that takes what is brushed as the bounds of a rule.

    Args:
        selections: What `mo.ui.altair_chart` says is selected.
        rule: Name of the rule.
        axis: Axis of the histogram.
        recipe: What is set now.
        go: Called with the recipe to set.
    """
    asked = brushed(getattr(recipe.select, rule), selections, axis=axis)
    if asked is None:
        return mo.ui.button(label="Drag over the histogram to choose a range", disabled=True)
    select = recipe.select.model_copy(update={rule: asked})
    return mo.ui.button(
        label=f"Use {rule_panels.bounds(asked)} for this rule",
        kind="success",
        on_click=lambda _: go(recipe.model_copy(update={"select": select})),
    )


def judged(live: ScoresSession, rule: str) -> Judged:
    """Gather the labels that speak of what a rule looks at, and the scores of all threads.

    Labels of opening tweets count for every score but `answer`, for which labels of the best reply
    do. Where several people judged the same, it is a hit if more than half of them say so.

    Args:
        live: The scores, and where the labels are.
        rule: Name of a rule with bounds.
    """
    column = CATALOGUE[rule].column
    known = labels.latest(labels.load(live.workspace))
    is_pair = pl.col("parent_id").is_not_null()
    if column == "answer":
        hits, keys = known.filter(is_pair), {"root_id": "parent_id", "best_reply_id": "tweet_id"}
    else:
        hits, keys = known.filter(~is_pair), {"root_id": "tweet_id"}
    votes = hits.group_by(list(keys.values())).agg(
        is_hit=pl.col("label").is_in(["fits", "answers"]).mean() > 0.5
    )
    found = (
        live.scores.lazy()
        .select(*keys, pl.col(column).cast(pl.Float64).alias("value"))
        .join(votes.lazy(), left_on=list(keys), right_on=list(keys.values()))
        .collect()
    )
    values = live.scores[column].drop_nulls().cast(pl.Float64).sort().to_numpy()
    return Judged(
        found["value"].fill_null(np.nan).to_numpy(),
        found["is_hit"].to_numpy(),
        values[~np.isnan(values)],
        "answer" if column == "answer" else "fit",
    )


def wilson(hits: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[np.ndarray, np.ndarray]:
    """Give the 95 % interval of shares found in few rows (Wilson, 1927); NaN where there is none.

    Examples:
        >>> low, high = wilson(np.array([8]), np.array([10]))
        >>> low.round(3).tolist(), high.round(3).tolist()
        ([0.49], [0.943])
    """
    count = np.where(rows > 0, rows, np.nan)
    share = hits / count
    middle = share + _Z**2 / (2 * count)
    half = _Z * np.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    scale = 1 + _Z**2 / count
    return (middle - half) / scale, (middle + half) / scale


def table(found: Judged, thresholds: list[float], *, is_ceiling: bool = False) -> pl.DataFrame:
    """Tell what each threshold gives.

    Args:
        found: What `judged` gives.
        thresholds: Values to try.
        is_ceiling: Pass what is at or below a threshold; otherwise what is at or above it.

    Returns:
        `threshold`, `labelled` and `hits` (labelled threads that pass, and of those the hits),
        `precision` with `low` and `high` (null where nothing labelled passes), `recall` (of all
        hits; null where there is none), `passing` (of all threads).

    Examples:
        >>> some = Judged(np.array([0.2, 0.9]), np.array([False, True]), np.array([0.2, 0.9]), "")
        >>> table(some, [0.5]).select("labelled", "precision", "recall", "passing").row(0)
        (1, 1.0, 1.0, 1)
    """
    at = np.array(thresholds, dtype=np.float64)
    # Scores are Float32: a threshold of 0.3 must meet a score of 0.3, as it does in the rule.
    slack = np.abs(at) * 1e-7 + 1e-9

    def passing(values: NDArray[np.float64]) -> NDArray[np.int64]:
        values = np.sort(values[~np.isnan(values)])
        if is_ceiling:
            return np.searchsorted(values, at + slack, "right")
        return len(values) - np.searchsorted(values, at - slack, "left")

    rows, hits = passing(found.values), passing(found.values[found.is_hit])
    low, high = wilson(hits, rows)
    positives = int(found.is_hit.sum())
    return pl.DataFrame(
        {
            "threshold": at,
            "labelled": rows,
            "hits": hits,
            "precision": hits / np.where(rows > 0, rows, np.nan),
            "low": low,
            "high": high,
            "recall": hits / (positives or np.nan),
            "passing": passing(found.every),
        }
    ).with_columns(pl.col("precision", "low", "high", "recall").fill_nan(None))


def side(chosen: Bounds) -> tuple[float | None, bool]:
    """Give the threshold that counts of a rule, and whether it is a ceiling."""
    is_ceiling = chosen.min is None and chosen.max is not None
    return (chosen.max if is_ceiling else chosen.min), is_ceiling


def sentence(found: Judged, chosen: Bounds, *, threads: int) -> str:
    """Say in words what the threshold in use gives."""
    at, is_ceiling = side(chosen)
    if at is None:
        share = found.is_hit.mean()
        rows = f"{len(found.is_hit):,} labelled threads"
        return f"No threshold is set: of {rows}, {share:.0%} {found.what}."
    row = table(found, [at], is_ceiling=is_ceiling).row(0, named=True)
    where = f"At {at:,.10g} or {'below' if is_ceiling else 'above'}"
    total = f"{row['passing']:,} of all {threads:,} threads are there."
    if not row["labelled"]:
        return f"{where} there is no labelled thread; {total}"
    recall = "" if row["recall"] is None else f"; that is {row['recall']:.0%} of all that do"
    return (
        f"{where}, {row['hits']:,} of {row['labelled']:,} labelled threads {found.what}: "
        f"{row['precision']:.0%} (95 % interval {row['low']:.0%} to {row['high']:.0%}){recall}. "
        f"{total}"
    )


def show(found: Judged, chosen: Bounds, *, axis: Axis, threads: int) -> mo.Html:
    """Draw precision, recall and yield by threshold, or say how many labels are missing."""
    count = len(found.is_hit)
    if count < FEWEST:
        return mo.Html(
            f'<p class="wb-effect" data-testid="labels">{count:,} threads of this workspace have '
            "a label for this score. To see how many of those above a threshold "
            f'{found.what}, <a href="{navigation.link("label.py")}">label {FEWEST - count} more</a>'
            ".</p>"
        )
    at, is_ceiling = side(chosen)
    shares = table(found, axis.edges, is_ceiling=is_ceiling)
    drawn = charts.curves.by_threshold(shares, threads=threads, current=at, what=found.what)
    said = (
        f'<p class="wb-said" data-testid="precision">{sentence(found, chosen, threads=threads)}'
        "<br><small>True of all threads only so far as the labelled ones were drawn at random; "
        "labels on doubtful threads make precision look worse.</small></p>"
    )
    return mo.vstack([mo.Html(said), drawn], gap=0.25)
