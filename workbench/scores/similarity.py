"""Compare the first turns of threads with the known instructions."""

from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from workbench import embeddings
from workbench.embeddings.cached_embedder import encode_instructions
from workbench.embeddings.embedders import Embedder, Space
from workbench.embeddings.lance_table import Bounds
from workbench.embeddings.nearest import nearest_rows
from workbench.progress import OnProgress, silent
from workbench.schemas import Instructions, Scores

#: Nearest instructions that are kept for each first turn.
NEAREST = 3

_EMPTY = Scores.create_empty().select(
    "root_id", "similarity", "nearest_instruction", "similarity_mean", "nearest_instructions"
)


class Known(NamedTuple):
    """The known instructions.

    Args:
        names: Their ids, length `m`.
        vectors: Their vectors, shape `(m, dimensions)`.
    """

    names: pl.Series
    vectors: np.ndarray


def encoded(instructions: dy.DataFrame[Instructions], *, embedder: Embedder) -> Known:
    """Encode the known instructions."""
    vectors = encode_instructions(instructions, embedder=embedder)
    return Known(instructions["instruction_id"], vectors)


def of_roots(
    path: Path,
    *,
    embedder: Space,
    known: Known,
    threads: int,
    within: Bounds | None = None,
    on_progress: OnProgress = silent,
) -> pl.DataFrame:
    """Compare every first turn that has a vector, batch by batch.

    Args:
        path: Folder of the vectors, see `workbench.embeddings`.
        embedder: Embedder of the vectors.
        known: The known instructions. Without any, the result is empty.
        threads: Expected number of first turns.
        within: Lowest and highest id of their threads; all by default.
        on_progress: Called with the first turns compared and all first turns.

    Returns:
        `root_id`, `similarity`, `nearest_instruction`, `similarity_mean` and
        `nearest_instructions`, see `schemas.Scores`.

    Raises:
        StageError: If there are no vectors, or another embedder made them.
    """
    tables = [_EMPTY]
    on_progress(0, threads)
    if threads and len(known.names):
        done = 0
        for ids, vectors in embeddings.batches(
            path, embedder=embedder, where={"is_root": [True]}, within=within
        ):
            cosines, rows = nearest_rows(vectors, known.vectors, count=NEAREST)
            tables.append(_table(ids, cosines, known.names.gather(rows.ravel())))
            done += len(ids)
            on_progress(min(done, threads), threads)
    on_progress(threads, threads)
    return pl.concat(tables)


def _table(root_ids: np.ndarray, cosines: np.ndarray, names: pl.Series) -> pl.DataFrame:
    """Build the result for one batch.

    Args:
        root_ids: Ids of the first turns, shape `(n,)`.
        cosines: Cosines of the nearest instructions, shape `(n, k)`, highest first.
        names: Ids of those instructions, row after row, length `n * k`.
    """
    nearest_ids = names.reshape(cosines.shape).arr.to_list()
    return pl.DataFrame(
        {
            "root_id": root_ids,
            "similarity": cosines[:, 0],
            "nearest_instruction": nearest_ids.list.first(),
            "similarity_mean": cosines.mean(axis=1),
            "nearest_instructions": nearest_ids,
        }
    )
