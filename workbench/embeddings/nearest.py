"""Find the nearest vectors by a blocked matrix product."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import dataframely as dy
import numpy as np
from threadpoolctl import ThreadpoolController

from workbench.embeddings import cached_embedder
from workbench.embeddings.embedders import Embedder
from workbench.schemas import Instructions

#: Cells of a block of the matrix product, 4 MiB: one a core, read again while in the cache.
CELLS = 2**20


def nearest(
    vectors: np.ndarray,
    instruction_vectors: np.ndarray,
    *,
    count: int = 1,
    block: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest instructions of each vector.

    The products are made and read a block at a time; there are never all of them at once.

    Args:
        vectors: Rows of length 1, shape `(n, d)`.
        instruction_vectors: Rows of length 1, shape `(m, d)`, `m` at least 1.
        count: How many to find; all `m` where there are fewer.
        block: Rows of `vectors` at a time; by default so many that a block has `CELLS` products.

    Returns:
        Cosines, float32, the highest first, and their rows, int64, of equals the first first; each
        of shape `(n, count)`.

    Examples:
        >>> known = np.array([[1, 0], [0, 1]], dtype=np.float32)
        >>> cosines, rows = nearest(np.array([[0.6, 0.8]], dtype=np.float32), known, count=2)
        >>> cosines.round(3).tolist(), rows.tolist()
        ([[0.800000011920929, 0.6000000238418579]], [[1, 0]])
    """
    size = block or max(1, CELLS // len(instruction_vectors))
    wanted = min(count, len(instruction_vectors))
    found = np.empty((len(vectors), wanted), dtype=np.float32)
    rows = np.empty((len(vectors), wanted), dtype=np.int64)
    workers = min(os.cpu_count() or 1, -(-len(vectors) // size))

    def compare(worker: int) -> None:
        products = np.empty((size, len(instruction_vectors)), dtype=np.float32)
        for start in range(worker * size, len(vectors), workers * size):
            part = slice(start, min(start + size, len(vectors)))
            cosines = np.matmul(
                vectors[part], instruction_vectors.T, out=products[: part.stop - part.start]
            )
            _take_best(cosines, found[part], rows[part])

    # The product would use every core, `argmax` uses one: each core does both for its own blocks.
    if workers:
        with _blas().limit(limits=1), ThreadPoolExecutor(workers) as pool:
            list(pool.map(compare, range(workers)))
    return found, rows


def _take_best(cosines: np.ndarray, found: np.ndarray, rows: np.ndarray) -> None:
    """Write the best of each row of products, best first; spoils the products.

    One `argmax` for each is several times as fast as `argpartition` for all.
    """
    each = np.arange(len(cosines))
    for place in range(found.shape[1]):
        best = cosines.argmax(axis=1)
        rows[:, place] = best
        found[:, place] = cosines[each, best]
        cosines[each, best] = -np.inf


def vectors_of(instructions: dy.DataFrame[Instructions], *, embedder: Embedder) -> np.ndarray:
    """Encode instructions, or take their vectors from the shared cache; shape `(m, d)`."""
    said, tweet_ids = instructions["text"].to_list(), instructions["tweet_id"]
    return cached_embedder.encode(said, embedder=embedder, tweet_ids=tweet_ids)


@lru_cache(maxsize=1)
def _blas() -> ThreadpoolController:
    return ThreadpoolController()
