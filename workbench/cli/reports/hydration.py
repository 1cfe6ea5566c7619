"""Reports on what is missing: coverage, missing parents, and what came when they were fetched."""

from typing import Any

import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench.text import sanitize
from workbench.threads import coverage as shares_of

#: Rows that a table should have at most.
ROWS = 40


def missing(frame: pl.DataFrame, gone: pl.DataFrame, *, limit: int) -> RenderableType:
    """Show the most valuable missing parents, and how many are out of reach.

    Args:
        frame: What `missing.from_tweets` gives.
        gone: What `missing.gone` gives, of those that are missing.
        limit: Rows to show.
    """
    table = Table(title="Missing parents by value", title_justify="left", box=None)
    columns = ["tweet", "replies", "tweets below", "language", "written", "days old"]
    for column in columns:
        table.add_column(column, justify="left" if column == "language" else "right")
    for row in frame.head(limit).to_dicts():
        table.add_row(
            str(row["tweet_id"]),
            f"{row['replies']:,}",
            f"{row['hanging']:,}",
            sanitize.visible(row["lang"] or "-"),
            f"{row['written_at']:%Y-%m-%d}" if row["written_at"] else "-",
            "-" if row["age_days"] is None else f"{row['age_days']:,}",
        )
    parents = frame.filter(pl.col("replies") > 0)
    total = (
        f"{frame.height:,} missing: {parents.height:,} parents, which "
        f"{int(parents['replies'].sum()):,} replies name, and {frame.height - parents.height:,} "
        "opening tweets, which only conversations name."
    )
    reasons = gone.group_by("reason").len().sort("len", "reason", descending=[True, False]).rows()
    counted = ", ".join(f"{count:,} {reason}" for reason, count in reasons)
    lines = [total] + ([f"Known to be out of reach, not listed: {counted}."] if counted else [])
    return Group(table, *map(Text, lines))


def coverage_of_days(days: pl.DataFrame, *, unit: str | None = None) -> RenderableType:
    """Show the coverage by day, or by month or year where days are too many for a table.

    Args:
        days: What `coverage.by_day` gives.
        unit: `day`, `month` or `year`; if none is named, the finest that fits.
    """
    chosen = unit or shares_of.finest_unit(days, most=ROWS)
    replied = days.filter(pl.col("replies") > 0)
    told = [coverage(shares_of.by_period(days, unit=chosen))]
    if chosen != "day" and not unit:
        note = f"{replied.height:,} days have replies; `workbench coverage --by day` shows each."
        told.append(Text(note))
    total, by_conversation = (int(days[name].sum()) for name in ("replies", "by_conversation"))
    note = (
        f"{total:,} replies: {total - by_conversation:,} have the id of their parent, as `threads`"
    )
    told.append(Text(f"{note} counts them, {by_conversation:,} only that of their conversation."))
    return Group(*told)


def coverage(shares: pl.DataFrame) -> RenderableType:
    """Show which share of the replies has its parent and its opening tweet, and thanks to what.

    Args:
        shares: What `coverage.by_source` or `coverage.by_period` gives.
    """
    by = shares.columns[0]
    table = Table(title=f"Coverage by {by}", title_justify="left", box=None)
    titles = {
        "replies": "replies",
        "parent_share": "with parent",
        "root_share": "with root",
        "parents_by_embedding": "parents embedded",
        "roots_by_embedding": "roots embedded",
        "roots_by_conversation": "roots by conv. id",
    }
    table.add_column(by, no_wrap=True)
    for title in titles.values():
        table.add_column(title, justify="right")
    for row in shares.filter(pl.col("replies") > 0).to_dicts():
        name = sanitize.visible(str(row[by])) if row[by] is not None else "unknown"
        cells = [_share(row[key]) if key.endswith("share") else f"{row[key]:,}" for key in titles]
        table.add_row(Text(name), *cells)
    sums = shares.select(pl.exclude(by, "parent_share", "root_share").sum()).to_dicts()[0]
    replies = sums["replies"]
    sums["parent_share"] = sums["with_parent"] / replies if replies else None
    sums["root_share"] = sums["with_root"] / replies if replies else None
    cells = [_share(sums[key]) if key.endswith("share") else f"{sums[key]:,}" for key in titles]
    table.add_row("all", *cells, style="bold")
    return table


def hydrated(counts: dict[str, Any]) -> list[str]:
    """Tell what a run of `hydrate` has come to, a sentence each.

    Examples:
        >>> counts = {"requests": 3, "asked": 250, "found": 200, "gone": 45, "left": 800}
        >>> for sentence in hydrated(counts):
        ...     print(sentence)
        3 requests for 250 tweets -> 200 found, 45 gone for good, 5 without an answer
        800 ids are left: the same command goes on with them.
    """
    asked, found, gone = counts["asked"], counts["found"], counts["gone"]
    told = [
        f"{counts['requests']:,} requests for {asked:,} tweets -> {found:,} found, "
        f"{gone:,} gone for good, {asked - found - gone:,} without an answer"
    ]
    searched, unsearched = counts.get("conversations", 0), counts.get("conversations_left", 0)
    if searched or unsearched:
        told.append(f"{searched:,} conversations searched, {unsearched:,} not")
    told += [sanitize.visible(note) for note in counts.get("notes", [])]
    if counts["left"]:
        told.append(f"{counts['left']:,} ids are left: the same command goes on with them.")
    return told


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
