"""Merge the rows of one bucket: the functions of `ingest` on a range of ids, called by workers.

A file appears whole, under a name that does not depend on the worker: if a node dies, another one
writes it again.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from workbench.cluster import node, node_files
from workbench.ingest import merged_rows, tweet_table
from workbench.ingest.tweet_table import Known
from workbench.schemas import Deletions, RawTweets
from workbench.storage import atomic, os_errors

LOWEST, HIGHEST = -(2**63), 2**63 - 1


@dataclass
class Bucket:
    """A range of ids and the files with its rows.

    Args:
        number: Place among the buckets.
        folder: Folder of all buckets.
        low: First id; the first bucket has all lower ids, too.
        high: Last id.
        files: Table -> files. The rows of `tweets` are those of the tweets with a current id in the
            range, with all of their versions.
    """

    number: int
    folder: Path
    low: int = LOWEST
    high: int = HIGHEST
    files: dict[str, list[Path]] = field(default_factory=dict)

    @property
    def deletions(self) -> Path:
        """The file of its deletions."""
        return self.folder / f"deletions-{self.number:06}.parquet"

    @property
    def all_files(self) -> list[Path]:
        """The files with its rows, of both tables."""
        return [path for paths in self.files.values() for path in paths]

    def raw(self) -> pl.LazyFrame:
        """Return its rows of `RawTweets`."""
        return _scan(self.files.get("tweets", []), RawTweets.create_empty())

    def notices(self) -> pl.LazyFrame:
        """Return its rows of `Deletions`, any number per tweet."""
        return _scan(self.files.get("deletions", []), Deletions.create_empty())


def _scan(files: list[Path], empty: pl.DataFrame) -> pl.LazyFrame:
    if not files:
        return empty.lazy()
    return pl.scan_parquet(sorted(files), glob=False, hive_partitioning=False, schema=empty.schema)


def merge_deletions(bucket: Bucket, *, of_edited: pl.DataFrame) -> Path:
    """Write the deletions of a bucket, sorted by id.

    Args:
        bucket: The bucket.
        of_edited: Rows of `Deletions` for all versions of edited tweets.

    Returns:
        The path of the file.
    """
    with node_files.at_hand(bucket.all_files, writes_to=bucket.folder) as written:
        inside = pl.col("tweet_id").is_between(bucket.low, bucket.high)
        deletions = merged_rows.merged_deletions(
            bucket.notices(),
            ids=merged_rows.ids_of(bucket.raw()),
            of_edited=of_edited.filter(inside),
        )
        with atomic.replacing(bucket.deletions, writer=node.writer()) as partial:
            deletions.write_parquet(partial, compression="zstd")
        written.append(bucket.deletions)
    return bucket.deletions


def merge_tweets(bucket: Bucket, *, known: Known, folder: Path) -> dict[str, int]:
    """Write the tweets of a bucket.

    Args:
        bucket: The bucket; `merge_deletions` has written its deletions.
        known: What else is known of the tweets; `deleted` has only versions of edited tweets.
        folder: Where the files are written.

    Returns:
        Counts, see `merged_rows.counts`.
    """
    reads = [bucket.deletions, *bucket.all_files]
    with node_files.at_hand(reads, writes_to=folder) as written:
        own = pl.read_parquet(bucket.deletions, glob=False).filter("had_row")
        others = known.deleted.select("tweet_id", "had_row").join(own, on="tweet_id", how="anti")
        of_bucket = replace(known, deleted=pl.concat([own, others]))
        kept = merged_rows.kept_of(merged_rows.ids_of(bucket.raw()), of_bucket)
        # One part is enough for a table without tweets.
        if kept.is_empty() and bucket.number:
            return merged_rows.counts(kept, replace(known, deleted=own))
        aside = folder / f".{bucket.number:06}{node.writer()}.part"
        with os_errors.named(folder):
            aside.mkdir()
            stem = aside / f"part-{bucket.number:06}"
            tweet_table.write(bucket.raw(), kept=kept, known=of_bucket, stem=stem)
            written += [path.replace(folder / path.name) for path in aside.iterdir()]
            aside.rmdir()
    # The versions of edited tweets are counted by the buckets of their own ids.
    return merged_rows.counts(kept, replace(known, deleted=own))
