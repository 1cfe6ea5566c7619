"""Score ranges of threads all over the cluster.

Workers measure, compare and rate each thread, see `scores.thread_scores`. The driver joins their
tables, and does what compares threads with each other: it groups near duplicates and counts bursts.
"""

from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from workbench.cluster import node, node_files, shard_folders
from workbench.cluster.engine import Engine
from workbench.cluster.table_parts import TableParts
from workbench.embeddings.embedders import Space
from workbench.progress import OnProgress, silent
from workbench.recipe import ScoreSettings
from workbench.schemas import ReplyScores
from workbench.scores import thread_scores
from workbench.scores.similarity import Known
from workbench.scores.thread_scores import ThreadScores
from workbench.storage import Workspace, atomic

#: Turns of a range. Scoring them takes about 0.5 GB of memory.
TURNS_A_RANGE = 100_000

_KNOWN, _THREADS, _REPLIES = "known.parquet", "threads.parquet", "replies.parquet"


class _Range(NamedTuple):
    """Some threads: their number, and the lowest and the highest id."""

    number: int
    threads: int
    low: int
    high: int


class _Space(NamedTuple):
    """The embedder of the driver; workers read its vectors and encode nothing."""

    name: str
    digest: str
    dimensions: int
    #: See `int8`: digest of the embedder whose vectors these approximate.
    space: str


def score_threads(
    facts: pl.DataFrame,
    known: Known,
    on_progress: OnProgress = silent,
    *,
    workspace: Workspace,
    settings: ScoreSettings,
    embedder: Space,
    engine: Engine,
    key: str,
) -> ThreadScores:
    """Score the threads of a workspace by ranges; a partial of this is a `ScoreThreads`.

    A workspace with only one range is scored by this process. A range that a killed run has
    finished is not scored again.

    Args:
        facts: Table `Threads`.
        known: The known instructions.
        on_progress: Called with threads scored and all threads.
        workspace: The workspace, in a folder that all nodes see, or in a bucket.
        settings: Models and lists to use.
        embedder: Embedder of the vectors.
        engine: Who does the work.
        key: Hash of everything that the scores depend on.

    Raises:
        StageError: If a worker fails; see also `scores.thread_scores.from_threads`.
    """
    ranges = _ranges(facts)
    if len(ranges) <= 1:
        return thread_scores.from_threads(
            facts,
            workspace.scan("turns"),
            path=workspace.embeddings_path,
            embedder=embedder,
            known=known,
            settings=settings,
            on_progress=on_progress,
        )
    folder = shard_folders.folder(workspace, "score", key=key)
    with atomic.replacing(folder / _KNOWN) as aside:
        _table(known).write_parquet(aside)
    space = _Space(
        embedder.name,
        embedder.digest,
        embedder.dimensions,
        getattr(embedder, "space", embedder.digest),
    )
    tables = [*map(workspace.path, ("turns", "threads")), workspace.embeddings_path]
    reads = [path for path in (folder / _KNOWN, *tables) if path.exists()]
    engine.share(reads)
    parts = TableParts(reads, engine=engine)
    score = partial(
        _score, folder=folder, root=workspace.root.resolve(), settings=settings, embedder=space
    )
    rest = [each for each in ranges if not (folder / str(each.number)).exists()]
    done = facts.height - sum(each.threads for each in rest)
    on_progress(done, facts.height)
    for threads in engine.spread(
        score, ((each, parts.between(each.low, each.high)) for each in rest)
    ):
        done += threads
        on_progress(done, facts.height)
    scored = _joined([folder / str(each.number) for each in ranges])
    shard_folders.remove(folder)
    return scored


def _table(known: Known) -> pl.DataFrame:
    dtype = pl.Array(pl.Float32, known.vectors.shape[1])
    return pl.DataFrame({"name": known.names, "vector": pl.Series(known.vectors, dtype=dtype)})


def _ranges(facts: pl.DataFrame) -> list[_Range]:
    """Cut the threads into ranges of ids."""
    number = (pl.col("turns").cast(pl.Int64).cum_sum() // TURNS_A_RANGE).alias("number")
    ranges = (
        facts.select("thread_id", "turns")
        .sort("thread_id")
        .group_by(number, maintain_order=True)
        .agg(
            threads=pl.len(),
            low=pl.col("thread_id").first(),
            high=pl.col("thread_id").last(),
        )
    )
    return [_Range(*row) for row in ranges.iter_rows()]


def _score(
    item: tuple[_Range, list[Path]],
    *,
    folder: Path,
    root: Path,
    settings: ScoreSettings,
    embedder: _Space,
) -> int:
    """Score a range in a worker, which reads some files; return its number of threads."""
    part, reads = item
    target, workspace = folder / str(part.number), Workspace(root)
    with node_files.at_hand([], writes_to=folder, keeps=reads) as written:
        is_inside = pl.col("thread_id").is_between(part.low, part.high)
        scored = thread_scores.from_threads(
            workspace.scan("threads").filter(is_inside).collect(),
            workspace.scan("turns").filter(is_inside),
            path=workspace.embeddings_path,
            embedder=embedder,
            known=_known(folder / _KNOWN),
            settings=settings,
            within=(part.low, part.high),
        )
        # A worker that seemed dead may still write the same range.
        with atomic.replacing(target, writer=node.writer()) as aside:
            aside.mkdir(parents=True)
            scored.threads.write_parquet(aside / _THREADS)
            scored.replies.write_parquet(aside / _REPLIES)
        written.append(target)
    return part.threads


@lru_cache(maxsize=1)
def _known(path: Path) -> Known:
    rows = pl.read_parquet(path, glob=False)
    return Known(rows["name"], np.ascontiguousarray(rows["vector"].to_numpy()))


def _joined(folders: list[Path]) -> ThreadScores:
    threads = [pl.read_parquet(folder / _THREADS, glob=False) for folder in folders]
    replies = [pl.read_parquet(folder / _REPLIES, glob=False) for folder in folders]
    return ThreadScores(pl.concat(threads), ReplyScores.validate(pl.concat(replies), cast=True))
