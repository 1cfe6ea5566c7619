"""Report coverage, missing parents, and the result of fetching them."""

from typing import Any

import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench.cli import hints
from workbench.text import sanitize
from workbench.threads import coverage as shares_of

#: Most rows of a table.
ROWS = 40


def missing(parents: pl.DataFrame, gone: pl.DataFrame, *, limit: int) -> RenderableType:
    """Show the most valuable missing parents, and how many are out of reach.

    Args:
        parents: Result of `missing_parents.from_tweets`.
        gone: The missing ones in `missing_parents.gone`.
        limit: Rows to show.
    """
    table = Table(title="Missing parents by value", title_justify="left", box=None)
    columns = ["tweet", "replies", "tweets below", "language", "written", "days old"]
    for column in columns:
        table.add_column(column, justify="left" if column == "language" else "right")
    for row in parents.head(limit).to_dicts():
        table.add_row(
            str(row["tweet_id"]),
            f"{row['replies']:,}",
            f"{row['hanging']:,}",
            sanitize.visible(row["lang"] or "-"),
            f"{row['written_at']:%Y-%m-%d}" if row["written_at"] else "-",
            "-" if row["age_days"] is None else f"{row['age_days']:,}",
        )
    with_replies = parents.filter(pl.col("replies") > 0)
    total = (
        f"{parents.height:,} missing: {with_replies.height:,} parents, named by "
        f"{int(with_replies['replies'].sum()):,} replies, and "
        f"{parents.height - with_replies.height:,} opening tweets, named only by conversations."
    )
    reasons = gone.group_by("reason").len().sort("len", "reason", descending=[True, False]).rows()
    counts = ", ".join(f"{count:,} {reason}" for reason, count in reasons)
    lines = [total] + ([f"Out of reach and not listed: {counts}."] if counts else [])
    return Group(table, *map(Text, lines))


def coverage_of_days(days: pl.DataFrame, *, unit: str | None = None) -> RenderableType:
    """Show the coverage by day, or by month or year if there are too many days for a table.

    Args:
        days: Result of `coverage.by_day`.
        unit: `day`, `month` or `year`; by default the finest that fits.
    """
    chosen = unit or shares_of.finest_unit(days, most=ROWS)
    report = [coverage(shares_of.by_period(days, unit=chosen))]
    if chosen != "day" and not unit:
        with_replies = days.filter(pl.col("replies") > 0).height
        report.append(
            hints.text(
                f"{with_replies:,} days have replies; `workbench coverage --by day` shows each."
            )
        )
    total, by_conversation = (int(days[name].sum()) for name in ("replies", "by_conversation"))
    note = (
        f"{total:,} replies: {total - by_conversation:,} have the id of their parent, as `threads` "
        f"counts them, {by_conversation:,} only the id of their conversation."
    )
    return Group(*report, Text(note))


def coverage(shares: pl.DataFrame) -> RenderableType:
    """Show the share of replies with their parent and opening tweet, and where those come from.

    Args:
        shares: Result of `coverage.by_source` or `coverage.by_period`.
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
        table.add_row(Text(name), *_cells(row, titles))
    sums = shares.select(pl.exclude(by, "parent_share", "root_share").sum()).to_dicts()[0]
    replies = sums["replies"]
    sums["parent_share"] = sums["with_parent"] / replies if replies else None
    sums["root_share"] = sums["with_root"] / replies if replies else None
    table.add_row("all", *_cells(sums, titles), style="bold")
    return table


def _cells(row: dict[str, Any], columns: dict[str, str]) -> list[str]:
    """Format the shares and counts of a row."""
    return [
        _share(row[column]) if column.endswith("share") else f"{row[column]:,}"
        for column in columns
    ]


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def hydrated(counts: dict[str, Any]) -> list[str]:
    """Summarize a run of `hydrate` in sentences.

    Examples:
        >>> counts = {"requests": 3, "asked": 250, "found": 200, "gone": 45, "left": 800}
        >>> for sentence in hydrated(counts):
        ...     print(sentence)
        3 requests for 250 tweets -> 200 found, 45 gone for good, 5 without an answer
        800 ids are left. Run the same command again to continue.
    """
    asked, found, gone = counts["asked"], counts["found"], counts["gone"]
    sentences = [
        f"{counts['requests']:,} requests for {asked:,} tweets -> {found:,} found, "
        f"{gone:,} gone for good, {asked - found - gone:,} without an answer"
    ]
    searched, unsearched = counts.get("conversations", 0), counts.get("conversations_left", 0)
    if searched or unsearched:
        sentences.append(f"{searched:,} conversations searched, {unsearched:,} not")
    sentences += [sanitize.visible(note) for note in counts.get("notes", [])]
    if counts["left"]:
        sentences.append(
            f"{counts['left']:,} ids are left. Run the same command again to continue."
        )
    return sentences
