"""Read the tweet ids of an export and find deleted tweets among them."""

from pathlib import Path

import polars as pl

from workbench.export.manifest import IDS


def read(folder: Path) -> pl.LazyFrame:
    """Read `ids.txt` of an export.

    Returns:
        `tweet_id`, one row per line; null for a line that is not an id. A missing file has no
        rows: `verify` reports it.
    """
    if not (folder / IDS).is_file():
        return pl.LazyFrame(schema={"tweet_id": pl.Int64})
    lines = pl.scan_csv(
        folder / IDS,
        has_header=False,
        schema={"line": pl.String},
        # A damaged file may contain any bytes: read each line as one field.
        separator="\x1f",
        quote_char=None,
        encoding="utf8-lossy",
        glob=False,
        truncate_ragged_lines=True,
        extra_columns="ignore",
    )
    digits = pl.col("line").str.extract(r"^\s*([0-9]{1,19})\s*$")
    return lines.select(tweet_id=digits.cast(pl.Int64, strict=False))


def find_deleted(ids: pl.LazyFrame, *, deleted: pl.LazyFrame) -> list[int]:
    """Return the ids that belong to deleted tweets, sorted.

    Args:
        ids: `tweet_id` of an export, from `read`.
        deleted: `tweet_id` of deleted tweets.
    """
    matches = ids.join(deleted, on="tweet_id", how="semi").collect(engine="streaming")
    return matches["tweet_id"].sort().to_list()
