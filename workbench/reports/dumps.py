"""Reports on dumps: the formats, and what became of every line that was read."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
import polars.selectors as cs
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from workbench import formats as exports
from workbench import render
from workbench.reports import safe
from workbench.sources import Source
from workbench.workspace import Workspace

#: Rows of the ledger and of the rejects that are shown.
ROWS = 40
REJECTS_SHOWN = 5


def ledger(workspace: Workspace, *, rows: int | None = ROWS) -> RenderableType:
    """Show what became of every line, by member, with totals.

    Args:
        workspace: A workspace with a ledger.
        rows: Most members to show; None for all.
    """
    return _Ledger(workspace.read("ledger"), rows=rows)


class _Ledger:
    """The ledger as a table that takes the columns for which the terminal has room."""

    #: Terminals narrower than this, in characters, have the rarer outcomes in one column.
    WIDE = 124

    def __init__(self, frame: pl.DataFrame, *, rows: int | None) -> None:
        self._frame = frame
        self._rows = rows

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        yield self._table(is_wide=options.max_width >= self.WIDE)
        yield from self._sums()
        if self._rows is None:
            yield from self._kinds_by_member()
        for row in self._frame.filter(pl.col("damage").is_not_null()).head(ROWS).to_dicts():
            where = safe(f"{_where(row)}: ")
            yield Text.assemble(("damaged: ", "yellow"), where, safe(row["damage"]))

    def _table(self, *, is_wide: bool) -> Table:
        counted = ["lines", "tweets", "deletions", "rejected"]
        counted += ["carriers", "notices", "blank", "embedded"] if is_wide else ["other"]
        frame = self._frame.with_columns(other=pl.sum_horizontal("carriers", "notices", "blank"))
        table = Table(title="What became of every line", title_justify="left", box=None)
        table.add_column("member", overflow="fold", ratio=1)
        if is_wide:
            table.add_column("format", no_wrap=True)
        for column in [*counted, *(["MB", "seconds"] if is_wide else [])]:
            table.add_column(column, justify="right", no_wrap=True)

        def add(name: Text | str, form: str, row: dict[str, Any], *, style: str = "") -> None:
            told = [f"{int(row[column]):,}" for column in counted]
            if is_wide:
                told = [form, *told, f"{row['size'] / 1e6:,.1f}", f"{row['seconds']:,.2f}"]
            table.add_row(name, *told, style=style)

        shown = frame.height if self._rows is None else self._rows
        for row in frame.head(shown).to_dicts():
            add(safe(row["name"] or row["archive"]), row["format"] or "-", row)
        if frame.height > shown:
            table.add_row(f"and {frame.height - shown:,} more (--all shows them)")
        totals = frame.select(cs.numeric().exclude("member").sum()).row(0, named=True)
        add(f"all {frame.height:,} members", "", totals, style="bold")
        return table

    def _sums(self) -> Iterator[Text]:
        size, seconds, embedded = self._frame.select("size", "seconds", "embedded").sum().row(0)
        yield Text(
            f"{embedded:,} more tweets stood inside others. {size / 1e6:,.1f} MB as they lie in "
            f"the archives took {seconds:,.1f} s of one process."
        )
        for title, column in [("Notices", "notice_kinds"), ("Rejected", "reject_reasons")]:
            kinds = ", ".join(f"{kind} {count:,}" for kind, count in _kinds(self._frame, column))
            if kinds:
                yield Text.assemble((f"{title}: ", "bold"), safe(kinds))

    def _kinds_by_member(self) -> Iterator[Text]:
        """Tell which notices and reasons each member had, where it had any."""
        told = pl.col("notice_kinds").list.len() + pl.col("reject_reasons").list.len() > 0
        for row in self._frame.filter(told).to_dicts():
            each = {"notices": row["notice_kinds"], "rejected": row["reject_reasons"]}
            kinds = "; ".join(
                f"{title}: " + ", ".join(f"{kind['kind']} {kind['count']:,}" for kind in found)
                for title, found in each.items()
                if found
            )
            yield Text.assemble((render.visible(f"{_where(row)} "), "dim"), safe(kinds))


def _where(row: Mapping[str, Any]) -> str:
    """Name a member and the archive that it lies in."""
    return f"{row['archive'] or ''} {row['name'] or ''}".strip()


def _kinds(frame: pl.DataFrame, column: str) -> list[tuple[str, int]]:
    """Count kinds over all members, the most frequent first."""
    return (
        frame.select(pl.col(column).list.explode().struct.unnest())
        .drop_nulls()
        .group_by("kind")
        .agg(pl.col("count").sum())
        .sort("count", "kind", descending=[True, False])
        .rows()
    )


def rejects(workspace: Workspace, *, rows: int | None = REJECTS_SHOWN) -> RenderableType:
    """Show the lines that were not understood by reason: how many, where, and how they begin.

    Args:
        workspace: A workspace with a ledger.
        rows: Most lines to show of each reason, cut at the terminal's edge; None for all that are
            kept, whole: the first hundred of each member and reason.
    """
    members = workspace.read("ledger", columns=["member", "archive", "name", "reject_reasons"])
    reasons = _kinds(members, "reject_reasons")
    if not reasons:
        return Text("No line was rejected.")
    kept = workspace.scan("rejects")
    if rows is not None:
        kept = kept.group_by("reason", maintain_order=True).head(rows)
    found = kept.collect().join(members, on="member", how="left", maintain_order="left")
    lines = []
    for reason, count in reasons[: None if rows is None else ROWS]:
        shown = found.filter(pl.col("reason") == reason)
        more = " (--all shows more)" if rows is not None and count > shown.height else ""
        counted = f": {count:,} line{'s' if count != 1 else ''}{more}"
        lines.append(Text.assemble((render.visible(reason), "bold"), counted))
        for row in shown.to_dicts():
            excerpt = " ".join(row["excerpt"].split())
            where = render.visible(f"  {_where(row)}:{row['line']} ")
            lines.append(Text.assemble((where, "dim"), safe(excerpt)))
    if rows is not None:
        for text in lines:
            text.no_wrap, text.overflow = True, "ellipsis"
    return Group(*lines)


def formats(sources: Mapping[str, Source]) -> RenderableType:
    """List the formats that are read and those that are written."""
    read = Table(title="Dumps that are read (told by content)", title_justify="left", box=None)
    written = Table(title="Exports that are written", title_justify="left", box=None)
    for table in (read, written):
        table.add_column("format")
        table.add_column("what it is", overflow="fold")
    for source in sources.values():
        read.add_row(source.NAME, source.ABOUT)
    for written_format in exports.FORMATS.values():
        written.add_row(written_format.NAME, written_format.ABOUT)
    return Group(read, Text(), written)
