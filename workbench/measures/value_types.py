"""Bring the values of own measures into the types that rules and charts can use."""

import polars as pl


def clean(column: pl.Series) -> pl.Series:
    """Return a column in one of the types that rules use; null for other numbers.

    NaN, infinite numbers, and whole numbers beyond 64 bits with a sign become null.

    Examples:
        >>> clean(pl.Series([1.0, float("nan")])).to_list()
        [1.0, None]
    """
    dtype = column.dtype
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    if dtype.is_integer():
        return column.cast(pl.Int64, strict=False)
    if isinstance(dtype, pl.Null | pl.Decimal):
        return column.cast(pl.Float64)
    if dtype.is_float():
        return column.set(~column.is_finite().fill_null(value=True), None)
    return column


def lost(column: pl.Series) -> int:
    """Count the values that `clean` makes unknown: NaN, infinite, or too large for 64 bits.

    Examples:
        >>> lost(pl.Series([1.0, float("inf"), None]))
        1
    """
    return clean(column).null_count() - column.null_count()
