"""Cut the rows of tweets and deletions into buckets by id, with Daft; `merge` calls this module."""

import glob
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.cluster.bucket import HIGHEST, LOWEST, Bucket
from workbench.cluster.engine import Engine, EngineName
from workbench.schemas import Deletions, Edits, RawTweets

if TYPE_CHECKING:
    import daft

#: Tables that are cut into buckets -> the schema of their files.
SCHEMAS: dict[str, type[dy.Schema]] = {"tweets": RawTweets, "deletions": Deletions}

#: Raw rows per bucket; merging a bucket needs about 0.8 GB of memory.
ROWS_A_BUCKET = 500_000
#: So few rows are not worth another bucket.
FEWEST_ROWS = 50_000
#: Deletions that take as long as one tweet.
DELETIONS_A_ROW = 10
#: Ids that are drawn to find the bounds of the buckets.
SAMPLES = 1_000_000

#: Table -> its files.
Files = Mapping[str, list[Path]]


def rows_of(
    files: Files, table: str, *, ids: pl.Series, columns: list[str] | None = None
) -> pl.DataFrame:
    """Return the rows of some tweets.

    Args:
        files: Where the rows are.
        table: `tweets` or `deletions`.
        ids: The ids of the tweets, few enough for one node.
        columns: Those of the rows; by default all.
    """
    import daft

    frame = _read(files, table)
    frame = frame.select(*columns) if columns else frame
    wanted = daft.from_arrow(pl.DataFrame({"tweet_id": ids.cast(pl.Int64)}).to_arrow())
    rows = frame.join(wanted, on="tweet_id", how="semi").to_arrow()
    return pl.DataFrame(pl.from_arrow(rows))


def into_buckets(
    files: Files, *, versions: dy.DataFrame[Edits], folder: Path, engine: Engine
) -> list[Bucket]:
    """Write each row into the files of its bucket.

    The versions of an edited tweet go to the bucket of the current one. Deletions go by their id.

    Args:
        files: Where the rows are.
        versions: The versions of edited tweets.
        folder: Where the files are written.
        engine: Where the rows are cut.

    Returns:
        The buckets, in the order of their ids, at least one.
    """
    lows = _lows(files, processes=engine.processes)
    bounds = [LOWEST, *lows.tolist(), HIGHEST + 1]
    buckets = [
        Bucket(number, folder, low=low, high=after - 1)
        for number, (low, after) in enumerate(pairwise(bounds))
    ]
    for table, edits in (("tweets", versions), ("deletions", Edits.create_empty())):
        if not files[table]:
            continue
        rows = _numbered(_read(files, table), lows=lows, versions=edits)
        if engine.name == EngineName.RAY:
            # Each node would write a file for each bucket otherwise.
            rows = rows.repartition(min(len(buckets), 4 * engine.processes), "bucket")
        written = rows.write_parquet(
            str(folder / table), compression="lz4", partition_cols=["bucket"]
        )
        # Not all files in the folder: a task that failed and was repeated leaves some behind.
        for path, number in zip(*written.to_pydict().values(), strict=True):
            buckets[number].files.setdefault(table, []).append(path.removeprefix("file://"))
    return buckets


def _read(files: Files, table: str) -> "daft.DataFrame":
    import daft

    empty = daft.from_arrow(SCHEMAS[table].create_empty().to_arrow())
    if not files[table]:
        return empty
    schema = {field.name: field.dtype for field in empty.schema()}
    # Stars and brackets in a path mean themselves.
    paths = [glob.escape(str(path)) for path in files[table]]
    return daft.read_parquet(paths, schema=schema)


def _lows(files: Files, *, processes: int) -> NDArray[np.int64]:
    """Return the first ids of all buckets but one, so that all have about the same rows."""
    frames = {table: _read(files, table).select("tweet_id") for table in SCHEMAS}
    counts = {table: frame.count_rows() for table, frame in frames.items()}
    weights = {"tweets": 1.0, "deletions": 1 / DELETIONS_A_ROW}
    rows = sum(counts[table] * weight for table, weight in weights.items())
    number = max(rows / ROWS_A_BUCKET, min(processes, rows / FEWEST_ROWS))
    if number <= 1:
        return np.empty(0, np.int64)
    drawn = []
    for table, weight in weights.items():
        fraction = min(1.0, SAMPLES / rows) * weight
        ids = frames[table].sample(fraction=fraction, seed=0).to_arrow()["tweet_id"]
        drawn.append(ids.to_numpy())
    ids = np.sort(np.concatenate(drawn))
    places = np.arange(1, np.ceil(number)) * len(ids) // np.ceil(number)
    return np.unique(ids[places.astype(np.int64)]) if len(ids) else ids


def _numbered(
    rows: "daft.DataFrame", *, lows: NDArray[np.int64], versions: pl.DataFrame
) -> "daft.DataFrame":
    """Add a column `bucket`."""
    import daft

    edited, current = (versions[name].to_numpy() for name in ("tweet_id", "current_id"))

    @daft.func.batch(return_dtype=daft.DataType.int64())
    def number(tweet_ids: daft.Series) -> NDArray[np.int64]:
        ids = tweet_ids.to_arrow().to_numpy(zero_copy_only=False)
        if len(edited):
            places = np.searchsorted(edited, ids).clip(max=len(edited) - 1)
            ids = np.where(edited[places] == ids, current[places], ids)
        return np.searchsorted(lows, ids, side="right")

    return rows.with_column("bucket", number(daft.col("tweet_id")))
