"""Project vectors into the plane: principal components, or t-SNE with others placed between.

scikit-learn computes both. Placing further vectors after t-SNE is our own code. openTSNE takes 25
times as long to place them, UMAP 80 times, and UMAP's points depend on the other vectors placed
with them (`tests/benchmarks/bench_libraries.py neighbours`).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sklearn.decomposition import PCA

#: Dimensions in which t-SNE looks for neighbours.
REDUCED = 50
#: Nearest fitted vectors between which another vector is placed.
BETWEEN = 3
#: Rows compared at once with all fitted vectors.
ROWS = 1024

Floats = NDArray[np.float32]
#: Vectors as rows -> their points, shape `(n, 2)`.
Layout = Callable[[Floats], Floats]


def axes(fitted: Floats) -> Layout:
    """Fit the two directions in which vectors vary most (principal components).

    Args:
        fitted: Vectors as rows, shape `(n, dimensions)`; with fewer than two, all points are 0.
    """
    if len(fitted) < 2:
        return lambda vectors: np.zeros((len(vectors), 2), dtype=np.float32)
    pca = _pca(fitted, most=2)
    centre = pca.mean_.astype(np.float32)
    directions = np.ascontiguousarray(pca.components_, dtype=np.float32)

    def layout(vectors: Floats) -> Floats:
        # Not a matrix product, whose result for one row depends on the rows beside it.
        return np.asarray(np.einsum("ij,kj->ik", vectors - centre, directions))

    return layout


def neighbours(fitted: Floats, *, seed: int) -> Layout:
    """Fit t-SNE, which keeps near vectors near; place others between their nearest fitted vectors.

    Args:
        fitted: Vectors as rows, shape `(n, dimensions)`; `axes` is used if there are few.
        seed: Seed of every random choice.
    """
    if len(fitted) <= 3 * BETWEEN:
        return axes(fitted)
    pca = _pca(fitted, most=REDUCED)
    known = pca.transform(fitted).astype(np.float32)
    points = _tsne(known, seed=seed)
    squares = (known**2).sum(axis=1)

    def place(rows: Floats) -> Floats:
        distances = squares - 2 * rows @ known.T + (rows**2).sum(axis=1)[:, None]
        nearest = np.argpartition(distances, BETWEEN, axis=1)[:, :BETWEEN]
        squared = np.take_along_axis(distances, nearest, axis=1).clip(0)
        weights = 1 / (squared + np.float32(1e-6))
        weights /= weights.sum(axis=1, keepdims=True)
        return np.asarray((points[nearest] * weights[:, :, None]).sum(axis=1))

    def layout(vectors: Floats) -> Floats:
        blocks = (vectors[start : start + ROWS] for start in range(0, len(vectors), ROWS))
        placed = (place(pca.transform(block).astype(np.float32)) for block in blocks)
        return np.concatenate([np.zeros((0, 2), np.float32), *placed])

    return layout


def _pca(vectors: Floats, *, most: int) -> "PCA":
    """Fit at most `most` principal components, each with its largest coordinate positive."""
    from sklearn.decomposition import PCA

    pca = PCA(min(most, *vectors.shape), svd_solver="covariance_eigh")
    # The share of the variance, which we do not use, is 0 / 0 if all vectors are equal.
    with np.errstate(invalid="ignore"):
        return pca.fit(vectors.astype(np.float64))


def _tsne(rows: Floats, *, seed: int) -> Floats:
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    spread = max(float(rows[:, 0].std()), 1e-9)
    model = TSNE(
        perplexity=min(30, (len(rows) - 1) / 3),
        init=np.ascontiguousarray(rows[:, :2] / spread * 1e-4, dtype=np.float32),
        random_state=seed,
        max_iter=500,
    )
    # Sums of several threads differ from run to run, and threads that wait for each other make a
    # busy machine ten times slower.
    with threadpool_limits(limits=1):
        return np.asarray(model.fit_transform(rows), dtype=np.float32)
