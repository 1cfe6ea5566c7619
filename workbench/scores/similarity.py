"""Similarity: how near the first turns of threads are to known instructions, and to which."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import dataframely as dy
import numpy as np
import polars as pl
from threadpoolctl import ThreadpoolController

from workbench import embeddings
from workbench.embeddings import vector_cache
from workbench.embeddings.embedders import Embedder
from workbench.progress import OnProgress, silent
from workbench.schemas import Instructions, Scores

#: Cells of a block of the matrix product, 4 MiB: one a core, read again while in the cache.
CELLS = 2**20
#: Instructions that a prompt is compared with beyond the nearest one.
NEAREST = 3

_EMPTY = Scores.create_empty().select(
    "root_id", "similarity", "nearest_instruction", "similarity_mean", "nearest_instructions"
)


def of_roots(
    path: Path,
    *,
    embedder: Embedder,
    instructions: dy.DataFrame[Instructions],
    threads: int,
    on_progress: OnProgress = silent,
) -> pl.DataFrame:
    """Compare every first turn that has a vector, some thousand at a time.

    Args:
        path: The vectors, see `workbench.embeddings`.
        embedder: The one that made them.
        instructions: What they are compared with; where there is none, no row comes out.
        threads: How many first turns to expect.
        on_progress: Called with first turns compared, and in all.

    Returns:
        `root_id`, `similarity`, `nearest_instruction`, `similarity_mean` and
        `nearest_instructions`, see `schemas.Scores`.

    Raises:
        StageError: If there are no vectors, or another embedder made them.
    """
    found = [_EMPTY]
    on_progress(0, threads)
    if threads and instructions.height:
        known, names = vectors_of(instructions, embedder=embedder), instructions["instruction_id"]
        done = 0
        for ids, vectors in embeddings.batches(path, embedder=embedder, where={"is_root": [True]}):
            cosines, rows = nearest(vectors, known, count=NEAREST)
            found.append(_named(ids, cosines, names.gather(rows.ravel())))
            done += len(ids)
            on_progress(min(done, threads), threads)
    on_progress(threads, threads)
    return pl.concat(found)


def _named(ids: np.ndarray, cosines: np.ndarray, names: pl.Series) -> pl.DataFrame:
    """Make a table of the nearest, `names` being those of all rows in one."""
    each = names.reshape(cosines.shape).arr.to_list()
    return pl.DataFrame(
        {
            "root_id": ids,
            "similarity": cosines[:, 0],
            "nearest_instruction": each.list.first(),
            "similarity_mean": cosines.mean(axis=1),
            "nearest_instructions": each,
        }
    )


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
    return vector_cache.encode(said, embedder=embedder, tweet_ids=tweet_ids)


@lru_cache(maxsize=1)
def _blas() -> ThreadpoolController:
    return ThreadpoolController()
