"""Find out whether a column of texts has numbers, flags or texts, and refuse a mixture."""

from collections.abc import Callable

import polars as pl

from workbench.exceptions import MeasureError

#: Words for an unknown number or flag, in lower case.
UNKNOWN = ("", "nan", "na", "n/a", "null", "none")

#: Most values of another kind that an error shows.
_SHOWN = 3


def typed(texts: pl.Series, *, file: str, place: Callable[[int], str]) -> pl.Series:
    """Return the values of a column of texts in their type.

    Empty values are unknown. So are `nan`, `NA`, `null` and `none` beside numbers or flags.

    Args:
        texts: The column.
        file: Name of its file, for errors.
        place: Names the place of a row, counted from 0.

    Returns:
        Whole numbers, numbers, flags or texts. Whole numbers beyond 64 bits become null.

    Raises:
        MeasureError: If some values are numbers, or some are flags, and others are not.

    Examples:
        >>> typed(pl.Series("m", ["0.5", "NA", ""]), file="m.csv", place=str).to_list()
        [0.5, None, None]
    """
    stripped = texts.str.strip_chars()
    is_empty = (stripped == "").fill_null(value=True)
    is_known = ~stripped.str.to_lowercase().is_in(UNKNOWN).fill_null(value=True)
    numbers = stripped.cast(pl.Float64, strict=False)
    is_number = numbers.is_not_null() & is_known
    is_flag = stripped.str.to_lowercase().is_in(["true", "false"]).fill_null(value=False)
    for is_of_kind, kind in ((is_number, "numbers"), (is_flag, "true or false")):
        if is_of_kind.any() and (is_known & ~is_of_kind).any():
            raise _mixture(stripped, is_known & ~is_of_kind, kind, file=file, place=place)
    if is_flag.any():
        return (stripped.str.to_lowercase() == "true").set(~is_known, None).alias(texts.name)
    if not is_number.any() and is_known.any():
        return stripped.set(is_empty, None)
    if stripped.filter(is_known).str.contains(r"^[+-]?\d+$").all():
        return stripped.str.strip_prefix("+").cast(pl.Int64, strict=False)
    return numbers.set(~is_known, None)


def _mixture(
    texts: pl.Series, is_other: pl.Series, kind: str, *, file: str, place: Callable[[int], str]
) -> MeasureError:
    rows = is_other.arg_true().to_list()
    shown = ", ".join(f"{str(texts[row])[:40]!r} ({place(row)})" for row in rows[:_SHOWN])
    more = ", …" if len(rows) > _SHOWN else ""
    others = "1 other value" if len(rows) == 1 else f"{len(rows):,} other values"
    msg = f"The column `{texts.name}` of {file} has {kind} and {others}: {shown}{more}."
    hint = "correct these values or leave them empty, or choose other columns with --column. "
    return MeasureError(msg, hint=f"{hint}In a column of texts, no value may be a number.")
