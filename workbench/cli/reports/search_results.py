"""Report the threads that a search has found."""

from typing import Any

import polars as pl
from rich.table import Table
from rich.text import Text

from workbench.display import numbers
from workbench.library import results
from workbench.library.thread_search import Matches
from workbench.text import sanitize


def table(matches: Matches) -> Table:
    """List the threads, the best first, with the turn that matches."""
    count = matches.rows.height
    title = f"{count:,} thread{'s' if count != 1 else ''}"
    listing = Table(title=title, title_justify="left", box=None)
    for column in ["near", "thread", "turns"]:
        listing.add_column(column, justify="right", no_wrap=True)
    listing.add_column("verdict", overflow="fold", max_width=14)
    listing.add_column("text", overflow="fold")
    for row in matches.rows.to_dicts():
        listing.add_row(
            numbers.score(row["similarity"]),
            str(row["thread_id"]),
            f"{row['turns']:,}",
            results.verdict(row),
            Text(sanitize.plain(row["text"])),
        )
    return listing


def records(matches: Matches, *, text: str) -> dict[str, Any]:
    """Return the threads as data, for `--json`; ids are texts."""
    rows = matches.rows.with_columns(
        pl.col("thread_id", "tweet_id").cast(pl.String), pl.col("similarity").cast(pl.Float64)
    )
    return {
        "text": text,
        "by": matches.by,
        "notes": list(matches.notes),
        "threads": rows.with_columns(pl.col("similarity").round(4)).to_dicts(),
    }
