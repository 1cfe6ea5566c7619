"""Measure classifiers: precision, recall, calibration, and the expected yield of thresholds.

`training` chooses models by these figures. Reports and dashboards show them.
"""

from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Cosine from which two texts count as paraphrases.
NEAR = 0.9
#: Vectors that are compared with all others at once; bounds the memory.
BLOCK = 2048
#: Bins of a calibration.
BINS = 10
#: A classifier is flat if the standard deviation of its probabilities is below this.
FLAT = 0.02
#: Warning about a flat classifier.
IS_FLAT = "The new classifier barely separates the threads. Label more first."


def average_precision(truth: NDArray[np.bool_], scores: np.ndarray) -> float:
    """Return the mean precision over the ranks of the positives. Equal scores share a rank.

    This is one line over the curve that charts need anyway. scikit-learn returns the same number,
    but refuses rows without a score, takes 4 to 9 times the time for 100,000 rows, and loads for a
    second.

    Returns:
        0 to 1, or NaN if there is no positive.

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
    """Return precision and recall for every threshold.

    Args:
        truth: Which rows are positive.
        scores: Higher is more likely positive. Rows without a score (NaN) are never found.

    Returns:
        `threshold` (descending), `found` (rows at or above it), `precision`, `recall`.

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
    """Compare probabilities with the shares of positives, in `BINS` bins of equal width.

    Args:
        truth: Which rows are positive, or the degree to which they are.
        scores: Their probabilities.
        weights: How many rows each row represents; 1 by default.

    Returns:
        One row per bin that is not empty: `from`, `to`, `rows` (weighted), `expected` (mean
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
    """Return the mean difference of `expected` and `found` over the bins, weighted by rows."""
    bins = calibration(truth, scores, weights=weights)
    gap = (bins["expected"] - bins["found"]).abs()
    return float((gap * bins["rows"]).sum()) / max(1e-9, float(bins["rows"].sum()))


def expected(scores: np.ndarray | pl.Series) -> pl.DataFrame:
    """Estimate what each threshold keeps on data without labels, from the probabilities alone.

    The estimate is as good as the calibration. The shipped prompt classifier assumes a share of
    requests (`prompt_classifier.PREVALENCE`). A classifier trained on labels of this data, drawn at
    random, was calibrated on their share.

    Args:
        scores: Probabilities of the user's own threads. Null and NaN are never kept.

    Returns:
        For thresholds from 0 to 1 in steps of 0.01: `threshold`, `kept` (rows at or above it),
        `share_kept`, `expected_precision` (null if nothing is kept) and `expected_yield`
        (positives among the kept).

    Examples:
        >>> expected(np.array([0.9, 0.1, 0.2])).row(50, named=True)["expected_yield"]
        0.9
    """
    values = pl.Series(scores).cast(pl.Float64).to_numpy()
    ascending = np.sort(values[~np.isnan(values)])
    sums_from = np.append(np.cumsum(ascending[::-1])[::-1], 0.0)
    thresholds = np.linspace(0, 1, 101).round(2)
    first = np.searchsorted(ascending, thresholds)
    frame = pl.DataFrame(
        {
            "threshold": thresholds,
            "kept": len(ascending) - first,
            "expected_yield": sums_from[first],
        }
    )
    precision = pl.col("expected_yield") / pl.col("kept")
    return frame.select(
        "threshold",
        pl.col("kept").cast(pl.Int64),
        share_kept=pl.col("kept") / max(1, len(values)),
        expected_precision=pl.when(pl.col("kept") > 0).then(precision),
        expected_yield="expected_yield",
    )


def is_flat(scores: pl.Series) -> bool:
    """Return whether a classifier gives all threads nearly the same probability; ignores nulls.

    Examples:
        >>> is_flat(pl.Series([0.1, 0.11, 0.1, None])), is_flat(pl.Series([0.1, 0.9]))
        (True, False)
    """
    spread = cast("float | None", scores.std())
    return spread is not None and spread < FLAT


def groups(
    vectors: np.ndarray, *keys: pl.Series | list[int | str | None], near: float = NEAR
) -> NDArray[np.int64]:
    """Group rows that must be held out together.

    Two rows are linked if they share a key (author or thread; null shares nothing), or if the
    cosine of their vectors is at least `near`. A group is a set of rows linked directly or
    through other rows.

    Args:
        vectors: Rows of length 1 (or 0), shape `(n, d)`.
        keys: Values of each row.
        near: Least cosine of linked rows.

    Returns:
        Group of each row, int64: the row number of its first member.

    Examples:
        >>> vectors = np.eye(3, dtype=np.float32)
        >>> groups(vectors, [5, None, 5]).tolist()
        [0, 1, 0]
    """
    links = _links(vectors, *keys, near=near)
    first_member = np.arange(len(vectors))
    while True:
        smallest = np.minimum(first_member[links[:, 0]], first_member[links[:, 1]])
        lowered = first_member.copy()
        np.minimum.at(lowered, links[:, 0], smallest)
        np.minimum.at(lowered, links[:, 1], smallest)
        lowered = lowered[lowered]
        if (lowered == first_member).all():
            return first_member
        first_member = lowered


def _links(
    vectors: np.ndarray, *keys: pl.Series | list[int | str | None], near: float
) -> NDArray[np.int64]:
    """Return pairs of linked rows, shape `(m, 2)`; rows with a key are linked to its first row."""
    count = len(vectors)
    links = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, count, BLOCK):
        left, right = np.nonzero(vectors[start : start + BLOCK] @ vectors.T >= near)
        links.append(np.column_stack([left + start, right]))
    for key in keys:
        rows = pl.DataFrame({"key": key, "row": np.arange(count)}).drop_nulls("key")
        linked = rows.select(first=pl.col("row").min().over("key"), row="row")
        links.append(linked.to_numpy().astype(np.int64))
    return np.concatenate(links)


def report(truth: NDArray[np.bool_], scores: np.ndarray) -> dict[str, float]:
    """Summarize rows, positives, average precision and precision at half recall, unweighted."""
    curve = precision_recall(truth, scores)
    half = curve.filter(pl.col("recall") >= 0.5).head(1)["precision"]
    return {
        "rows": len(truth),
        "positives": int(truth.sum()),
        "average_precision": round(average_precision(truth, scores), 4),
        "precision_at_half_recall": round(float(half[0]), 4) if len(half) else 0.0,
    }
