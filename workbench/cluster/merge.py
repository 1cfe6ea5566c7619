"""Merge tweets and deletions on a cluster, bucket by bucket; `ingest.merge` calls this module.

A bucket is a range of ids. Daft reads the staged rows and the tables and writes each row into the
files of its bucket, and the workers merge one bucket after another. The driver sees samples of ids,
the edited tweets and counts.
"""

import shutil
from collections import Counter
from collections.abc import Callable
from functools import partial

import dataframely as dy
import polars as pl

from workbench.cluster import bucket, cuts
from workbench.cluster.bucket import Bucket
from workbench.cluster.engine import Engine, failures_named
from workbench.ingest import merged_rows, staging
from workbench.ingest.merged_rows import LocalTables, Named, RowTables
from workbench.ingest.tweet_table import Known
from workbench.schemas import Authors, Deletions, Edits
from workbench.storage import Workspace, atomic


def tables_of(engine: Engine | None) -> Callable[[Workspace], RowTables]:
    """Return what merges the rows of a workspace: this process, or the workers of an engine."""
    return LocalTables if engine is None else partial(BucketTables, engine=engine)


class BucketTables:
    """The tables of a workspace, written by the workers of an engine, see `RowTables`.

    Args:
        workspace: Where the tables are, on a file system that all nodes share.
        engine: Where the rows are merged.
    """

    def __init__(self, workspace: Workspace, *, engine: Engine) -> None:
        # Workers may have another current folder.
        self._workspace = Workspace(workspace.root.absolute())
        self._engine = engine
        self._files = {name: staging.files(self._workspace, name) for name in cuts.SCHEMAS}
        self._scratch = self._workspace.path("tweets").with_name(".buckets.part")
        self._buckets: list[Bucket] = []
        self._of_edited: pl.DataFrame = Deletions.create_empty()
        self._versions = Edits.create_empty()
        engine.start()

    def look_up(self, ids: pl.Series) -> Named:
        """See `RowTables`."""
        with failures_named():
            tweets = cuts.rows_of(self._files, "tweets", ids=ids, columns=["tweet_id"])
            notices = cuts.rows_of(self._files, "deletions", ids=ids)
        present = merged_rows.ids_of(tweets.lazy())
        return Named(present, merged_rows.merged_deletions(notices.lazy(), ids=present))

    def write_deletions(self, of_edited: pl.DataFrame, versions: dy.DataFrame[Edits]) -> None:
        """See `RowTables`."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        with failures_named():
            self._buckets = cuts.into_buckets(
                self._files, versions=versions, folder=self._scratch, engine=self._engine
            )
        self._of_edited, self._versions = of_edited, versions
        merge = partial(bucket.merge_deletions, of_edited=of_edited)
        paths = sorted(self._engine.spread(merge, self._buckets))
        # Each part is sorted, and the buckets are ranges of ids: so is the table.
        with atomic.replacing(self._workspace.path("deletions")) as partial_path:
            pl.scan_parquet(paths, glob=False).sink_parquet(partial_path, compression="zstd")

    def write_tweets(self, authors: dy.DataFrame[Authors], damaged: pl.Series) -> dict[str, int]:
        """See `RowTables`."""
        known = Known(
            deleted=self._of_edited.filter("had_row"),
            versions=self._versions,
            authors=authors,
            damaged=damaged,
        )
        counts: Counter[str] = Counter()
        with atomic.replacing(self._workspace.path("tweets")) as aside:
            aside.mkdir()
            merge = partial(bucket.merge_tweets, known=known, folder=aside)
            for of_bucket in self._engine.spread(merge, self._buckets):
                counts.update(of_bucket)
            # What a killed worker has left behind.
            for path in aside.glob(".*"):
                shutil.rmtree(path)
        shutil.rmtree(self._scratch, ignore_errors=True)
        return dict(counts)
