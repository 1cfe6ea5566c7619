"""Accounts: what became of every line that was read, a page of rows at a time."""

from html import escape

import marimo as mo
import polars as pl

from workbench.display import html
from workbench.ingest import merge
from workbench.storage import Workspace
from workbench.text import sanitize

#: Rows of a page.
ROWS = 20

#: What is shown before there is anything to account for.
NOTHING = '<p class="wb-gap">No dump has been read yet.</p>'

#: Columns of the ledger that are counts -> what people call them.
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

#: Orders of the ledger -> (column, highest first); null is as it was read.
ORDERS: dict[str, tuple[str, bool] | None] = {
    "As read": None,
    "Damaged first": ("damage", True),
    "Most rejected first": ("rejected", True),
    "Most lines first": ("lines", True),
}

#: Most reasons to choose from.
REASONS = 200


def ledger(workspace: Workspace | None, *, order: str = "As read", page: int = 1) -> mo.Html:
    """Show what became of the lines of each member, and of all.

    Args:
        workspace: Where the ledger is.
        order: One of `ORDERS`.
        page: Which page, counted from 1; past the end gives the last one.
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
        [f"All {totals[0]:,} members", "", *map(html.number, totals[1:]), f"{damaged:,} damaged"]
    ]
    for row in rows.iter_rows(named=True):
        named = row["name"] or row["archive"]
        counts = [html.number(row[column]) for column in COUNTS]
        damage = sanitize.plain(row["damage"], most=200)
        body.append([sanitize.plain(named, most=70), row["format"] or "unknown", *counts, damage])
    heads = ["Member", "Format", *(name.capitalize() for name in COUNTS.values()), "Damage"]
    return mo.Html(
        _range(skipped, rows.height, totals[0], "members")
        + grid(heads, body, numbers=range(2, 2 + len(COUNTS)), name="ledger")
        + '<p class="wb-effect">Lines are tweets, carriers (plain retweets), deletions, notices, '
        "blank or rejected ones; embedded tweets stand inside other lines.</p>"
    )


def reasons(workspace: Workspace | None) -> dict[str, str | None]:
    """Give the reasons for which lines were rejected, by what people read, most frequent first."""
    if workspace is None or not workspace.has("ledger"):
        return {"any reason": None}
    frame = (
        workspace.scan("ledger")
        .select(pl.col("reject_reasons").list.explode().struct.unnest())
        .drop_nulls()
        .group_by("kind")
        .agg(pl.col("count").sum())
        .sort("count", "kind", descending=[True, False])
        .head(REASONS)
        .collect()
    )
    found = {f"{sanitize.plain(kind, most=80)}: {count:,}": kind for kind, count in frame.rows()}
    return {"any reason": None} | found


def rejects(workspace: Workspace | None, *, reason: str | None = None, page: int = 1) -> mo.Html:
    """Show rejected lines: where they stood, why they were not understood, how they begin.

    Args:
        workspace: Where the rejects are.
        reason: Only lines rejected for this; None for any.
        page: Which page, counted from 1; past the end gives the last one.
    """
    if workspace is None or not workspace.has("rejects"):
        return mo.Html(NOTHING)
    frame = workspace.scan("rejects")
    frame = frame.filter(pl.col("reason") == reason) if reason else frame
    count = frame.select(pl.len()).collect().item()
    if not count:
        return mo.Html("<p>No line was rejected.</p>")
    skipped = _skipped(page, count)
    members = workspace.scan("ledger").select("member", "archive", "name")
    chosen = frame.slice(skipped, ROWS).collect().lazy()
    rows = chosen.join(members, on="member", how="left", maintain_order="left").collect()
    body = [
        [
            sanitize.plain(row["name"] or row["archive"], most=60),
            html.number(row["line"]),
            sanitize.plain(row["reason"], most=120),
            sanitize.plain(row["excerpt"], most=200),
        ]
        for row in rows.iter_rows(named=True)
    ]
    heads = ["Member", "Line", "Reason", "How it begins"]
    return mo.Html(
        _range(
            skipped, rows.height, count, "rejected lines (of each member and reason, 100 at most)"
        )
        + grid(heads, body, numbers=range(1, 2), name="rejects")
    )


def grid(heads: list[str], rows: list[list[str]], *, numbers: range, name: str) -> str:
    """Write a table as HTML; every text in it is escaped, and stays text.

    Args:
        heads: Heads of the columns.
        rows: Texts; the first of a row is its head.
        numbers: Columns that are aligned to the right.
        name: What tests find it by.
    """
    top = "".join(f'<th scope="col"{_align(at in numbers)}>{h}</th>' for at, h in enumerate(heads))
    body = ""
    for first, *rest in rows:
        cells = "".join(
            f"<td{_align(at in numbers)}>{escape(text)}</td>" for at, text in enumerate(rest, 1)
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
