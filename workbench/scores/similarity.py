"""Similarity: how near the first turns of threads are to known instructions, and to which."""

from pathlib import Path

import dataframely as dy
import numpy as np
import polars as pl

from workbench import embeddings
from workbench.embeddings.embedders import Embedder
from workbench.embeddings.nearest import nearest, vectors_of
from workbench.progress import OnProgress, silent
from workbench.schemas import Instructions, Scores

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
