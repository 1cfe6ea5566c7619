"""Evaluation: how far a detector can be trusted, as numbers and as frames for dashboards."""

from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Cosine from which two texts count as the same, said in other words.
NEAR = 0.9
#: Bins of a calibration.
BINS = 10
#: Standard deviation of the probabilities below which a judge says the same of every thread.
FLAT = 0.02
#: What is said of such a judge.
IS_FLAT = "The new judge tells threads hardly apart: label more first."


def average_precision(truth: NDArray[np.bool_], scores: np.ndarray) -> float:
    """Give the mean precision over the ranks of the positives; equal scores count as one rank.

    Returns:
        0 to 1; NaN where there is no positive.

    Examples:
        >>> truth = np.array([True, False, True])
        >>> round(average_precision(truth, np.array([0.9, 0.8, 0.1])), 3)
        0.833
    """
    if not truth.any():
        return float("nan")
    curve = precision_recall(truth, scores)
    steps = np.diff(curve["recall"].to_numpy(), prepend=0.0)
    return float(steps @ curve["precision"].to_numpy())


def precision_recall(truth: NDArray[np.bool_], scores: np.ndarray) -> pl.DataFrame:
    """Give precision and recall of every threshold.

    Args:
        truth: Which rows are positive.
        scores: Higher is more likely positive; rows without a score (NaN) are never found.

    Returns:
        `threshold` (falling), `found` (rows at or above it), `precision`, `recall`.

    Examples:
        >>> precision_recall(np.array([True, False]), np.array([0.9, 0.2])).rows()
        [(0.9, 1, 1.0, 1.0), (0.2, 2, 0.5, 1.0)]
    """
    frame = pl.DataFrame({"threshold": scores, "truth": truth}).with_columns(
        pl.col("threshold").cast(pl.Float64)
    )
    positives = max(1, int(truth.sum()))
    return (
        frame.filter(pl.col("threshold").is_not_nan())
        .group_by("threshold")
        .agg(rows=pl.len(), hits=pl.col("truth").sum())
        .sort("threshold", descending=True)
        .select(
            "threshold",
            found=pl.col("rows").cum_sum().cast(pl.Int64),
            precision=pl.col("hits").cum_sum() / pl.col("rows").cum_sum(),
            recall=pl.col("hits").cum_sum() / positives,
        )
    )


def calibration(
    truth: Floats | NDArray[np.bool_], scores: np.ndarray, *, weights: Floats | None = None
) -> pl.DataFrame:
    """Compare the probabilities given with the shares found, in `BINS` bins of equal width.

    Args:
        truth: Which rows are positive, or how much.
        scores: Their probabilities.
        weights: How many rows each stands for; 1 by default.

    Returns:
        One row per bin that holds something: `from`, `to`, `rows` (weighted), `expected` (mean
        probability) and `found` (share of positives).

    Examples:
        >>> calibration(np.array([True, False]), np.array([0.92, 0.98])).rows()
        [(0.9, 1.0, 2.0, 0.95, 0.5)]
    """
    rows = pl.col("weight").sum()
    return (
        pl.DataFrame(
            {
                "score": scores.astype(np.float64),
                "truth": truth.astype(np.float64),
                "weight": np.ones(len(truth)) if weights is None else weights,
            }
        )
        .group_by(bin=(pl.col("score") * BINS).floor().clip(0, BINS - 1))
        .agg(
            rows=rows,
            expected=(pl.col("score") * pl.col("weight")).sum() / rows,
            found=(pl.col("truth") * pl.col("weight")).sum() / rows,
        )
        .sort("bin")
        .select(
            (pl.col("bin") / BINS).alias("from"),
            ((pl.col("bin") + 1) / BINS).alias("to"),
            "rows",
            "expected",
            "found",
        )
    )


def calibration_error(
    truth: Floats | NDArray[np.bool_], scores: np.ndarray, *, weights: Floats | None = None
) -> float:
    """Give the expected calibration error: mean distance of `expected` and `found`, by rows."""
    bins = calibration(truth, scores, weights=weights)
    gap = (bins["expected"] - bins["found"]).abs()
    return float((gap * bins["rows"]).sum()) / max(1e-9, float(bins["rows"].sum()))


def expected(scores: np.ndarray | pl.Series) -> pl.DataFrame:
    """Tell what each threshold would give on data without labels, by the probabilities themselves.

    It is as right as the calibration: that of the shipped detector supposes a share of requests
    (`detector.PREVALENCE`), that of one trained with labels of this data was measured on it.

    Args:
        scores: Probabilities of the user's own threads; null and NaN are never kept.

    Returns:
        For thresholds from 0 to 1 by hundredths: `threshold`, `kept` (rows at or above it),
        `share_kept`, `expected_precision` (null where nothing is kept) and `expected_yield`
        (positives among the kept).

    Examples:
        >>> expected(np.array([0.9, 0.1, 0.2])).row(50, named=True)["expected_yield"]
        0.9
    """
    values = pl.Series(scores).cast(pl.Float64).to_numpy()
    known = np.sort(values[~np.isnan(values)])
    sums = np.append(np.cumsum(known[::-1])[::-1], 0.0)
    thresholds = np.linspace(0, 1, 101).round(2)
    first = np.searchsorted(known, thresholds)
    kept = len(known) - first
    frame = pl.DataFrame({"threshold": thresholds, "kept": kept, "expected_yield": sums[first]})
    precision = pl.col("expected_yield") / pl.col("kept")
    return frame.select(
        "threshold",
        pl.col("kept").cast(pl.Int64),
        share_kept=pl.col("kept") / max(1, len(values)),
        expected_precision=pl.when(pl.col("kept") > 0).then(precision),
        expected_yield="expected_yield",
    )


def is_flat(scores: pl.Series) -> bool:
    """Tell whether a judge says nearly the same of all; null counts as nothing said.

    Examples:
        >>> is_flat(pl.Series([0.1, 0.11, 0.1, None])), is_flat(pl.Series([0.1, 0.9]))
        (True, False)
    """
    spread = cast("float | None", scores.std())
    return spread is not None and spread < FLAT


def groups(
    vectors: np.ndarray, *keys: pl.Series | list[int | str | None], near: float = NEAR
) -> NDArray[np.int64]:
    """Put rows that must not be torn apart in one group.

    Rows belong together if they share a key (author, thread; null shares nothing), or if the
    cosine of their vectors is at least `near`, directly or over other rows.

    Args:
        vectors: Rows of length 1 (or 0), shape `(n, d)`.
        keys: Values of each row.
        near: Cosine.

    Returns:
        Number of the group of each row, int64: the row of its first member.

    Examples:
        >>> vectors = np.eye(3, dtype=np.float32)
        >>> groups(vectors, [5, None, 5]).tolist()
        [0, 1, 0]
    """
    count = len(vectors)
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, count, 2048):
        left, right = np.nonzero(vectors[start : start + 2048] @ vectors.T >= near)
        pairs.append(np.column_stack([left + start, right]))
    for key in keys:
        rows = pl.DataFrame({"key": key, "row": np.arange(count)}).drop_nulls("key")
        linked = rows.select(first=pl.col("row").min().over("key"), row="row")
        pairs.append(linked.to_numpy().astype(np.int64))
    links = np.concatenate(pairs)
    label = np.arange(count)
    while True:
        smallest = np.minimum(label[links[:, 0]], label[links[:, 1]])
        moved = label.copy()
        np.minimum.at(moved, links[:, 0], smallest)
        np.minimum.at(moved, links[:, 1], smallest)
        moved = moved[moved]
        if (moved == label).all():
            return label
        label = moved


def report(truth: NDArray[np.bool_], scores: np.ndarray) -> dict[str, float]:
    """Sum up: rows, positives, average precision, precision at half recall; unweighted."""
    curve = precision_recall(truth, scores)
    half = curve.filter(pl.col("recall") >= 0.5).head(1)["precision"]
    return {
        "rows": len(truth),
        "positives": int(truth.sum()),
        "average_precision": round(average_precision(truth, scores), 4),
        "precision_at_half_recall": round(float(half[0]), 4) if len(half) else 0.0,
    }
