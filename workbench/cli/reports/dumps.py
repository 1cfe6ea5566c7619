"""Report rejected lines, and list the formats that are read and written."""

from typing import Any

import polars as pl
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from workbench.cli.reports import ledger, path_names, safe
from workbench.export.formats import FORMATS as EXPORT_FORMATS
from workbench.ingest.formats import column_format
from workbench.ingest.formats.registry import FORMATS as DUMP_FORMATS
from workbench.storage import Workspace
from workbench.text import sanitize

#: Most reasons to show, and rejected lines of each.
REASONS_SHOWN = 40
REJECTS_SHOWN = 5


def rejects(workspace: Workspace, *, rows: int | None = REJECTS_SHOWN) -> RenderableType:
    """Show the rejected lines by reason: how many, where, and how they begin.

    Args:
        workspace: A workspace with a ledger.
        rows: Most lines to show per reason, each cut at the edge of the terminal. None shows all
            stored lines in full; the workspace stores the first hundred per member and reason.
    """
    members = workspace.read("ledger", columns=["member", "archive", "name", "reject_reasons"])
    reasons = ledger.reject_reasons(members)
    if not reasons:
        return Text("No line was rejected.")
    stored = workspace.scan("rejects")
    if rows is not None:
        stored = stored.group_by("kind", "reason", maintain_order=True).head(rows)
    names = path_names.with_file(members)
    lines = stored.collect().join(names, on="member", how="left", maintain_order="left")
    report: list[RenderableType] = []
    for kind, reason, count in reasons[: None if rows is None else REASONS_SHOWN]:
        shown = lines.filter(pl.col("kind") == kind, pl.col("reason") == reason)
        more = " (--all shows more)" if rows is not None and count > shown.height else ""
        size = f": {count:,} line{'s' if count != 1 else ''}{more}"
        report.append(Text.assemble((sanitize.visible(reason), "bold"), size))
        report += [_Reject(row, is_whole=rows is None) for row in shown.to_dicts()]
    return Group(*report)


class _Reject:
    """A rejected line: member, line number, archive and excerpt, on one line if they fit.

    Args:
        row: The reject, with `name` and `file` of its member.
        is_whole: True to wrap long text; False to cut it.
    """

    def __init__(self, row: dict[str, Any], *, is_whole: bool) -> None:
        self._row = row
        self._is_whole = is_whole

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        row = self._row
        place = f"{row['name'] or row['file'] or 'standard input'}:{row['line']}"
        if not self._is_whole:
            place = path_names.tail(sanitize.visible(place), options.max_width - 2)
        where = Text(f"  {sanitize.visible(place)}", style="dim")
        if row["name"]:
            where.append(sanitize.visible(f" in {row['file']}"))
        excerpt = safe(" ".join(row["excerpt"].split()))
        if where.cell_len + 2 + excerpt.cell_len <= options.max_width:
            lines = [where.append_text(Text("  ")).append_text(excerpt)]
        else:
            lines = [where, Text("    ").append_text(excerpt)]
        for text in lines:
            text.no_wrap = not self._is_whole
            text.overflow = "fold" if self._is_whole else "ellipsis"
            yield text


def formats() -> RenderableType:
    """List the formats of dumps that can be read, and the formats of exports."""
    read = Table(title="Dumps (detected from content)", title_justify="left", box=None)
    written = Table(title="Exports", title_justify="left", box=None)
    for table in (read, written):
        table.add_column("format", no_wrap=True)
        table.add_column("what it is", overflow="fold")
    read.add_column("years")
    read.add_column("lacks", overflow="fold")
    for dump in DUMP_FORMATS.values():
        read.add_row(dump.NAME, dump.ABOUT, dump.YEARS, dump.LACKS)
    own = column_format
    read.add_row(own.NAME, escape(own.ABOUT), own.YEARS, own.LACKS)
    for export in EXPORT_FORMATS.values():
        written.add_row(export.NAME, export.ABOUT)
    return Group(read, Text(), written)
