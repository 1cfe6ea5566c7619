"""Find the nearest known vectors of many others with a blocked matrix product."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
from threadpoolctl import ThreadpoolController

#: Products per block, 4 MiB: one block per core, read again while still in the CPU cache.
CELLS = 2**20


def nearest_rows(
    vectors: np.ndarray, known: np.ndarray, *, count: int = 1, block: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest rows of `known` for each vector.

    Products are computed and searched one block at a time; they are never all in memory.

    Args:
        vectors: Rows of length 1, shape `(n, d)`.
        known: Rows of length 1, shape `(m, d)`, `m` at least 1.
        count: How many to find; all `m` if there are fewer.
        block: Rows of `vectors` per block; by default as many as make `CELLS` products.

    Returns:
        Cosines, float32, highest first, and their rows in `known`, int64, each of shape
        `(n, count)`. The first of equal cosines comes first.

    Examples:
        >>> known = np.array([[1, 0], [0, 1]], dtype=np.float32)
        >>> cosines, rows = nearest_rows(np.array([[0.6, 0.8]], dtype=np.float32), known, count=2)
        >>> cosines.round(3).tolist(), rows.tolist()
        ([[0.800000011920929, 0.6000000238418579]], [[1, 0]])
    """
    size = block or max(1, CELLS // len(known))
    width = min(count, len(known))
    cosines = np.empty((len(vectors), width), dtype=np.float32)
    rows = np.empty((len(vectors), width), dtype=np.int64)
    workers = min(os.cpu_count() or 1, -(-len(vectors) // size))

    def compare(worker: int) -> None:
        buffer = np.empty((size, len(known)), dtype=np.float32)
        for start in range(worker * size, len(vectors), workers * size):
            part = slice(start, min(start + size, len(vectors)))
            products = np.matmul(vectors[part], known.T, out=buffer[: part.stop - part.start])
            _take_best(products, cosines[part], rows[part])

    # The product would use every core, but `argmax` only one. So each core does both for its own
    # blocks.
    if workers:
        with _blas().limit(limits=1), ThreadPoolExecutor(workers) as pool:
            list(pool.map(compare, range(workers)))
    return cosines, rows


def _take_best(products: np.ndarray, cosines: np.ndarray, rows: np.ndarray) -> None:
    """Write the highest products of each row, highest first; overwrites `products`.

    One `argmax` per result is several times as fast as one `argpartition` for all.
    """
    every_row = np.arange(len(products))
    for column in range(cosines.shape[1]):
        best = products.argmax(axis=1)
        rows[:, column] = best
        cosines[:, column] = products[every_row, best]
        products[every_row, best] = -np.inf


@lru_cache(maxsize=1)
def _blas() -> ThreadpoolController:
    return ThreadpoolController()
