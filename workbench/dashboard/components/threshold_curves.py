"""Estimate precision and recall at each threshold of a score, from the labels."""

from typing import NamedTuple

import marimo as mo
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench import charts, labels
from workbench.dashboard.components import navigation
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.facets.score_axes import Axis
from workbench.recipe import CATALOGUE, Bounds, SelectSettings

#: Labelled threads needed to show a share. From 20 on, the interval of a share of one half is at
#: most 0.41 wide.
FEWEST = 20

#: Standard deviations of a 95 % interval.
_Z = 1.96


class LabelledScores(NamedTuple):
    """The scores of one rule for the labelled threads and for all threads.

    Args:
        values: Score of each labelled thread, NaN if it is unknown.
        is_hit: True if the label is `fits`, or `answers` for the score of answers.
        every: All known scores, ascending.
        what: What a hit does, as a verb.
    """

    values: NDArray[np.float64]
    is_hit: NDArray[np.bool_]
    every: NDArray[np.float64]
    what: str


def histogram(name: str, settings: SelectSettings, *, axis: Axis, kept: pl.Series) -> charts.Layers:
    """Draw the histogram of a rule's score with its bounds."""
    rule, chosen = CATALOGUE[name], bounds_of(settings, name)
    return charts.histogram(
        axis.bins(kept),
        title=rule.title,
        unit=rule.unit,
        min=chosen.min,
        max=chosen.max,
        height=150,
    )


def bounds_of(settings: SelectSettings, rule: str) -> Bounds:
    """Return the bounds of a rule; none if it has no bounds."""
    chosen = settings.rule(rule)
    return chosen if isinstance(chosen, Bounds) else Bounds()


def labelled(session: ScoresSession, rule: str) -> LabelledScores:
    """Join the labels that matter for a rule with its scores.

    For the score `answer`, labels of the best reply count; for all others, labels of the opening
    tweet. If several people labelled the same tweet, a majority decides, unless the disagreement
    was settled. Labels set in bulk do not count.

    Args:
        session: Scores and labels.
        rule: Name of a rule with bounds.
    """
    column = CATALOGUE[rule].column
    latest = labels.latest(labels.load(session.workspace))
    method = pl.col("method").fill_null("")
    latest = latest.filter(method != labels.BULK)
    is_pair = pl.col("parent_id").is_not_null()
    if column == "answer":
        rows, keys = latest.filter(is_pair), {"root_id": "parent_id", "best_reply_id": "tweet_id"}
    else:
        rows, keys = latest.filter(~is_pair), {"root_id": "tweet_id"}
    is_settled, is_yes = method == labels.SETTLED, pl.col("label").is_in(["fits", "answers"])
    votes = rows.group_by(list(keys.values()), maintain_order=True).agg(
        is_hit=pl.coalesce(is_yes.filter(is_settled).last(), is_yes.mean() > 0.5)
    )
    scored = (
        session.scores.lazy()
        .select(*keys, pl.col(column).cast(pl.Float64).alias("value"))
        .join(votes.lazy(), left_on=list(keys), right_on=list(keys.values()))
        .collect()
    )
    values = session.scores[column].drop_nulls().cast(pl.Float64).sort().to_numpy()
    return LabelledScores(
        scored["value"].fill_null(np.nan).to_numpy(),
        scored["is_hit"].to_numpy(),
        values[~np.isnan(values)],
        "answer" if column == "answer" else "fit",
    )


def wilson(hits: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval of shares in few rows (Wilson, 1927); NaN without rows.

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


def table(
    scores: LabelledScores, thresholds: list[float], *, is_ceiling: bool = False
) -> pl.DataFrame:
    """Compute precision, recall and yield at each threshold.

    Args:
        scores: Result of `labelled`.
        thresholds: Values to try.
        is_ceiling: True if scores at or below a threshold pass, else those at or above it.

    Returns:
        `threshold`, `labelled` (labelled threads that pass) and `hits` (the hits among them).
        `precision` with its interval `low` and `high`, null if no labelled thread passes.
        `recall`, null if there is no hit. `passing`, the number of all threads that pass.

    Examples:
        >>> some = LabelledScores(
        ...     np.array([0.2, 0.9]), np.array([False, True]), np.array([0.2, 0.9]), ""
        ... )
        >>> table(some, [0.5]).select("labelled", "precision", "recall", "passing").row(0)
        (1, 1.0, 1.0, 1)
    """
    at = np.array(thresholds, dtype=np.float64)
    # Scores are Float32. A score of 0.3 has to pass a threshold of 0.3, as it does in the rule.
    slack = np.abs(at) * 1e-7 + 1e-9

    def passing(values: NDArray[np.float64]) -> NDArray[np.int64]:
        values = np.sort(values[~np.isnan(values)])
        if is_ceiling:
            return np.searchsorted(values, at + slack, "right")
        return len(values) - np.searchsorted(values, at - slack, "left")

    rows, hits = passing(scores.values), passing(scores.values[scores.is_hit])
    low, high = wilson(hits, rows)
    positives = int(scores.is_hit.sum())
    return pl.DataFrame(
        {
            "threshold": at,
            "labelled": rows,
            "hits": hits,
            "precision": hits / np.where(rows > 0, rows, np.nan),
            "low": low,
            "high": high,
            "recall": hits / (positives or np.nan),
            "passing": passing(scores.every),
        }
    ).with_columns(pl.col("precision", "low", "high", "recall").fill_nan(None))


def threshold_of(chosen: Bounds) -> tuple[float | None, bool]:
    """Return the threshold of a rule, and whether it is a ceiling."""
    is_ceiling = chosen.min is None and chosen.max is not None
    return (chosen.max if is_ceiling else chosen.min), is_ceiling


def sentence(scores: LabelledScores, chosen: Bounds, *, threads: int) -> str:
    """Describe precision and recall at the current threshold in words."""
    at, is_ceiling = threshold_of(chosen)
    if at is None:
        share = scores.is_hit.mean()
        rows = f"{len(scores.is_hit):,} labelled threads"
        return f"No threshold is set: of {rows}, {share:.0%} {scores.what}."
    row = table(scores, [at], is_ceiling=is_ceiling).row(0, named=True)
    where = f"At {at:,.10g} or {'below' if is_ceiling else 'above'}"
    total = f"{row['passing']:,} of all {threads:,} threads pass."
    if not row["labelled"]:
        return f"{where}, no thread is labelled; {total}"
    recall = "" if row["recall"] is None else f"; that is {row['recall']:.0%} of all that do"
    return (
        f"{where}, {row['hits']:,} of {row['labelled']:,} labelled threads {scores.what}: "
        f"{row['precision']:.0%} (95 % interval {row['low']:.0%} to {row['high']:.0%}){recall}. "
        f"{total}"
    )


def show(scores: LabelledScores, chosen: Bounds, *, axis: Axis, threads: int) -> mo.Html:
    """Draw precision, recall and yield by threshold, or say how many labels are missing."""
    count = len(scores.is_hit)
    if count < FEWEST:
        link = f'<a href="{navigation.link("label.py")}">label {FEWEST - count} more</a>'
        return mo.Html(
            f'<p class="wb-effect" data-testid="labels">{count:,} threads of this workspace have a '
            f"label for this score. To see how many threads above a threshold {scores.what}, "
            f"{link}.</p>"
        )
    at, is_ceiling = threshold_of(chosen)
    shares = table(scores, axis.edges, is_ceiling=is_ceiling)
    drawn = charts.curves.by_threshold(shares, threads=threads, current=at, what=scores.what)
    text = (
        f'<p class="wb-said" data-testid="precision">{sentence(scores, chosen, threads=threads)}'
        "<br><small>This holds for all threads only if the labelled ones were drawn at random. "
        "Labels on doubtful threads make precision look worse.</small></p>"
    )
    return mo.vstack([mo.Html(text), drawn], gap=0.25)
