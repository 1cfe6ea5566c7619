"""Offer a chart and its numbers for download; each file holds what its caption says."""

from collections.abc import Callable

import marimo as mo
import polars as pl

from workbench import charts


def buttons(chart: charts.Layers, rows: pl.DataFrame, *, name: str, caption: str) -> mo.Html:
    """Return the buttons that save a chart as a picture, and its rows as a table.

    Args:
        chart: The chart, with the caption in its title.
        rows: The rows that it draws.
        name: Name of the files, without suffix.
        caption: What the rows are; written beside each row of the table.
    """

    def picture(kind: str) -> Callable[[], bytes]:
        return lambda: charts.image_files.image(chart, kind)

    items = [
        mo.download(picture(kind), f"{name}.{kind}", mimetype=mime, label=f"Save as {kind.upper()}")
        for kind, mime in charts.image_files.MIMES.items()
    ]
    data = table(rows, caption=caption).encode()
    items.append(mo.download(data, f"{name}.csv", mimetype="text/csv", label="Save as CSV"))
    return mo.hstack(items, justify="start", gap=0.5, wrap=True)


def table(rows: pl.DataFrame, *, caption: str) -> str:
    """Write CSV with the caption beside each row; no text in it is a spreadsheet formula.

    Examples:
        >>> print(table(pl.DataFrame({"tag": ["=cmd()"], "threads": [3]}), caption="of 5"))
        tag,threads,caption
        '=cmd(),3,of 5
        <BLANKLINE>
    """
    text = pl.col(pl.String)
    is_formula = text.str.contains(r"^\s*[=+\-@]")
    safe = pl.when(is_formula).then("'" + text).otherwise(text).name.keep()
    return rows.with_columns(caption=pl.lit(caption)).with_columns(safe).write_csv()
