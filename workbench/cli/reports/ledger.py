"""Report the outcome of every line that was read."""

from collections.abc import Iterator
from typing import Any

import polars as pl
import polars.selectors as cs
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from workbench.cli import hints
from workbench.cli.reports import path_names, safe
from workbench.ingest import merged_ledger
from workbench.pipeline import run_summary
from workbench.storage import Run, Workspace
from workbench.text import sanitize

#: Most rows to show of the ledger, and of the damaged members.
ROWS = 40

_COLUMNS = ["lines", "tweets", "deletions", "rejected"]
_OTHERS = ["carriers", "notices", "blank"]


def ledger(workspace: Workspace, *, rows: int | None = ROWS) -> RenderableType:
    """Show the outcome of every line, with totals.

    The table has one row per member. If those are too many, it has one row per archive, or per
    folder of archives.

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
    """List the damaged members, with a description of the damage."""
    damaged = path_names.with_file(workspace.read("ledger")).filter(merged_ledger.is_damaged())
    shown = damaged.head(damaged.height if rows is None else rows)
    lines = [
        Text.assemble(("damaged: ", "yellow"), safe(f"{path_names.member(row)}: {row['damage']}"))
        for row in shown.to_dicts()
    ]
    if damaged.height > shown.height:
        lines.append(Text(f"and {damaged.height - shown.height:,} more (--all shows them)"))
    return Group(*lines)


class _Ledger:
    """The ledger as a table with the columns that fit into the terminal."""

    #: Narrower terminals, in characters, show the rarer outcomes as one column.
    WIDE = 124

    def __init__(self, frame: pl.DataFrame, *, rows: int | None) -> None:
        self._total = frame.select(cs.numeric().exclude("member").sum()).row(0, named=True)
        self._members = frame.height
        self._by, self._frame = _grouped(frame, rows=rows)
        self._rows = self._frame.height if rows is None else rows

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        yield self._table(options.max_width)
        if self._members > self._frame.height:
            yield hints.text(
                "In brackets: members; `workbench ledger --all` has a row for every one."
            )
        elif self._frame.height > self._rows:
            yield hints.text("`workbench ledger --all` shows all of them.")

    def _table(self, width: int) -> Table:
        is_wide = width >= self.WIDE
        heads = [*_COLUMNS, *([*_OTHERS, "embedded", "MB", "seconds"] if is_wide else ["other"])]
        heads = ["format", *heads] if is_wide and "format" in self._frame.columns else heads
        shown = self._frame.head(self._rows).to_dicts()
        totals = _cells(self._total, heads)
        rows = [_cells(row, heads) for row in shown]
        taken = sum(2 + max(map(len, column)) for column in zip(heads, totals, *rows, strict=True))
        room = max(width - taken - 2, 16)
        table = Table(title="Outcome of every line", title_justify="left", box=None)
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
    """Name a row: a member, indented, or an archive or folder with the count of its members."""
    indent = "  " if row["name"] else ""
    members = f" ({row['members']:,})" if "members" in row else ""
    name = sanitize.visible(row["name"] or row["file"])
    return Text(indent + path_names.tail(name, room - len(indent) - len(members)) + members)


def _grouped(frame: pl.DataFrame, *, rows: int | None) -> tuple[str, pl.DataFrame]:
    """Return the rows of the table and what each is: a member, an archive or a folder."""
    if rows is None or frame.height <= rows:
        return "member", frame
    sums = [cs.numeric().exclude("member").sum(), pl.len().alias("members")]
    named = frame.with_columns(name=pl.lit(""))
    archives = named.group_by("archive", "file", "name", maintain_order=True).agg(sums)
    if archives.height <= rows:
        return "archive", archives
    folder = pl.col("archive").str.strip_chars_end("/").str.replace(r"[^/]*$", "")
    named = named.with_columns(file=pl.when(folder == "").then(pl.lit("./")).otherwise(folder))
    return "folder", named.group_by("file", "name", maintain_order=True).agg(sums)


def _cells(row: dict[str, Any], heads: list[str]) -> list[str]:
    """Format the numbers of a row. A row of totals has no format."""
    cells = {head: f"{row[head]:,}" for head in (*_COLUMNS, *_OTHERS, "embedded")}
    cells["other"] = f"{sum(row[column] for column in _OTHERS):,}"
    cells["MB"], cells["seconds"] = f"{row['size'] / 1e6:,.1f}", f"{row['seconds']:,.2f}"
    cells["format"] = (row["format"] or "-") if "format" in row else ""
    return [cells[head] for head in heads]


def _reconciled(frame: pl.DataFrame, run: Run | None) -> Iterator[Text]:
    """Explain how the counts of lines lead to the count of kept tweets."""
    sums = frame.select(cs.numeric().exclude("member").sum()).row(0, named=True)
    yield Text(
        f"Other lines: {sums['carriers']:,} carriers (retweets, which only repeat another tweet), "
        f"{sums['notices']:,} notices of the stream, {sums['blank']:,} blank."
    )
    seen = sums["tweets"] + sums["embedded"]
    equation = f"{sums['tweets']:,} tweets + {sums['embedded']:,} inside others = {seen:,} records"
    if run is not None:
        counts = run.counts
        equation += f" - {seen - counts['rows']:,} repeats = {counts['rows']:,} distinct tweets"
        equation += f" - {counts['deleted']:,} deleted = {counts['tweets']:,} kept"
    yield Text(f"{equation}.")
    if edits := run_summary.edits_note(run):
        yield Text(f"{edits}. Replaced versions count as repeats.")
    yield Text(
        f"{sums['size'] / 1e6:,.1f} MB, as stored in the archives, took {sums['seconds']:,.1f} s "
        "of worker time."
    )


#: Columns that count kinds -> title, and the field of a kind that people read.
_KINDS = {
    "notice_kinds": ("Notices", "kind"),
    "reject_reasons": ("Rejected", "reason"),
    "odd_fields": ("Odd fields", "kind"),
    "unread_fields": ("Fields not read", "kind"),
}


def _all_kinds(frame: pl.DataFrame) -> Iterator[Text]:
    """Count each kind of notice, reject and odd field."""
    for column, (title, label) in _KINDS.items():
        rows = _counted(frame, column, by=[label]).rows()
        counts = ", ".join(f"{kind} {count:,}" for kind, count in rows)
        if counts:
            yield Text.assemble((f"{title}: ", "bold"), safe(counts))


def _kinds_by_member(frame: pl.DataFrame) -> Iterator[Text]:
    """Count each kind of notice, reject and odd field by member."""
    has_one_file = frame["file"].n_unique() == 1
    for column, (title, label) in _KINDS.items():
        each = frame.select("file", "name", column).explode(column).drop_nulls(column)
        each = each.unnest(column)
        for kind, count in _counted(frame, column, by=[label]).rows():
            rows = each.filter(pl.col(label) == kind).to_dicts()
            names = [
                row["name"] if has_one_file and row["name"] else path_names.member(row)
                for row in rows
            ]
            counts = ", ".join(
                f"{name} {row['count']:,}" for name, row in zip(names, rows, strict=True)
            )
            head = f"{title}, {sanitize.visible(kind)} {count:,}: "
            yield Text.assemble((head, "bold"), safe(counts))


def reject_reasons(frame: pl.DataFrame) -> list[tuple[str, str, int]]:
    """Count the rejected lines of all members by kind and reason, the most frequent first.

    Args:
        frame: The ledger, or its column `reject_reasons`.

    Returns:
        Tuples of kind, reason and count.
    """
    return _counted(frame, "reject_reasons", by=["kind", "reason"]).rows()


def _counted(frame: pl.DataFrame, column: str, *, by: list[str]) -> pl.DataFrame:
    """Add up the counts of a column over all members, the most frequent first."""
    return (
        frame.select(pl.col(column).list.explode().struct.unnest())
        .drop_nulls("count")
        .group_by(by)
        .agg(pl.col("count").sum())
        .sort("count", *by, descending=[True, *(False for _ in by)])
    )
