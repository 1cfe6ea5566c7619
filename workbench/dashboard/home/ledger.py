"""Show the outcome of every line by archive and member, and the rejected lines, page by page."""

from collections.abc import Mapping
from html import escape
from typing import Any

import anywidget
import marimo as mo
import polars as pl
import traitlets

from workbench.dashboard.components import widget_files
from workbench.display import numbers
from workbench.display.css import KEPT, LINE
from workbench.ingest import merged_ledger
from workbench.storage import Workspace
from workbench.text import sanitize

#: Rows per page.
ROWS = 20

#: Shown until a dump has been read.
NOTHING = '<p class="wb-gap">No dump has been read yet.</p>'

#: Count columns of the ledger.
COUNTS = (
    *("lines", "tweets", "carriers", "deletions", "notices", "blank", "rejected"),
    "embedded",
)

#: Column with the number of damaged members.
DAMAGED = "damaged"


#: Label of the choice of all rejected lines.
ANY_KIND = "any kind"


class LedgerTable(anywidget.AnyWidget):
    """The ledger in the browser: a row per archive, which opens to its members.

    The browser gets one page of archives, and one page of members of the open archive.

    Args:
        workspace: Workspace with a ledger.
        asked: What to show at first, see `answer`. What people choose is kept in it.
    """

    _esm = widget_files.script(__file__)
    _css = widget_files.style(__file__)

    colours = traitlets.Dict({"blue": KEPT, "line": LINE}).tag(sync=True)
    heads: Any = traitlets.List(["members", *COUNTS, DAMAGED]).tag(sync=True)
    asked = traitlets.Dict().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)

    def __init__(self, workspace: Workspace, asked: dict[str, Any]) -> None:
        self._workspace, self._kept = workspace, asked
        super().__init__(asked=dict(asked), now=answer(workspace, asked))
        self.observe(self._answer, "asked")

    def _answer(self, change: Any) -> None:  # noqa: ANN401 (traitlets exports no type)
        self._kept.update(change["new"])
        self.now = answer(self._workspace, change["new"])


def table(workspace: Workspace | None, asked: dict[str, Any]) -> mo.Html:
    """Show the ledger, or that there is none."""
    if workspace is None or not workspace.has("ledger"):
        return mo.Html(NOTHING)
    return mo.ui.anywidget(LedgerTable(workspace, asked))


def answer(workspace: Workspace, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Count the lines of each archive, and of the members of one archive.

    Args:
        workspace: Workspace with a ledger.
        asked: What the browser wants: `words` to find in the names, formats and damage; `damaged`
            to see only damaged members; `sort`, a column, or else the reading order; `descending`;
            `page`, from 1; `open`, the archive whose members are shown, and `member_page`.

    Returns:
        `total`, the sums of all members that match; `rows`, a page of archives; `range` in words;
        `pages`; and `members`, a page of the open archive.
    """
    members = _matching(workspace, asked).collect()
    sums = [pl.len().alias("members"), *(pl.col(name).sum() for name in [*COUNTS, DAMAGED])]
    archives = members.group_by("archive", maintain_order=True).agg(
        *sums, pl.col("format").unique(maintain_order=True), pl.col("name").max()
    )
    archives = _sorted(archives, asked)
    skipped = _skipped(_number(asked, "page"), archives.height)
    shown = archives.slice(skipped, ROWS)
    return {
        "total": members.select(sums).row(0),
        "rows": [_archive(row) for row in shown.iter_rows(named=True)],
        "page": skipped // ROWS + 1,
        "pages": max(-(-archives.height // ROWS), 1),
        "range": _range_text(skipped, shown.height, archives.height, "archives"),
        "members": _members(members, asked) if asked.get("open") else None,
    }


def _matching(workspace: Workspace, asked: Mapping[str, Any]) -> pl.LazyFrame:
    """Return the members that match the words."""
    frame = workspace.scan("ledger").with_columns(
        merged_ledger.is_damaged().cast(pl.Int64).alias(DAMAGED)
    )
    for word in str(asked.get("words", ""))[:200].casefold().split():
        texts = pl.concat_str(
            "archive", "name", "format", "damage", separator=" ", ignore_nulls=True
        )
        frame = frame.filter(texts.str.to_lowercase().str.contains(word, literal=True))
    return frame.filter(pl.col(DAMAGED) > 0) if asked.get("damaged") is True else frame


def _sorted(frame: pl.DataFrame, asked: Mapping[str, Any]) -> pl.DataFrame:
    """Sort by value; unknown columns keep the reading order."""
    column = asked.get("sort")
    if column not in ("archive", "name", "members", DAMAGED, *COUNTS) or column not in frame:
        return frame
    return frame.sort(column, descending=asked.get("descending") is True, maintain_order=True)


def _archive(row: dict[str, Any]) -> dict[str, Any]:
    """Return what the browser needs of an archive; its texts are plain."""
    formats = [name or "unknown" for name in row["format"]]
    return {
        "key": row["archive"],
        "name": sanitize.plain(row["archive"], most=90),
        "format": sanitize.plain(", ".join(formats[:3]), most=60),
        "counts": [row["members"], *(row[name] for name in COUNTS), row[DAMAGED]],
        "opens": bool(row["name"]),
    }


def _members(members: pl.DataFrame, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page of the members of the open archive."""
    own = members.filter(pl.col("archive") == str(asked["open"]))
    by = dict(asked)
    by["sort"] = "name" if asked.get("sort") == "archive" else asked.get("sort")
    own = _sorted(own, by)
    skipped = _skipped(_number(asked, "member_page"), own.height)
    shown = own.slice(skipped, ROWS)
    return {
        "rows": [
            {
                "name": sanitize.plain(row["name"] or row["archive"], most=90),
                "format": sanitize.plain(row["format"] or "unknown", most=60),
                "counts": [None, *(row[name] for name in COUNTS), row[DAMAGED]],
                "damage": sanitize.plain(row["damage"] or "", most=200),
            }
            for row in shown.iter_rows(named=True)
        ],
        "page": skipped // ROWS + 1,
        "pages": max(-(-own.height // ROWS), 1),
        "range": _range_text(skipped, shown.height, own.height, "members"),
    }


def _number(asked: Mapping[str, Any], name: str) -> int:
    value = asked.get(name)
    return value if isinstance(value, int) and value > 0 else 1


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
    text = _range_text(skipped, shown, count, what)
    return f'<p class="wb-effect" data-testid="range">{text}</p>'


def _range_text(skipped: int, shown: int, count: int, what: str) -> str:
    return f"{skipped + (shown > 0):,} to {skipped + shown:,} of {count:,} {what}"
