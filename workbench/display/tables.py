"""Show a few rows of text in a terminal and in a notebook; every cell may be hostile."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from workbench.display.html import inline
from workbench.text import sanitize

#: Columns of a terminal that a table fills at most, because a notebook says nothing of its own.
WIDTH = 100

#: JupyterLab aligns the cells of tables to the right, by rules that are nearly as specific.
_STYLE = (
    ".wb-table{overflow-x:auto}.wb-table p{margin:.25rem 0}"
    ".wb-table table{border-collapse:collapse;margin:.25rem 0}"
    ".wb-table table th,.wb-table table td{text-align:left!important;vertical-align:top;"
    "padding:.2rem .9rem .2rem .3rem;max-width:36rem;white-space:normal;overflow-wrap:anywhere;"
    "font-variant-numeric:tabular-nums}"
    ".wb-table table .wb-right{text-align:right!important;white-space:nowrap}"
)


@dataclass(frozen=True)
class Table:
    """A small table that shows itself: as text in a terminal, as HTML in a notebook.

    Args:
        header: Name of each column.
        rows: The cells of each row, as plain text.
        title: Line above the table.
        notes: Lines below the table.
        right: Columns that are aligned to the right.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    notes: Sequence[str] = ()
    right: Sequence[str] = ()

    def __repr__(self) -> str:
        from rich.console import Console
        from rich.table import Table as RichTable
        from rich.text import Text

        table = RichTable(box=None, pad_edge=False, header_style="")
        for name in self.header:
            is_right = name in self.right
            table.add_column(
                name, justify="right" if is_right else "left", no_wrap=is_right, overflow="fold"
            )
        for row in self.rows:
            table.add_row(*(Text(sanitize.plain(cell)) for cell in row))
        console = Console(file=io.StringIO(), width=WIDTH, color_system=None, force_jupyter=False)
        with console.capture() as capture:
            console.print(table)
        body = [line.rstrip() for line in capture.get().splitlines()] if self.rows else []
        lines = [sanitize.visible(self.title), *body, *map(sanitize.visible, self.notes)]
        return "\n".join(line for line in lines if line)

    def _repr_html_(self) -> str:
        classes = ['class="wb-right"' if name in self.right else "" for name in self.header]
        head = "".join(
            f"<th {each} scope=col>{escape(name)}</th>"
            for name, each in zip(self.header, classes, strict=True)
        )
        body = "".join(
            f"<tr>{''.join(f'<td {c}>{inline(x)}</td>' for c, x in zip(classes, row, strict=True))}"
            "</tr>"
            for row in self.rows
        )
        title = f"<p><b>{inline(self.title)}</b></p>" if self.title else ""
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        notes = "".join(f"<p>{inline(note)}</p>" for note in self.notes)
        return (
            f'<style>{_STYLE}</style><div class="wb-table">{title}{table if body else ""}{notes}'
            "</div>"
        )
