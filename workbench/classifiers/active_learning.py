"""Suggest threads to label next: doubtful ones, rare ones, and some at random."""

import warnings

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: Clusters of prompts, for variety.
CLUSTERS = 24
#: Vectors that the clusters are fitted to. The others join the nearest cluster.
SAMPLE = 20_000
#: Rounds of k-means. More change few assignments.
ROUNDS = 10
#: Share of the suggestions for each reason. The rest is drawn at random: only random labels show
#: how often the classifier is right.
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
        scores: One row per candidate with `thread_id` and its probability. Rows without a
            probability are never suggested.
        vectors: Vector of each row, shape `(n, d)`.
        labelled: Ids of labelled threads. They are not suggested, but show which clusters are
            covered.
        limit: Number of suggestions.
        score: Column with the probability.
        seed: Seed of every random choice.

    Returns:
        Each thread at most once, with `thread_id`, the probability, `cluster`, and the reason
        `why`: `uncertain` (nearest to even odds, one per cluster in turn), `rare` (from the
        clusters with the smallest labelled share) or `random`.

    Examples:
        >>> scores = pl.DataFrame({"thread_id": [1, 2, 3], "suitability": [0.9, 0.5, 0.1]})
        >>> vectors = np.eye(3, dtype=np.float32)
        >>> rows = suggest(scores, vectors, labelled=pl.Series([3]), limit=2)
        >>> sorted(rows["thread_id"].to_list())
        [1, 2]
    """
    frame = scores.select("thread_id", score).with_columns(
        cluster=pl.Series(clusters(vectors, seed=seed)),
        is_labelled=pl.col("thread_id").is_in(labelled.implode()),
        random=pl.Series(np.random.default_rng(seed).random(scores.height)),
    )
    coverage = frame.group_by("cluster").agg(coverage=pl.col("is_labelled").sum() / pl.len())
    candidates = frame.join(coverage, on="cluster").filter(
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
        left = limit - sum(rows.height for rows in chosen)
        count = min(left, round(limit * SHARES[why])) if why in SHARES else left
        rows = candidates.sort(*order, "thread_id").head(count).with_columns(why=pl.lit(why))
        chosen.append(rows)
        candidates = candidates.join(rows, on="thread_id", how="anti")
    return pl.concat(chosen).select("thread_id", score, "cluster", "why")


def clusters(
    vectors: np.ndarray, *, count: int = CLUSTERS, rounds: int = ROUNDS, seed: int = 0
) -> NDArray[np.int64]:
    """Assign vectors to clusters by k-means. Equal input gives equal clusters.

    Args:
        vectors: Rows of length 1, shape `(n, d)`.
        count: Most clusters.
        rounds: Most rounds of k-means.
        seed: Seed of the sample and of the first centres.

    Returns:
        Cluster of each row, shape `(n,)`.
    """
    if not len(vectors):
        return np.zeros(0, dtype=np.int64)
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    chosen = np.random.default_rng(seed).permutation(len(vectors))[:SAMPLE]
    sample = vectors[np.sort(chosen)]
    distinct = len(np.unique(sample, axis=0))
    model = KMeans(
        min(count, distinct), init="random", n_init=1, max_iter=rounds, random_state=seed
    )
    # With several threads, the order of sums is not always the same.
    with threadpool_limits(1), warnings.catch_warnings():
        # Equal vectors may leave clusters empty.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return np.asarray(model.fit(sample).predict(vectors), dtype=np.int64)
