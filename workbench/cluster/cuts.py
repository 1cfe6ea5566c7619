"""Cut the rows of tweets and deletions into buckets by id, with Daft; `merge` calls this module."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import dataframely as dy
import polars as pl

from workbench.cluster import scratch
from workbench.cluster.bucket import HIGHEST, LOWEST, Bucket
from workbench.cluster.scratch import Scratch
from workbench.schemas import Deletions, Edits, RawTweets

if TYPE_CHECKING:
    from daft import DataFrame

#: Tables that are cut into buckets -> the schema of their files.
SCHEMAS: dict[str, type[dy.Schema]] = {"tweets": RawTweets, "deletions": Deletions}

#: Raw rows per bucket; merging a bucket needs about 0.8 GB of memory.
ROWS_A_BUCKET = 500_000
#: So few rows are not worth a bucket of their own.
FEWEST_ROWS = 50_000
#: Deletions that take as long as one tweet.
DELETIONS_A_ROW = 10

#: Table -> its files.
Files = Mapping[str, list[Path]]


def rows_of(files: Files, table: str, *, ids: pl.Series, steps: Scratch) -> pl.DataFrame:
    """Return the rows of some tweets: their `tweet_id`, of `deletions` also `had_row`.

    Args:
        files: Where the rows are.
        table: `tweets` or `deletions`.
        ids: The ids of the tweets, few enough for one node.
        steps: Who reads the files.
    """
    import daft

    columns = [name for name in ("tweet_id", "had_row") if name in SCHEMAS[table].column_names()]
    wanted = daft.from_arrow(pl.DataFrame({"tweet_id": ids}).to_arrow())
    rows = _read(files, table, steps).select(*columns).join(wanted, on="tweet_id", how="semi")
    return scratch.collected(rows)


def into_buckets(files: Files, *, versions: dy.DataFrame[Edits], steps: Scratch) -> list[Bucket]:
    """Write each row into the files of its bucket.

    The versions of an edited tweet go to the bucket of the current one. Deletions go by their id.

    Args:
        files: Where the rows are.
        versions: The versions of edited tweets.
        steps: Where the files are written.

    Returns:
        The buckets, in the order of their ids, at least one.
    """
    first_ids = _first_ids(files, steps)
    bounds = [LOWEST, *first_ids, HIGHEST + 1]
    of_tables = {
        table: steps.buckets(
            scratch.with_buckets(frame, "current_id", first_ids=first_ids).exclude("current_id"),
            number=len(first_ids) + 1,
        )
        for table, frame in (
            ("tweets", _with_current_ids(_read(files, "tweets", steps), versions)),
            (
                "deletions",
                _with_current_ids(_read(files, "deletions", steps), Edits.create_empty()),
            ),
        )
    }
    return [
        Bucket(
            number,
            steps.folder,
            low=low,
            high=after - 1,
            files={table: parts[number] for table, parts in of_tables.items()},
        )
        for number, (low, after) in enumerate(pairwise(bounds))
    ]


def _read(files: Files, table: str, steps: Scratch) -> "DataFrame":
    import daft

    empty = daft.from_arrow(SCHEMAS[table].create_empty().to_arrow())
    if not files[table]:
        return empty
    schema = {field.name: field.dtype for field in empty.schema()}
    return steps.read(files[table], schema=schema)


def _first_ids(files: Files, steps: Scratch) -> list[int]:
    """Return the first id of each bucket but the first, so that all take about as long."""
    tweets, deletions = (_read(files, table, steps).select("tweet_id") for table in SCHEMAS)
    rows = scratch.height(tweets) + scratch.height(deletions) // DELETIONS_A_ROW
    some = deletions.sample(fraction=1 / DELETIONS_A_ROW, seed=1)
    size = min(ROWS_A_BUCKET, max(rows // steps.engine.processes, FEWEST_ROWS))
    return scratch.bounds(tweets.concat(some), "tweet_id", rows=rows, a_bucket=size)


def _with_current_ids(rows: "DataFrame", versions: dy.DataFrame[Edits]) -> "DataFrame":
    """Add `current_id`: the id of the version that stands for the tweet."""
    import daft
    from daft import col
    from daft.functions import coalesce

    if versions.is_empty():
        return rows.with_column("current_id", col("tweet_id"))
    joined = rows.join(daft.from_arrow(versions.to_arrow()), on="tweet_id", how="left")
    return joined.with_column("current_id", coalesce(col("current_id"), col("tweet_id")))
