"""Yields: how many conversations each policy of roles makes of the same threads."""

import dataframely as dy
import polars as pl

from workbench.export import roles
from workbench.progress import OnProgress, silent
from workbench.schemas import Turns

#: Threads whose turns are held at once.
BATCH = 50_000
#: Columns of the turns that no policy counts by; they are most of the bytes.
_UNREAD = {"text": pl.lit(""), "hashtags": pl.lit([], pl.List(pl.String))}


def of_turns(turns: dy.DataFrame[Turns]) -> pl.DataFrame:
    """Count what each policy makes of the same turns.

    Returns:
        One row per policy: `policy`, `threads`, `nodes`, and `paths` (nodes that nothing answers).
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
    """Count what each policy makes of some threads, a batch of them in memory without their texts.

    Args:
        turns: Table `Turns`.
        threads: Ids of the threads, each once.
        on_progress: Called with threads done, and in all.

    Returns:
        What `of_turns` gives of all their turns at once.
    """
    ids = threads.alias("thread_id").sort()
    parts = [of_turns(Turns.create_empty())]
    for start in range(0, len(ids), BATCH):
        some = ids.slice(start, BATCH)
        held = (
            turns.with_columns(**_UNREAD)
            .filter(pl.col("thread_id").is_between(some[0], some[-1]))
            .join(some.to_frame().lazy(), on="thread_id", how="semi")
            .collect()
        )
        parts.append(of_turns(Turns.cast(held)))
        on_progress(min(start + BATCH, len(ids)), len(ids))
    return pl.concat(parts).group_by("policy", maintain_order=True).sum()
