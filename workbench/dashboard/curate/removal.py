"""Removal: which rule is the first to remove a thread."""

from functools import reduce
from operator import and_

import polars as pl

from workbench import selection


def removed_first(verdicts: pl.DataFrame, rule: str) -> pl.Series:
    """Mark the threads that a rule removes and no earlier rule; none if it is not active."""
    masks = [name for name in verdicts.columns if name.startswith(selection.PASSES)]
    if (own := f"{selection.PASSES}{rule}") not in masks:
        return pl.repeat(False, verdicts.height, dtype=pl.Boolean, eager=True)
    earlier = [verdicts[name] for name in masks[: masks.index(own)]]
    return reduce(and_, earlier, ~verdicts[own])


def removed_by(verdicts: pl.DataFrame) -> pl.Series:
    """Name the first rule that removes each row; for the few rows of a page."""
    first = pl.lit(None, pl.String)
    for name in reversed([name for name in verdicts.columns if name.startswith(selection.PASSES)]):
        reason = pl.lit(name.removeprefix(selection.PASSES))
        first = pl.when(name).then(first).otherwise(reason)
    return verdicts.with_columns(removed_by=first)["removed_by"]
