"""Merge tweets and deletions on a cluster, bucket by bucket; `ingest.merge` calls this module.

A bucket is a range of ids. Daft reads the staged rows and the tables and writes each row into the
files of its bucket, and the workers merge the buckets. The driver sees samples of ids, the edited
tweets and counts.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import dataframely as dy
import polars as pl

from workbench.cluster import bucket, cuts, exchange, scratch, table_parts
from workbench.cluster.bucket import Bucket
from workbench.cluster.engine import Engine
from workbench.cluster.scratch import Scratch
from workbench.ingest import merged_rows, staging
from workbench.ingest.merged_rows import Named, OpenTables, RowTables
from workbench.ingest.tweet_table import Known
from workbench.schemas import Authors, Deletions, Edits
from workbench.storage import Workspace, atomic


def tables_of(engine: Engine | None) -> OpenTables:
    """Return what merges the rows of a workspace: this process, or the workers of an engine."""
    return merged_rows.local_tables if engine is None else partial(_bucket_tables, engine=engine)


@contextmanager
def _bucket_tables(workspace: Workspace, *, engine: Engine) -> Iterator[RowTables]:
    engine.start()
    # Workers may have another current folder.
    workspace = Workspace(workspace.root.absolute())
    with (
        exchange.opened(workspace, engine) as engine_there,
        scratch.opened(workspace, engine_there, stage="ingest") as steps,
    ):
        yield BucketTables(workspace, steps=steps)


class BucketTables:
    """The tables of a workspace, written by the workers of an engine, see `RowTables`.

    Args:
        workspace: Where the tables are, in a folder that all nodes see, or in a bucket.
        steps: Where the rows are merged.
    """

    def __init__(self, workspace: Workspace, *, steps: Scratch) -> None:
        self._workspace = workspace
        self._steps = steps
        self._files = {table: staging.files(workspace, table) for table in cuts.SCHEMAS}
        self._buckets: list[Bucket] = []
        self._of_edited: pl.DataFrame = Deletions.create_empty()
        self._versions = Edits.create_empty()

    def look_up(self, ids: pl.Series) -> Named:
        """See `RowTables`."""
        present = merged_rows.ids_of(
            cuts.rows_of(self._files, "tweets", ids=ids, steps=self._steps).lazy()
        )
        notices = cuts.rows_of(self._files, "deletions", ids=ids, steps=self._steps)
        return Named(present, merged_rows.merged_deletions(notices.lazy(), ids=present))

    def write_deletions(self, of_edited: pl.DataFrame, versions: dy.DataFrame[Edits]) -> None:
        """See `RowTables`."""
        self._buckets = cuts.into_buckets(self._files, versions=versions, steps=self._steps)
        self._of_edited, self._versions = of_edited, versions
        merge = partial(bucket.merge_deletions, of_edited=of_edited)
        paths = sorted(self._steps.engine.spread(merge, self._buckets, in_threads=True))
        self._steps.engine.share(paths)
        # Each part is sorted, and the buckets are ranges of ids: so is the table.
        with atomic.replacing(self._workspace.path("deletions")) as aside:
            pl.scan_parquet(paths, glob=False).sink_parquet(aside, compression="zstd")

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
            for of_bucket in self._steps.engine.spread(merge, self._buckets, in_threads=True):
                counts.update(of_bucket)
            table_parts.settle(aside, rows=counts["tweets"])
        return dict(counts)
