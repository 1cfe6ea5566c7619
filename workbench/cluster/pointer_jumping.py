"""Find the root of every row of a forest that no single machine has to hold."""

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from workbench.cluster.scratch import Scratch, collected, height
from workbench.threads import pointer_jumping

if TYPE_CHECKING:
    from daft import DataFrame

#: So few links are followed on the driver, in 300 MB of memory and without a shuffle per step.
FEW_LINKS = 4_000_000


def roots(links: "DataFrame", scratch: Scratch) -> "DataFrame":
    """Follow links upwards to their end, in as many steps as the logarithm of the longest chain.

    Args:
        links: `tweet_id` and `up`, one row per tweet that has a link. There is no cycle.
        scratch: Where each step is written.

    Returns:
        `tweet_id` and `root`, in the rows of `links`.
    """
    import daft
    from daft import col

    finished: list[DataFrame] = []
    climbing = scratch.saved(links.select("tweet_id", "up"))
    while height(climbing) > FEW_LINKS:
        above = _concat([climbing, *finished]).select(
            col("tweet_id").alias("up"), col("up").alias("above")
        )
        jumped = scratch.saved(climbing.join(above, on="up", how="left"))
        at_root = col("above").is_null()
        finished.append(scratch.saved(jumped.where(at_root).select("tweet_id", "up")))
        climbing = scratch.saved(
            jumped.where(~at_root).select("tweet_id", col("above").alias("up"))
        )
    reached = climbing.select(col("up").alias("tweet_id"))
    ends = [each.join(reached, on="tweet_id", how="semi") for each in finished]
    last = _followed(collected(climbing), below=pl.concat(map(collected, [climbing, *ends])))
    return _concat([daft.from_arrow(last.to_arrow()), *finished]).select(
        "tweet_id", col("up").alias("root")
    )


def _concat(frames: "list[DataFrame]") -> "DataFrame":
    return reduce(lambda one, other: one.concat(other), frames)


def _followed(climbing: pl.DataFrame, *, below: pl.DataFrame) -> pl.DataFrame:
    """Follow links to their end in memory.

    Args:
        climbing: `tweet_id` and `up`.
        below: All links that they may meet, their own among them.
    """
    ids = pl.concat([below["tweet_id"], below["up"]]).unique().sort().to_numpy()
    pointers = np.arange(len(ids))
    pointers[np.searchsorted(ids, below["tweet_id"])] = np.searchsorted(ids, below["up"])
    ends, _ = pointer_jumping.follow(pointers)
    reached = ids[ends[np.searchsorted(ids, climbing["tweet_id"])]]
    return climbing.with_columns(up=pl.Series(reached, dtype=pl.Int64))
