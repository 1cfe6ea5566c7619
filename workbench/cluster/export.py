"""Write the records of an export all over the cluster, as shards that the driver joins in order.

A shard is a batch of the local engine, so the driver ends up with the same bytes. Only the paths of
the shards come to the driver, and it copies their bytes without parsing them; it compresses those
files that are compressed.
"""

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import polars as pl

from workbench.cluster import node, node_files, shard_folders
from workbench.cluster.engine import Engine
from workbench.cluster.table_parts import TableParts
from workbench.export import batches, data_files
from workbench.export.conversation_trees import HandTurns
from workbench.progress import OnProgress, silent
from workbench.recipe import ExportSettings
from workbench.storage import Workspace, atomic, stamps

_PLAN = "plan.parquet"
#: Threads in a row group of the plan. A worker reads the groups that its batch is in.
_THREADS_A_GROUP = 50_000


def shards(
    plan: pl.DataFrame,
    by_hand: HandTurns,
    *,
    workspace: Workspace,
    settings: ExportSettings,
    engine: Engine,
    on_progress: OnProgress = silent,
) -> Iterator[Path]:
    """Write the records of the kept threads as shards; a partial of this is a `MakeShards`.

    A shard that a killed run has finished is not written again. Workers read the key of the
    workspace from its folder, it is not sent to them.

    Args:
        plan: Result of `batches.plan`.
        by_hand: What was decided by hand on turns.
        workspace: A workspace with rated replies, in a folder that all nodes see, or in a bucket.
        settings: What to write and how.
        engine: Who does the work.
        on_progress: Called with threads written and all threads.

    Yields:
        The folders of the shards, in the order of the batches. They are removed after the last.

    Raises:
        ExportError: If a kept thread has no turns.
        StageError: If a worker fails.
    """
    key = _key(plan, by_hand, workspace=workspace, settings=settings)
    folder = shard_folders.folder(workspace, "export", key=key)
    with atomic.replacing(folder / _PLAN) as aside:
        plan.write_parquet(aside, row_group_size=_THREADS_A_GROUP)
    of_batches = plan.group_by("batch", maintain_order=True).agg(
        threads=pl.len(), low=pl.col("thread_id").min(), high=pl.col("thread_id").max()
    )
    threads = dict(of_batches.select("batch", "threads").iter_rows())
    tables = map(workspace.path, ("turns", "reply_scores"))
    reads = [folder / _PLAN, *tables, workspace.secret_path]
    engine.share(reads)
    parts = TableParts(reads, engine=engine)
    write = partial(
        _write, folder=folder, root=workspace.root.resolve(), settings=settings, by_hand=by_hand
    )
    rest = [
        (batch, parts.between(low, high))
        for batch, _, low, high in of_batches.iter_rows()
        if not (folder / str(batch)).exists()
    ]
    done = plan.height - sum(threads[batch] for batch, _ in rest)
    on_progress(done, plan.height)
    for batch in engine.spread(write, rest):
        done += threads[batch]
        on_progress(done, plan.height)
    yield from (folder / str(batch) for batch in threads)
    shard_folders.remove(folder)


def _key(
    plan: pl.DataFrame, by_hand: HandTurns, *, workspace: Workspace, settings: ExportSettings
) -> str:
    """Hash what the shards depend on."""
    digest = hashlib.sha256(plan.hash_rows().to_numpy().tobytes())
    digest.update(workspace.secret)
    for text in (
        node.version(),
        settings.model_dump_json(),
        *(stamps.of(workspace.path(table)) for table in ("turns", "reply_scores")),
        *(str(sorted(ids)) for ids in by_hand),
    ):
        digest.update(f"{text}\n".encode())
    return digest.hexdigest()


def _write(
    item: tuple[int, list[Path]],
    *,
    folder: Path,
    root: Path,
    settings: ExportSettings,
    by_hand: HandTurns,
) -> int:
    """Write the shard of a batch in a worker, which reads some files; return its number."""
    batch, reads = item
    workspace, shard = Workspace(root), folder / str(batch)
    with node_files.at_hand([], writes_to=folder, keeps=reads) as written:
        stream = batches.read(
            workspace.scan("turns"),
            pl.scan_parquet(folder / _PLAN, glob=False).filter(batch=batch).collect(),
            targets=data_files.targets(settings, is_rated=True),
            settings=settings,
            secret=workspace.secret,
            answers=workspace.scan("reply_scores"),
            by_hand=by_hand,
        )
        # A worker that seemed dead may still write the same shard.
        with atomic.replacing(shard, writer=node.writer()) as aside:
            data_files.write_shard(stream, settings=settings, folder=aside)
        written.append(shard)
    return batch
