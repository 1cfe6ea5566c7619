"""Show the outcome of every line that was read, and the rejected lines, page by page."""

from html import escape

import marimo as mo
import polars as pl

from workbench.display import numbers
from workbench.ingest import merge
from workbench.storage import Workspace
from workbench.text import sanitize

#: Rows per page.
ROWS = 20

#: Shown until a dump has been read.
NOTHING = '<p class="wb-gap">No dump has been read yet.</p>'

#: Count columns of the ledger -> label.
COUNTS = {
    "lines": "lines",
    "tweets": "tweets",
    "carriers": "carriers",
    "deletions": "deletions",
    "notices": "notices",
    "blank": "blank",
    "rejected": "rejected",
    "embedded": "embedded",
}

#: Orders of the ledger -> (column, highest first); None keeps the reading order.
ORDERS: dict[str, tuple[str, bool] | None] = {
    "As read": None,
    "Damaged first": ("damage", True),
    "Most rejected first": ("rejected", True),
    "Most lines first": ("lines", True),
}

#: Label of the choice of all rejected lines.
ANY_KIND = "any kind"


def ledger(workspace: Workspace | None, *, order: str = "As read", page: int = 1) -> mo.Html:
    """Show the outcome of the lines of each member, and the totals.

    Args:
        workspace: Workspace with the ledger.
        order: One of `ORDERS`.
        page: Number of the page, from 1; a number past the end means the last page.
    """
    if workspace is None or not workspace.has("ledger"):
        return mo.Html(NOTHING)
    frame = workspace.scan("ledger")
    totals = frame.select(pl.len().alias("members"), *map(pl.sum, COUNTS)).collect().row(0)
    broken = merge.is_damaged()
    damaged = frame.select(broken.sum()).collect().item()
    if by := ORDERS[order]:
        column, descending = by
        key = broken if column == "damage" else pl.col(column)
        frame = frame.sort(key, descending=descending, maintain_order=True)
    skipped = _skipped(page, totals[0])
    rows = frame.slice(skipped, ROWS).collect()
    body = [
        [f"All {totals[0]:,} members", "", *map(numbers.count, totals[1:]), f"{damaged:,} damaged"]
    ]
    for row in rows.iter_rows(named=True):
        name = row["name"] or row["archive"]
        counts = [numbers.count(row[column]) for column in COUNTS]
        damage = sanitize.plain(row["damage"], most=200)
        body.append([sanitize.plain(name, most=70), row["format"] or "unknown", *counts, damage])
    headings = ["Member", "Format", *(name.capitalize() for name in COUNTS.values()), "Damage"]
    return mo.Html(
        _range(skipped, rows.height, totals[0], "members")
        + grid(headings, body, numbers=range(2, 2 + len(COUNTS)), name="ledger")
        + '<p class="wb-effect">Each line is a tweet, a carrier (plain retweet), a deletion, '
        "a notice, blank or rejected. Embedded tweets are inside other lines.</p>"
    )


def reject_kinds(workspace: Workspace | None) -> dict[str, str | None]:
    """Return the kinds of rejected lines by label, the most frequent first."""
    if workspace is None or not workspace.has("ledger"):
        return {ANY_KIND: None}
    frame = (
        workspace.scan("ledger")
        .select(pl.col("reject_reasons").list.explode().struct.unnest())
        .drop_nulls("kind")
        .group_by("kind")
        .agg(pl.col("count").sum())
        .sort("count", "kind", descending=[True, False])
        .collect()
    )
    labels = {f"{kind.replace('_', ' ')}: {count:,}": kind for kind, count in frame.rows()}
    return {ANY_KIND: None} | labels


def rejects(workspace: Workspace | None, *, kind: str | None = None, page: int = 1) -> mo.Html:
    """Show rejected lines: where they are, why they were rejected, how they begin.

    Args:
        workspace: Workspace with the rejects.
        kind: Show only lines of this `RejectKind`; None for all.
        page: Number of the page, from 1; a number past the end means the last page.
    """
    if workspace is None or not workspace.has("rejects"):
        return mo.Html(NOTHING)
    frame = workspace.scan("rejects")
    frame = frame.filter(pl.col("kind") == kind) if kind else frame
    count = frame.select(pl.len()).collect().item()
    if not count:
        return mo.Html("<p>No line was rejected.</p>")
    skipped = _skipped(page, count)
    members = workspace.scan("ledger").select("member", "archive", "name")
    shown = frame.slice(skipped, ROWS).collect().lazy()
    rows = shown.join(members, on="member", how="left", maintain_order="left").collect()
    body = [
        [
            sanitize.plain(row["name"] or row["archive"], most=60),
            numbers.count(row["line"]),
            sanitize.plain(row["reason"], most=120),
            sanitize.plain(row["excerpt"], most=200),
        ]
        for row in rows.iter_rows(named=True)
    ]
    headings = ["Member", "Line", "Reason", "How it begins"]
    return mo.Html(
        _range(skipped, rows.height, count, "rejected lines (at most 100 per member and reason)")
        + grid(headings, body, numbers=range(1, 2), name="rejects")
    )


def grid(headings: list[str], rows: list[list[str]], *, numbers: range, name: str) -> str:
    """Return a table as HTML; every text in a row is escaped.

    Args:
        headings: Headings of the columns.
        rows: Texts; the first one of a row is its heading.
        numbers: Columns to align to the right.
        name: Test id.
    """
    top = "".join(
        f'<th scope="col"{_align(column in numbers)}>{heading}</th>'
        for column, heading in enumerate(headings)
    )
    body = ""
    for first, *rest in rows:
        cells = "".join(
            f"<td{_align(column in numbers)}>{escape(text)}</td>"
            for column, text in enumerate(rest, 1)
        )
        body += f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    return (
        f'<div class="wb-wide" tabindex="0"><table class="wb-grid" data-testid="{name}">'
        f"<tr>{top}</tr>{body}</table></div>"
    )


def _align(is_number: bool) -> str:
    return ' class="wb-num"' if is_number else ""


def _skipped(page: int, count: int) -> int:
    return min(max(page - 1, 0), max(count - 1, 0) // ROWS) * ROWS


def _range(skipped: int, shown: int, count: int, what: str) -> str:
    return (
        f'<p class="wb-effect" data-testid="range">'
        f"{skipped + (shown > 0):,} to {skipped + shown:,} of {count:,} {what}</p>"
    )
