"""Find the root of every row of a forest that no single machine has to hold."""

from typing import TYPE_CHECKING

from workbench.cluster.scratch import Scratch, height

if TYPE_CHECKING:
    from daft import DataFrame


def roots(links: "DataFrame", scratch: Scratch) -> "DataFrame":
    """Follow links upwards to their end, in as many steps as the logarithm of the longest chain.

    Args:
        links: `tweet_id` and `up`, one row per tweet that has a link. There is no cycle.
        scratch: Where each step is written.

    Returns:
        `tweet_id` and `root`, in the rows of `links`.
    """
    from daft import col

    finished: list[DataFrame] = []
    climbing = scratch.saved(links.select("tweet_id", "up"))
    while height(climbing):
        above = climbing
        for each in finished:
            above = above.concat(each)
        jumped = scratch.saved(
            climbing.join(
                above.select(col("tweet_id").alias("up"), col("up").alias("above")),
                on="up",
                how="left",
            )
        )
        at_root = col("above").is_null()
        finished.append(jumped.where(at_root).select("tweet_id", "up"))
        climbing = jumped.where(~at_root).select("tweet_id", col("above").alias("up"))
    done = climbing
    for each in finished:
        done = done.concat(each)
    return done.select("tweet_id", col("up").alias("root"))
