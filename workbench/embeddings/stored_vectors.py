"""Read the vectors of some tweets, or of all, from the table that `build` wrote."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from workbench.embeddings import lance_table
from workbench.embeddings.embedders import Space
from workbench.embeddings.lance_table import Bounds, Where


def vectors(path: Path, tweet_ids: Sequence[int] | pl.Series) -> pl.DataFrame:
    """Read the vectors of some tweets.

    Returns:
        Columns `tweet_id` and `vector` (an array of float32), in the order of `tweet_ids`;
        tweets without a vector are left out.

    Raises:
        StageError: If there is no table.
    """
    table = lance_table.open_table(path)
    ids = pl.DataFrame({"tweet_id": tweet_ids}, schema={"tweet_id": pl.Int64})
    return ids.join(
        lance_table.read_vectors(table, ids["tweet_id"]),
        on="tweet_id",
        how="inner",
        maintain_order="left",
    )


def batches(
    path: Path, *, embedder: Space, where: Where | None = None, within: Bounds | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Read all vectors, some thousand at a time.

    Args:
        path: The table.
        embedder: The one that made the vectors.
        where: Column -> accepted values.
        within: Lowest and highest thread id; all by default.

    Yields:
        Tweet ids, shape `(n,)`, and their vectors, shape `(n, dimensions)`.

    Raises:
        StageError: If there is no table, or another embedder made it.
    """
    table = lance_table.open_table(path, embedder=embedder)
    condition = lance_table.condition(table, where, within=within)
    for frame in lance_table.read(table, "tweet_id", "vector", where=condition):
        yield frame["tweet_id"].to_numpy(), frame["vector"].to_numpy()
