"""Write the table of tweets from all raw rows; `merged_rows` calls this module."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dataframely as dy
import polars as pl

from workbench.ingest import edits
from workbench.ingest.best_version import from_raw_tweets
from workbench.schemas import Authors, RawTweets, Tweets

#: Rows per part of the table; merging a part needs about 0.8 GB of memory.
ROWS_A_PART = 500_000

#: Raw rows to merge at once: popular tweets occur in a dump many times.
RAW_ROWS_AT_ONCE = 250_000


@dataclass(frozen=True)
class Known:
    """What else is known of the tweets.

    Args:
        deleted: Deleted ids with a raw row, as `tweet_id`.
        versions: The versions of edited tweets, rows of `Edits`.
        authors: Names of authors that were listed apart from their tweets.
        damaged: Keys of the members that were not read to their end.
    """

    deleted: pl.DataFrame
    versions: pl.DataFrame
    authors: dy.DataFrame[Authors]
    damaged: pl.Series


def write(raw: pl.LazyFrame, *, kept: pl.DataFrame, known: Known, stem: Path) -> None:
    """Write tweets in parts, one row per tweet, sorted by id. Without a tweet, one part is empty.

    Args:
        raw: Rows of `RawTweets`.
        kept: The ids of the table, ascending: `tweet_id`, and `seen`, the number of raw rows.
        known: What else is known of the tweets.
        stem: Path of the parts without `-NNNNN.parquet`.
    """
    for number, start in enumerate(range(0, max(kept.height, 1), ROWS_A_PART)):
        merged = [Tweets.create_empty()]
        for low, high in _ranges(kept.slice(start, ROWS_A_PART)):
            merged.append(_merged(raw, low=low, high=high, known=known))
        pl.concat(merged, rechunk=True).write_parquet(
            stem.with_name(f"{stem.name}-{number:05}.parquet"),
            compression="zstd",
            row_group_size=100_000,
        )


def _merged(raw: pl.LazyFrame, *, low: int, high: int, known: Known) -> dy.DataFrame[Tweets]:
    """Return the tweets in a range of ids."""
    versions = edits.near(known.versions, low=low, high=high)
    rows = edits.in_range(raw, versions, low=low, high=high).collect(engine="streaming")
    rows = rows.join(known.deleted, on="tweet_id", how="anti")
    rows = edits.with_current_ids(rows, known.versions)
    tweets = from_raw_tweets(RawTweets.cast(rows), damaged=known.damaged)
    return _with_names(edits.merged(tweets, versions), known.authors)


def _with_names(
    tweets: dy.DataFrame[Tweets], authors: dy.DataFrame[Authors]
) -> dy.DataFrame[Tweets]:
    """Add the names of authors that were listed apart from their tweets.

    The alphabetically last name wins, so the order of the dumps does not matter.
    """
    if authors.is_empty():
        return tweets
    listed = authors.rename({"author_name": "listed_name"})
    named = tweets.join(listed, on="author_id", how="left", maintain_order="left").with_columns(
        author_name=pl.max_horizontal("author_name", "listed_name")
    )
    return Tweets.validate(named.select(Tweets.column_names()))


def _ranges(ids: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """Cut sorted ids into ranges with about `RAW_ROWS_AT_ONCE` raw rows each."""
    batch = (pl.col("seen").cast(pl.Int64).cum_sum() - 1) // RAW_ROWS_AT_ONCE
    bounds = ids.group_by(batch.alias("batch"), maintain_order=True).agg(
        low=pl.col("tweet_id").first(), high=pl.col("tweet_id").last()
    )
    yield from bounds.select("low", "high").iter_rows()
