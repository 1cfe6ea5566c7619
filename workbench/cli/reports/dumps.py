"""Reports on dumps: the formats, and the lines that were not understood."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from workbench.cli.reports import ledger, path_names, safe
from workbench.export import formats as exports
from workbench.ingest.formats import InputFormat
from workbench.storage import Workspace
from workbench.text import sanitize

#: Reasons that are shown, and rejected lines of each.
REASONS_SHOWN = 40
REJECTS_SHOWN = 5


def rejects(workspace: Workspace, *, rows: int | None = REJECTS_SHOWN) -> RenderableType:
    """Show the lines that were not understood by reason: how many, where, and how they begin.

    Args:
        workspace: A workspace with a ledger.
        rows: Most lines to show of each reason, cut at the terminal's edge; None for all that are
            kept, whole: the first hundred of each member and reason.
    """
    members = workspace.read("ledger", columns=["member", "archive", "name", "reject_reasons"])
    reasons = ledger.kinds(members, "reject_reasons")
    if not reasons:
        return Text("No line was rejected.")
    kept = workspace.scan("rejects")
    if rows is not None:
        kept = kept.group_by("reason", maintain_order=True).head(rows)
    named = path_names.with_file(members)
    found = kept.collect().join(named, on="member", how="left", maintain_order="left")
    lines: list[RenderableType] = []
    for reason, count in reasons[: None if rows is None else REASONS_SHOWN]:
        shown = found.filter(pl.col("reason") == reason)
        more = " (--all shows more)" if rows is not None and count > shown.height else ""
        counted = f": {count:,} line{'s' if count != 1 else ''}{more}"
        lines.append(Text.assemble((sanitize.visible(reason), "bold"), counted))
        lines += [_Reject(row, is_whole=rows is None) for row in shown.to_dicts()]
    return Group(*lines)


class _Reject:
    """A rejected line: member and number, its archive, and how it begins, in a line if that fits.

    Args:
        row: The reject, with `name` and `file` of its member.
        is_whole: True to wrap what is too long; else it is cut.
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


def formats(sources: Mapping[str, InputFormat]) -> RenderableType:
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
