"""Check the frames of threads and verdicts that a caller passes to an export."""

import polars as pl

from workbench.exceptions import ExportError

_VERDICTS = "pass the result of `workbench.selection.from_scores`, or of `Workspace.select`"


def check(threads: pl.DataFrame, verdicts: pl.DataFrame) -> None:
    """Check that threads and verdicts have their columns, and one row per thread.

    Args:
        threads: `thread_id` and more.
        verdicts: `thread_id`, `kept` and more.

    Raises:
        ExportError: If a frame is lazy, a column is missing or of another type, or rows repeat.
    """
    for name, frame in (("threads", threads), ("verdicts", verdicts)):
        if not isinstance(frame, pl.DataFrame):
            msg = f"The {name} are no data frame, but a {type(frame).__name__}."
            raise ExportError(msg, hint="call `.collect()` on a lazy frame first.")
    for name in ("thread_id", "kept"):
        if name not in verdicts.columns:
            msg = f"The verdicts have no column `{name}`."
            raise ExportError(msg, hint=f"{_VERDICTS}.")
    kept = verdicts["kept"]
    if kept.dtype != pl.Boolean or kept.null_count():
        kind = f"`{kept.dtype}`" if kept.dtype != pl.Boolean else "partly null"
        msg = f"The column `kept` of the verdicts must be true or false, but is {kind}."
        raise ExportError(msg, hint=f'{_VERDICTS}; or compare, like `pl.col("kept") == "yes"`.')
    for name, frame in (("threads", threads), ("verdicts", verdicts)):
        if "thread_id" not in frame.columns or not frame["thread_id"].dtype.is_integer():
            msg = f"The {name} have no column `thread_id` of integers."
            raise ExportError(msg, hint="cast the ids: `pl.col('thread_id').cast(pl.Int64)`.")
        if repeated := frame.height - frame["thread_id"].n_unique():
            msg = f"Threads repeat in the {name}: {repeated:,} of {frame.height:,} rows."
            raise ExportError(msg, hint='keep one row each: `frame.unique("thread_id")`.')
