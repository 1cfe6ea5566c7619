"""Find clusters of points on the map and name them by the words of their threads.

A cluster is a hill of the density of points; the places between hills belong to the steepest way
up. Nothing is drawn at random, so equal points and texts give equal clusters and names.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.text import normalize

#: Cells of the grid of densities on each axis.
CELLS = 96
#: Most clusters, and the least share of all points in one.
MOST, SHARE = 40, 0.004
#: Fewest points of a cluster, and fewest threads with a word that names it.
FEWEST, THREADS = 5, 3
#: Most words of a name.
WORDS = 2
#: How many times as often a word must be in a cluster as elsewhere.
LIFT = 2.0
#: Words that can name a cluster: at least four letters, or two of a script without spaces. Most
#: shorter ones are articles and the like.
_WORD = r"\p{Han}{2,6}|\p{Katakana}[\p{Katakana}\x{30FC}]{2,}|[\p{L}\p{M}]{4,}"


@dataclass(frozen=True)
class Cluster:
    """A hill on the map.

    Args:
        name: Words that its threads have more often than others; may be empty.
        x: Place of its top, -1 to 1.
        y: Place of its top, -1 to 1.
        threads: Number of its threads.
    """

    name: str
    x: float
    y: float
    threads: int


def of_points(points: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Assign every point to a cluster.

    Args:
        points: Rows `x`, `y` from -1 to 1.

    Returns:
        The number of the cluster of each point, from 1, the largest first, or 0 for none; and the
        tops of the clusters as rows `x`, `y`.
    """
    from scipy.ndimage import gaussian_filter

    cells = np.clip(((points + 1) / 2 * CELLS).astype(np.int64), 0, CELLS - 1)
    places = cells[:, 0] * CELLS + cells[:, 1]
    counts = np.bincount(places, minlength=CELLS**2).reshape(CELLS, CELLS)
    # Fewer points make a rougher picture, so they are smoothed more.
    width = CELLS * np.clip(0.25 * max(len(points), 1) ** -0.17, 0.012, 0.05)
    density = gaussian_filter(counts.astype(np.float64), width, mode="constant")
    tops = _tops(density)[places]
    sizes = np.bincount(tops, minlength=CELLS**2)
    order = np.argsort(-sizes, kind="stable")[:MOST]
    order = order[sizes[order] >= max(FEWEST, SHARE * len(points))]
    numbers = np.zeros(CELLS**2, dtype=np.uint8)
    numbers[order] = np.arange(1, len(order) + 1)
    middles = (np.column_stack(np.divmod(order, CELLS)) + 0.5) / CELLS * 2 - 1
    return numbers[tops], middles.astype(np.float32)


def _tops(density: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each cell the cell at the top of the hill that it is on, by flat index."""
    padded = np.pad(density, 1, constant_values=-1.0)
    shifts = [(0, 0), *((row, column) for row in (-1, 0, 1) for column in (-1, 0, 1))]
    around = [
        padded[1 + row : CELLS + 1 + row, 1 + column : CELLS + 1 + column] for row, column in shifts
    ]
    steps = np.array([row * CELLS + column for row, column in shifts])
    # The cell itself is the first of equals: no cells point at each other.
    best = np.argmax(np.stack(around), axis=0).ravel()
    upward = np.arange(CELLS**2) + steps[best]
    while not np.array_equal(further := upward[upward], upward):
        upward = further
    return upward


def names(texts: pl.DataFrame, count: int) -> list[str]:
    """Name clusters by the words that are in more of their threads than elsewhere.

    Args:
        texts: `cluster` and `text` of some threads.
        count: Number of clusters.

    Returns:
        The names of the clusters from 1 on; empty where no word is in `THREADS` threads.

    Examples:
        >>> bread, bikes = ["bake some bread", "bread rises"], ["ride a bike", "my bike broke"]
        >>> texts = [f"{text} {end}" for end in ("now", "so", "then") for text in bread + bikes]
        >>> clusters = pl.Series([1, 1, 2, 2] * 3)
        >>> names(pl.DataFrame({"cluster": clusters, "text": texts}), 2)
        ['bread, bake', 'bike, broke']
    """
    named = texts.filter(pl.col("cluster") > 0).select(
        "cluster", words=normalize.bare("text").str.to_lowercase()
    )
    rows = (
        named.with_columns(word=pl.col("words").str.extract_all(_WORD).list.unique())
        .explode("word", empty_as_null=False)
        .drop_nulls("word")
    )
    sizes = named.group_by("cluster").agg(size=pl.len())
    everywhere = rows.group_by("word").agg(everywhere=pl.len() / max(named.height, 1))
    scored = (
        rows.group_by("cluster", "word")
        .agg(threads=pl.len())
        .filter(pl.col("threads") >= THREADS)
        .join(sizes, on="cluster")
        .join(everywhere, on="word")
        .with_columns(share=pl.col("threads") / pl.col("size"))
        .filter(pl.col("share") >= LIFT * pl.col("everywhere"))
        .with_columns(score=pl.col("share") * (pl.col("share") / pl.col("everywhere")).log())
        .sort("cluster", "score", "word", descending=[False, True, False])
    )
    return [_name(scored.filter(cluster=number)["word"]) for number in range(1, count + 1)]


def _name(words: pl.Series) -> str:
    """Join the best words that are not forms of each other."""
    chosen: list[str] = []
    for word in words:
        if not any(word[:4] == other[:4] for other in chosen):
            chosen.append(word)
        if len(chosen) == WORDS:
            break
    return ", ".join(chosen)
