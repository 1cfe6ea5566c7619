"""Layouts: vectors of many dimensions to places in the plane."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

#: Dimensions in which neighbours are looked for.
REDUCED = 50
#: Laid-out threads that one is placed between.
BETWEEN = 3
#: Rows compared with all that are laid out at once.
ROWS = 1024

Floats = NDArray[np.float32]
#: Vectors as rows -> their places, shape `(n, 2)`.
Layout = Callable[[Floats], Floats]


def axes(fitted: Floats) -> Layout:
    """Use the two directions in which some vectors differ most (principal components).

    Args:
        fitted: Vectors as rows, shape `(n, dimensions)`.
    """
    centre, directions = _components(fitted, most=2)

    def layout(vectors: Floats) -> Floats:
        # Unlike a product of matrices, a row's result does not depend on the rows beside it.
        moved = np.ascontiguousarray(vectors - centre)
        return np.asarray(np.einsum("ij,kj->ik", moved, directions))

    return layout


def neighbours(fitted: Floats, *, seed: int) -> Layout:
    """Lay out some vectors so that near ones are near (t-SNE); place others between their nearest.

    Args:
        fitted: Vectors as rows, shape `(n, dimensions)`; `axes` are used for a handful.
        seed: Start of every random choice.
    """
    if len(fitted) <= 3 * BETWEEN:
        return axes(fitted)
    centre, directions = _components(fitted, most=REDUCED)
    known = _reduced(fitted, centre, directions)
    places = _laid_out(known, seed=seed)
    squares = (known**2).sum(axis=1)

    def between(rows: Floats) -> Floats:
        far = squares - 2 * rows @ known.T + (rows**2).sum(axis=1)[:, None]
        near = np.argpartition(far, BETWEEN, axis=1)[:, :BETWEEN]
        weight = 1 / (np.take_along_axis(far, near, axis=1).clip(0) + np.float32(1e-6))
        weight /= weight.sum(axis=1, keepdims=True)
        return np.asarray((places[near] * weight[:, :, None]).sum(axis=1))

    def layout(vectors: Floats) -> Floats:
        rows = _reduced(vectors, centre, directions)
        parts = [between(rows[start : start + ROWS]) for start in range(0, len(rows), ROWS)]
        return np.concatenate([np.zeros((0, 2), np.float32), *parts])

    return layout


def _reduced(vectors: Floats, centre: Floats, directions: Floats) -> Floats:
    return np.asarray((vectors - centre) @ directions.T, dtype=np.float32)


def _components(vectors: Floats, *, most: int) -> tuple[Floats, Floats]:
    """Find the directions in which vectors differ most, each with its largest part positive.

    Returns:
        The centre, shape `(dimensions,)`, and the directions, shape `(most, dimensions)`.
    """
    exact = vectors.astype(np.float64)
    centre = exact.mean(axis=0) if len(exact) else np.zeros(exact.shape[1])
    _, directions = np.linalg.eigh((exact - centre).T @ (exact - centre))
    chosen = directions.T[::-1][:most]
    largest = np.take_along_axis(chosen, np.abs(chosen).argmax(axis=1)[:, None], axis=1)
    chosen = chosen * np.where(largest < 0, -1, 1)
    return centre.astype(np.float32), np.ascontiguousarray(chosen, dtype=np.float32)


def _laid_out(rows: Floats, *, seed: int) -> Floats:
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    spread = max(float(rows[:, 0].std()), 1e-9)
    model = TSNE(
        perplexity=min(30, (len(rows) - 1) / 3),
        init=np.ascontiguousarray(rows[:, :2] / spread * 1e-4, dtype=np.float32),
        random_state=seed,
        max_iter=500,
    )
    # Sums over more than two threads come out differently from run to run.
    with threadpool_limits(limits=2):
        return np.asarray(model.fit_transform(rows), dtype=np.float32)
