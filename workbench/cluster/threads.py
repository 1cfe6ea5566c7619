"""Build the tables of stage 2 on many machines; the rows are those of `threads.from_tweets`.

Joins find the thread of each tweet from ids alone. Then the tweets of large enough threads are cut
into buckets of whole threads, and `threads.from_tweets` places the tweets of each bucket.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from workbench import threads
from workbench.cluster import links, scratch
from workbench.cluster.engine import Engine
from workbench.cluster.scratch import Scratch
from workbench.progress import OnProgress, silent
from workbench.recipe import ThreadSettings
from workbench.schemas import Tweets
from workbench.storage import Workspace, atomic

if TYPE_CHECKING:
    from daft import DataFrame

#: Turns of a bucket. Placing them takes about 0.5 GB of memory.
TURNS_A_BUCKET = 200_000

#: Counts that concern the threads of a bucket alone.
_KEPT = ("threads", "complete", "turns", "not_placed", "deepest", "largest")

#: Those of which the largest counts; the others are summed.
_LARGEST = ("deepest", "largest")


class Bucket(NamedTuple):
    """The tweets of some threads.

    Args:
        number: Its place in the order of thread ids.
        files: Parquet files with its tweets.
    """

    number: int
    files: list[str]


def from_workspace(
    workspace: Workspace,
    *,
    settings: ThreadSettings,
    engine: Engine,
    on_progress: OnProgress = silent,
) -> dict[str, int]:
    """Write the turns and the threads of a workspace as folders of files, in the order of ids.

    Args:
        workspace: Where the tables are: a folder that all nodes can reach. The caller locks it.
        settings: How to link, and which threads to keep.
        engine: Who does the work.
        on_progress: Called with buckets placed and all buckets.

    Returns:
        The counts of `threads.Forest`.

    Raises:
        StageError: If two tweets of a thread have the same id, or a worker fails.
    """
    edits = workspace.edits()
    engine.start()
    with scratch.opened(workspace, engine, stage="threads") as steps:
        tweets = _tweets(workspace)
        ids = steps.saved(links.skeleton(tweets, edits=edits, settings=settings))
        placed = links.from_skeleton(ids, settings=settings, scratch=steps)
        buckets = _cut(tweets, placed, edits=edits, steps=steps)
        on_progress(0, len(buckets))
        turns, tops = (atomic.replacing(workspace.path(name)) for name in ("turns", "threads"))
        with turns as turns_aside, tops as threads_aside:
            place = partial(
                _place,
                turns=_new(turns_aside),
                threads_folder=_new(threads_aside),
                edits=edits,
                settings=settings,
            )
            kept = []
            for counts in engine.spread(place, buckets):
                kept.append(counts)
                on_progress(len(kept), len(buckets))
        return placed.counts | _total(kept)


def _tweets(workspace: Workspace) -> "DataFrame":
    import daft

    return daft.read_parquet(sorted(map(str, workspace.path("tweets").glob("*.parquet"))))


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _cut(
    tweets: "DataFrame", placed: links.Placed, *, edits: pl.DataFrame | None, steps: Scratch
) -> list[Bucket]:
    """Read the other columns of the placed tweets, and cut them into buckets of whole threads."""
    from daft import col

    rows = links.with_first_ids(tweets, "tweet_id", edits).join(placed.threads, on="tweet_id")
    current = _with_current_ids(placed.threads, edits)
    first_ids = scratch.bounds(current, "thread_id", rows=placed.turns, a_bucket=TURNS_A_BUCKET)
    rows = scratch.with_buckets(_with_current_ids(rows, edits), "thread_id", first_ids=first_ids)
    files = steps.buckets(
        rows.select(*Tweets.column_names(), col(scratch.BUCKET)), number=len(first_ids) + 1
    )
    return [Bucket(number, each) for number, each in enumerate(files)]


def _with_current_ids(frame: "DataFrame", edits: pl.DataFrame | None) -> "DataFrame":
    """Name threads by the last version of their opening tweets: the tables are sorted by it."""
    import daft
    from daft import col
    from daft.functions import coalesce

    if edits is None or edits.is_empty():
        return frame
    pairs = edits.group_by(_current="current_id").agg(thread_id=pl.col("tweet_id").min())
    others = [name for name in frame.column_names if name != "thread_id"]
    current = coalesce(col("_current"), col("thread_id")).alias("thread_id")
    named = frame.join(daft.from_arrow(pairs.to_arrow()), on="thread_id", how="left")
    return named.select(*others, current)


def _place(
    bucket: Bucket,
    *,
    turns: Path,
    threads_folder: Path,
    edits: pl.DataFrame | None,
    settings: ThreadSettings,
) -> dict[str, int]:
    """Place the tweets of a bucket, write its turns and threads, and return the counts of both."""
    forest = threads.from_tweets(_read(bucket.files), edits=edits, settings=settings)
    name = f"part-{bucket.number:05}.parquet"
    for folder, frame in ((turns, forest.turns), (threads_folder, forest.threads)):
        with atomic.replacing(folder / name) as part:
            frame.write_parquet(part, compression="zstd")
    return {name: forest.counts[name] for name in _KEPT}


def _read(files: Sequence[str]) -> pl.DataFrame:
    empty = Tweets.create_empty()
    if not files:
        return empty
    rows = pl.read_parquet(list(files), glob=False, hive_partitioning=False)
    return Tweets.cast(rows.select(empty.columns))


def _total(of_buckets: list[dict[str, int]]) -> dict[str, int]:
    return {
        name: (max if name in _LARGEST else sum)(counts[name] for counts in of_buckets)
        for name in _KEPT
    }
