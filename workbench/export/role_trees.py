"""Find the trees that role policies work on, and turn their decisions into nodes.

`roles` and `dialogue` use this. Only the first tree of a thread counts: a thread has several if
their common root is missing.
"""

from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.schemas import Nodes
from workbench.threads import id_arrays, pointer_jumping

PROMPTER, ASSISTANT = "prompter", "assistant"


class Trees(NamedTuple):
    """The first tree of each thread; arrays have one entry per turn.

    Args:
        turns: In reading order.
        parents: Row of the turn above, a root's own row.
        roots: Row of the root.
        authors: Number of the author. Each turn by an unknown author has a number of its own.
    """

    turns: pl.DataFrame
    parents: pointer_jumping.Indices
    roots: pointer_jumping.Indices
    authors: NDArray[np.integer]


def first_trees(turns: pl.DataFrame) -> Trees:
    """Keep the first tree of each thread, without turns that have no known place."""
    turns = placed(turns).sort("thread_id", "position")
    root, _ = pointer_jumping.follow(rows_above(turns))
    turns = turns.filter(turns["position"].gather(root) == 0)
    parents = rows_above(turns)
    known = pl.col("author_id").rank("dense").cast(pl.Int64)
    unknown = pl.int_range(pl.len()) + pl.len().cast(pl.Int64) + 1
    authors = turns.select(pl.coalesce(known, unknown)).to_series().to_numpy()
    return Trees(turns, parents, pointer_jumping.follow(parents)[0], authors)


def placed(turns: pl.DataFrame) -> pl.DataFrame:
    """Drop the turns that have no known place, and everything below them.

    Args:
        turns: Whole threads.
    """
    if turns["is_placed"].all():
        return turns
    rows = np.arange(turns.height)
    is_placed = turns["is_placed"].to_numpy()
    # Climb from each turn: up to the root, or to a turn without a place.
    end, _ = pointer_jumping.follow(np.where(is_placed, rows_above(turns), rows))
    return turns.filter(is_placed[end])


def rows_above(turns: pl.DataFrame) -> pointer_jumping.Indices:
    """Return the row of each turn's parent, or its own row if it has no parent."""
    rows = turns.select(parent_id="tweet_id", row=pl.int_range(pl.len()))
    joined = turns.select("parent_id").join(rows, on="parent_id", how="left", maintain_order="left")
    return joined.select(pl.coalesce("row", pl.int_range(pl.len()))).to_series().to_numpy()


def to_nodes(turns: pl.DataFrame, is_prompter: id_arrays.Flags) -> dy.DataFrame[Nodes]:
    """Add the roles, drop threads without an assistant, and compute depth and position again."""
    is_assistant = pl.col("role") == ASSISTANT
    nodes = (
        turns.with_columns(
            role=pl.when(pl.lit(pl.Series(is_prompter, dtype=pl.Boolean)))
            .then(pl.lit(PROMPTER))
            .otherwise(pl.lit(ASSISTANT))
        )
        .filter(is_assistant.any().over("thread_id"))
        .sort("tweet_id")
    )
    if "tweet_ids" not in nodes.columns:
        nodes = nodes.with_columns(tweet_ids=pl.concat_list("tweet_id"))
    parents = rows_above(nodes)
    threads = nodes.select(pl.col("thread_id").rank("dense") - 1).to_series().to_numpy()
    return (
        nodes.with_columns(
            depth=pointer_jumping.follow(parents)[1],
            position=pointer_jumping.reading_order(parents, threads),
        )
        .sort("thread_id", "position")
        .select(Nodes.column_names())
        .pipe(Nodes.validate)
    )
