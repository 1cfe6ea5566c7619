"""Suggestions: which threads to label next, not the top alone."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: Clusters that the prompts are put in.
CLUSTERS = 24
#: Prompts that the clusters are found from; the others join the nearest.
SAMPLE = 20_000
#: Shares of each reason among what is suggested; the rest is drawn at random, which alone tells how
#: often the detector is right.
SHARES = {"uncertain": 0.4, "rare": 0.4}


def suggest(
    scores: pl.DataFrame,
    vectors: np.ndarray,
    *,
    labelled: pl.Series,
    limit: int = 20,
    score: str = "suitability",
    seed: int = 0,
) -> pl.DataFrame:
    """Choose threads to label.

    Args:
        scores: One row per candidate with `thread_id` and its probability; rows whose probability
            is not known are left out.
        vectors: That of each row, shape `(n, d)`.
        labelled: Ids of threads with a label; they are not suggested, but tell which clusters are
            known.
        limit: Threads to suggest.
        score: Column with the probability.
        seed: Start of every random choice.

    Returns:
        `thread_id`, the probability, `cluster`, and `why`: `uncertain` (nearest to even odds, one
        a cluster in turn), `rare` (from the clusters with fewest labels for their size) or
        `random`; no thread twice.

    Examples:
        >>> scores = pl.DataFrame({"thread_id": [1, 2, 3], "suitability": [0.9, 0.5, 0.1]})
        >>> vectors = np.eye(3, dtype=np.float32)
        >>> found = suggest(scores, vectors, labelled=pl.Series([3]), limit=2)
        >>> sorted(found["thread_id"].to_list())
        [1, 2]
    """
    frame = scores.select("thread_id", score).with_columns(
        cluster=pl.Series(clusters(vectors, seed=seed)),
        is_labelled=pl.col("thread_id").is_in(labelled.implode()),
        random=pl.Series(np.random.default_rng(seed).random(scores.height)),
    )
    coverage = frame.group_by("cluster").agg(coverage=pl.col("is_labelled").sum() / pl.len())
    free = frame.join(coverage, on="cluster").filter(
        ~pl.col("is_labelled") & pl.col(score).is_not_null()
    )
    doubt = (pl.col(score) - 0.5).abs()
    orders = {
        "uncertain": [doubt.rank("ordinal").over("cluster"), doubt],
        "rare": [pl.col("random").rank("ordinal").over("cluster"), pl.col("coverage")],
        "random": [pl.col("random")],
    }
    chosen: list[pl.DataFrame] = []
    for why, order in orders.items():
        left = limit - sum(part.height for part in chosen)
        count = min(left, round(limit * SHARES[why])) if why in SHARES else left
        part = free.sort(*order, "thread_id").head(count).with_columns(why=pl.lit(why))
        chosen.append(part)
        free = free.join(part, on="thread_id", how="anti")
    return pl.concat(chosen).select("thread_id", score, "cluster", "why")


def clusters(
    vectors: np.ndarray, *, count: int = CLUSTERS, rounds: int = 10, seed: int = 0
) -> NDArray[np.int64]:
    """Put vectors in clusters by k-means on the sphere; equal input gives equal clusters.

    Returns:
        Number of each row's cluster, shape `(n,)`.
    """
    if not len(vectors):
        return np.zeros(0, dtype=np.int64)
    draw = np.random.default_rng(seed)
    some = vectors[np.sort(draw.permutation(len(vectors))[:SAMPLE])]
    centres = some[draw.permutation(len(some))[: min(count, len(some))]].copy()
    for _ in range(rounds):
        nearest = (some @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, some)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
    parts = [
        (vectors[start : start + SAMPLE] @ centres.T).argmax(axis=1)
        for start in range(0, len(vectors), SAMPLE)
    ]
    return np.concatenate(parts).astype(np.int64)
