"""Count the conversations that each role policy makes of the same threads."""

import dataframely as dy
import polars as pl

from workbench.export import continuations, roles
from workbench.progress import OnProgress, silent
from workbench.schemas import Turns

#: Threads whose turns are in memory at once.
BATCH = 50_000
#: Stand-ins for what no policy counts by; that is most of the bytes.
_UNREAD = {"text": continuations.evidence(), "hashtags": pl.lit([], pl.List(pl.String))}


def not_placed(turns: int) -> str:
    """Say how many turns no policy can use, because their place is not known.

    Examples:
        >>> not_placed(1234)
        'No policy uses 1,234 turns: it is not known which tweets they answer.'
    """
    if turns == 1:
        return "No policy uses 1 turn: it is not known which tweet it answers."
    return f"No policy uses {turns:,} turns: it is not known which tweets they answer."


def of_turns(turns: dy.DataFrame[Turns]) -> pl.DataFrame:
    """Count what each policy makes of the same turns.

    Args:
        turns: Whole threads.

    Returns:
        One row per policy: `policy`, `threads`, `nodes`, and `paths` (nodes without a reply).
    """
    rows = []
    for name, policy in roles.POLICIES.items():
        nodes = policy(turns)
        answered = nodes["parent_id"].drop_nulls().n_unique()
        rows.append((name, nodes["thread_id"].n_unique(), nodes.height, nodes.height - answered))
    return pl.DataFrame(rows, schema=["policy", "threads", "nodes", "paths"], orient="row")


def of_threads(
    turns: pl.LazyFrame, threads: pl.Series, *, on_progress: OnProgress = silent
) -> pl.DataFrame:
    """Count what each policy makes of some threads, in batches that hold few of their texts.

    Args:
        turns: Table `Turns`.
        threads: Ids of the threads, each once.
        on_progress: Called with the number of threads done, and of all.

    Returns:
        The same as `of_turns` of all their turns at once.
    """
    ids = threads.alias("thread_id").sort()
    counts = [of_turns(Turns.create_empty())]
    for start in range(0, len(ids), BATCH):
        batch = ids.slice(start, BATCH)
        rows = (
            turns.with_columns(**_UNREAD)
            .filter(pl.col("thread_id").is_between(batch[0], batch[-1]))
            .join(batch.to_frame().lazy(), on="thread_id", how="semi")
            .collect()
        )
        counts.append(of_turns(Turns.cast(rows)))
        on_progress(min(start + BATCH, len(ids)), len(ids))
    return pl.concat(counts).group_by("policy", maintain_order=True).sum()
