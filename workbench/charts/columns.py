"""Check that a frame is one that a chart can draw."""

import polars as pl

from workbench.exceptions import StageError


def require(frame: pl.DataFrame, *columns: str, chart: str, made_by: str) -> None:
    """Check that a frame has the columns of a chart.

    Args:
        frame: What somebody wants to draw.
        columns: Columns that the chart needs.
        chart: Name of the chart.
        made_by: The call that makes such a frame.

    Raises:
        StageError: If it is no data frame, or columns are missing.
    """
    names = frame.columns if isinstance(frame, pl.DataFrame) else ()
    if missing := [f"`{column}`" for column in columns if column not in names]:
        msg = f"`charts.{chart}` cannot draw this frame: it lacks {', '.join(missing)}."
        raise StageError(msg, hint=f"draw the result of `{made_by}`.")
