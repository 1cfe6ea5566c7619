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
from workbench.cluster import links, node, node_files, scratch, table_parts
from workbench.cluster.engine import Engine
from workbench.cluster.scratch import Scratch
from workbench.exceptions import StageError
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


class Part(NamedTuple):
    """A file of the table of tweets.

    Args:
        tweets: Its path.
        placed: Files with the tweets of it that are in a thread.
        selected: Where their rows are written.
    """

    tweets: Path
    placed: list[Path]
    selected: Path


class Bucket(NamedTuple):
    """The tweets of some threads.

    Args:
        number: Its place in the order of thread ids.
        files: Parquet files with its tweets.
    """

    number: int
    files: list[Path]


def from_workspace(
    workspace: Workspace,
    *,
    settings: ThreadSettings,
    engine: Engine,
    on_progress: OnProgress = silent,
) -> dict[str, int]:
    """Write the turns and the threads of a workspace as folders of files, in the order of ids.

    Args:
        workspace: Where the tables are, in a folder that all nodes see, or in a bucket. The caller
            locks it.
        settings: How to link, and which threads to keep.
        engine: Who does the work.
        on_progress: Called with buckets placed and all buckets.

    Returns:
        The counts of `threads.Forest`.

    Raises:
        StageError: If two tweets of a thread have the same id, or a worker fails.
    """
    engine.start()
    # Workers have another current folder.
    workspace = Workspace(workspace.root.absolute())
    edits = workspace.edits()
    with scratch.opened(workspace, engine, stage="threads") as steps:
        files = sorted(workspace.path("tweets").glob("*.parquet"))
        ids = links.skeleton(steps.read(files), edits=edits, settings=settings)
        placed = links.from_skeleton(steps.saved(ids), settings=settings, scratch=steps)
        buckets = _cut(files, placed, edits=edits, steps=steps)
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
            for counts in engine.spread(place, buckets, in_threads=True):
                kept.append(counts)
                on_progress(len(kept), len(buckets))
            total = _total(kept)
            for folder, rows in ((turns_aside, "turns"), (threads_aside, "threads")):
                table_parts.settle(folder, rows=total[rows])
        return placed.counts | total


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _cut(
    files: list[Path], placed: links.Placed, *, edits: pl.DataFrame | None, steps: Scratch
) -> list[Bucket]:
    """Read the other columns of the placed tweets, and cut them into buckets of whole threads."""
    # The tables are sorted by the ids of the last versions.
    threads_of = placed.threads
    for column in ("tweet_id", "thread_id"):
        threads_of = links.with_current_ids(threads_of, column, edits)
    first_ids = scratch.bounds(threads_of, "thread_id", rows=placed.turns, a_bucket=TURNS_A_BUCKET)
    number = len(first_ids) + 1
    selected = _selected(files, threads_of, turns=placed.turns, steps=steps)
    if not selected:
        return [Bucket(0, [])]
    rows = scratch.with_buckets(steps.read(selected), "thread_id", first_ids=first_ids)
    return [Bucket(at, each) for at, each in enumerate(steps.buckets(rows, number=number))]


def _selected(
    files: list[Path], threads_of: "DataFrame", *, turns: int, steps: Scratch
) -> list[Path]:
    """Write the rows of the placed tweets, with `thread_id`, and return the paths.

    Raises:
        StageError: If the files are not sorted by id.
    """
    # Parts may be empty: all tweets of a range of ids may be deleted.
    lowest = {file: first for file in files if (first := _first_id(file)) is not None}
    files, first_ids = [*lowest], [*lowest.values()][1:]
    if not files:
        return []
    cut = scratch.with_buckets(threads_of, "tweet_id", first_ids=first_ids)
    folder = steps.new_folder()
    folder.mkdir()
    parts = [
        Part(file, placed, folder / f"{at:05}.parquet")
        for at, (file, placed) in enumerate(
            zip(files, steps.buckets(cut, number=len(files)), strict=True)
        )
        if placed
    ]
    rows = sum(steps.engine.spread(_select, parts, in_threads=True))
    if rows != turns:
        msg = f"Of {turns:,} tweets in threads, {rows:,} are where the table `tweets` is sorted."
        raise StageError(msg, hint="read the dumps again with `workbench ingest`.")
    return [part.selected for part in parts]


def _first_id(file: Path) -> int | None:
    ids = pl.scan_parquet(file, glob=False).select(pl.col("tweet_id").min())
    first: int | None = ids.collect().item()
    return first


def _select(part: Part) -> int:
    """Read all columns of the placed tweets of a file, and no text of the others."""
    reads = [part.tweets, *part.placed]
    with node_files.at_hand(reads, writes_to=part.selected.parent) as written:
        placed = pl.read_parquet(part.placed, glob=False, hive_partitioning=False)
        rows = (
            pl.scan_parquet(part.tweets, glob=False)
            .filter(pl.col("tweet_id").is_in(placed["tweet_id"].implode()))
            .collect()
        )
        rows = rows.join(placed.select("tweet_id", "thread_id"), on="tweet_id")
        with atomic.replacing(part.selected, writer=node.writer()) as aside:
            rows.write_parquet(aside, compression="lz4")
        written.append(part.selected)
    return rows.height


def _place(
    bucket: Bucket,
    *,
    turns: Path,
    threads_folder: Path,
    edits: pl.DataFrame | None,
    settings: ThreadSettings,
) -> dict[str, int]:
    """Place the tweets of a bucket, write its turns and threads, and return the counts of both."""
    with node_files.at_hand(bucket.files, writes_to=turns) as written:
        forest = threads.from_tweets(_read(bucket.files), edits=edits, settings=settings)
        name = f"part-{bucket.number:05}.parquet"
        for folder, frame in ((turns, forest.turns), (threads_folder, forest.threads)):
            with atomic.replacing(folder / name, writer=node.writer()) as part:
                frame.write_parquet(part, compression="zstd")
            written.append(folder / name)
    return {name: forest.counts[name] for name in _KEPT}


def _read(files: Sequence[Path]) -> pl.DataFrame:
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
