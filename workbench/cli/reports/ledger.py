"""Reports on the ledger: what became of every line that was read."""

from collections.abc import Iterator
from typing import Any

import polars as pl
import polars.selectors as cs
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from workbench.cli.reports import path_names, safe
from workbench.ingest import merge
from workbench.storage import Run, Workspace
from workbench.text import sanitize

#: Rows of the ledger that are shown, and of what was damaged.
ROWS = 40

_COLUMNS = ["lines", "tweets", "deletions", "rejected"]
_OTHERS = ["carriers", "notices", "blank"]


def ledger(workspace: Workspace, *, rows: int | None = ROWS) -> RenderableType:
    """Show what became of every line, with totals.

    There is a row for each member; for each archive where those are too many, or for each folder
    of archives where even those are.

    Args:
        workspace: A workspace with a ledger.
        rows: Most rows to show; None for all members.
    """
    frame = path_names.with_file(workspace.read("ledger"))
    return Group(
        _Ledger(frame, rows=rows),
        *_reconciled(frame, workspace.last_run("ingest")),
        *(_kinds_by_member(frame) if rows is None else _all_kinds(frame)),
        damage(workspace, rows=rows),
    )


def damage(workspace: Workspace, *, rows: int | None = ROWS) -> RenderableType:
    """Tell what is damaged, and where."""
    found = path_names.with_file(workspace.read("ledger")).filter(merge.is_damaged())
    shown = found.head(found.height if rows is None else rows)
    lines = [
        Text.assemble(("damaged: ", "yellow"), safe(f"{path_names.member(row)}: {row['damage']}"))
        for row in shown.to_dicts()
    ]
    if found.height > shown.height:
        lines.append(Text(f"and {found.height - shown.height:,} more (--all shows them)"))
    return Group(*lines)


class _Ledger:
    """The ledger as a table that takes the columns for which the terminal has room."""

    #: Terminals narrower than this, in characters, have the rarer outcomes in one column.
    WIDE = 124

    def __init__(self, frame: pl.DataFrame, *, rows: int | None) -> None:
        self._total = frame.select(cs.numeric().exclude("member").sum()).row(0, named=True)
        self._members = frame.height
        self._by, self._frame = _grouped(frame, rows=rows)
        self._rows = self._frame.height if rows is None else rows

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        yield self._table(options.max_width)
        if self._members > self._frame.height:
            yield Text("Beside each its members; `workbench ledger --all` has a row for every one.")
        elif self._frame.height > self._rows:
            yield Text("`workbench ledger --all` shows all of them.")

    def _table(self, width: int) -> Table:
        is_wide = width >= self.WIDE
        heads = [*_COLUMNS, *([*_OTHERS, "embedded", "MB", "seconds"] if is_wide else ["other"])]
        heads = ["format", *heads] if is_wide and "format" in self._frame.columns else heads
        shown = self._frame.head(self._rows).to_dicts()
        totals = _cells(self._total, heads)
        rows = [_cells(row, heads) for row in shown]
        taken = sum(2 + max(map(len, column)) for column in zip(heads, totals, *rows, strict=True))
        room = max(width - taken - 2, 16)
        table = Table(title="What became of every line", title_justify="left", box=None)
        table.add_column(self._by, no_wrap=True, overflow="ellipsis")
        for head in heads:
            justify: Any = "left" if head == "format" else "right"
            table.add_column(head, justify=justify, no_wrap=True)
        archive = None
        for row, cells in zip(shown, rows, strict=True):
            if row["name"] and row["file"] != archive:
                table.add_row(Text(path_names.tail(sanitize.visible(row["file"]), room)))
            archive = row["file"]
            table.add_row(_label(row, room=room), *cells)
        if self._frame.height > self._rows:
            table.add_row(f"and {self._frame.height - self._rows:,} more")
        table.add_row(f"all {self._members:,} members", *totals, style="bold")
        return table


def _label(row: dict[str, Any], *, room: int) -> Text:
    """Name a row: a member below its archive, or an archive or folder with its members."""
    indent = "  " if row["name"] else ""
    members = f" ({row['members']:,})" if "members" in row else ""
    name = sanitize.visible(row["name"] or row["file"])
    return Text(indent + path_names.tail(name, room - len(indent) - len(members)) + members)


def _grouped(frame: pl.DataFrame, *, rows: int | None) -> tuple[str, pl.DataFrame]:
    """Give the rows of the table, and what they stand for."""
    if rows is None or frame.height <= rows:
        return "member", frame
    sums = [cs.numeric().exclude("member").sum(), pl.len().alias("members")]
    named = frame.with_columns(name=pl.lit(""))
    found = named.group_by("archive", "file", "name", maintain_order=True).agg(sums)
    if found.height <= rows:
        return "archive", found
    folder = pl.col("archive").str.strip_chars_end("/").str.replace(r"[^/]*$", "")
    named = named.with_columns(file=pl.when(folder == "").then(pl.lit("./")).otherwise(folder))
    return "folder", named.group_by("file", "name", maintain_order=True).agg(sums)


def _cells(row: dict[str, Any], heads: list[str]) -> list[str]:
    """Write the numbers of a row; a total has no format."""
    told = {head: f"{row[head]:,}" for head in (*_COLUMNS, *_OTHERS, "embedded")}
    told["other"] = f"{sum(row[column] for column in _OTHERS):,}"
    told["MB"], told["seconds"] = f"{row['size'] / 1e6:,.1f}", f"{row['seconds']:,.2f}"
    told["format"] = (row["format"] or "-") if "format" in row else ""
    return [told[head] for head in heads]


def _reconciled(frame: pl.DataFrame, run: Run | None) -> Iterator[Text]:
    """Lead from the lines to the tweets that are kept."""
    sums = frame.select(cs.numeric().exclude("member").sum()).row(0, named=True)
    yield Text(
        f"Other lines: {sums['carriers']:,} carriers (retweets, which only carry another tweet), "
        f"{sums['notices']:,} notices of the stream, {sums['blank']:,} blank."
    )
    seen = sums["tweets"] + sums["embedded"]
    told = f"{sums['tweets']:,} tweets + {sums['embedded']:,} inside others = {seen:,} sightings"
    if run is not None:
        counts = run.counts
        told += f" - {seen - counts['rows']:,} repeats = {counts['rows']:,} distinct tweets"
        told += f" - {counts['deleted']:,} deleted = {counts['tweets']:,} kept"
    yield Text(f"{told}.")
    yield Text(
        f"{sums['size'] / 1e6:,.1f} MB as they lie in the archives took {sums['seconds']:,.1f} s "
        "of one process."
    )


_KINDS = {"notice_kinds": "Notices", "reject_reasons": "Rejected"}


def _all_kinds(frame: pl.DataFrame) -> Iterator[Text]:
    for column, title in _KINDS.items():
        told = ", ".join(f"{kind} {count:,}" for kind, count in kinds(frame, column))
        if told:
            yield Text.assemble((f"{title}: ", "bold"), safe(told))


def _kinds_by_member(frame: pl.DataFrame) -> Iterator[Text]:
    """Tell of each kind of notice and reject which members have how many."""
    has_one = frame["file"].n_unique() == 1
    for column, title in _KINDS.items():
        each = frame.select("file", "name", column).explode(column).drop_nulls(column)
        each = each.unnest(column)
        for kind, count in kinds(frame, column):
            found = each.filter(pl.col("kind") == kind).to_dicts()
            names = [
                row["name"] if has_one and row["name"] else path_names.member(row) for row in found
            ]
            told = ", ".join(
                f"{name} {row['count']:,}" for name, row in zip(names, found, strict=True)
            )
            head = f"{title}, {sanitize.visible(kind)} {count:,}: "
            yield Text.assemble((head, "bold"), safe(told))


def kinds(frame: pl.DataFrame, column: str) -> list[tuple[str, int]]:
    """Count kinds over all members, the most frequent first."""
    return (
        frame.select(pl.col(column).list.explode().struct.unnest())
        .drop_nulls()
        .group_by("kind")
        .agg(pl.col("count").sum())
        .sort("count", "kind", descending=[True, False])
        .rows()
    )
