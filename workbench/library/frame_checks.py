"""Check a frame of somebody's own against the schema of a table, and add what may be unknown."""

from collections.abc import Iterable

import dataframely as dy
import polars as pl

from workbench.exceptions import StageError


def complete(
    frame: pl.DataFrame | pl.LazyFrame,
    schema: type[dy.Schema],
    *,
    defaults: dict[str, pl.Expr] | None = None,
) -> pl.DataFrame:
    """Add the columns that may be unknown, and check all of them against a schema.

    Args:
        frame: Rows with at least the columns that may not be unknown; other columns are dropped.
        schema: Schema of the table.
        defaults: Values of columns that a frame of one's own cannot have.

    Raises:
        StageError: If a column is missing or has wrong values.
    """
    rows, columns = frame.lazy().collect(), schema.columns()
    fill = dict(defaults or {})
    for name, column in columns.items():
        if name in rows.columns or name in fill:
            continue
        if column.nullable:
            fill[name] = pl.lit(None, column.dtype)
        elif isinstance(column, dy.Bool):
            fill[name] = pl.lit(value=False)
        elif isinstance(column, dy.List):
            fill[name] = pl.lit([], column.dtype)
    rows = rows.with_columns(**{name: by for name, by in fill.items() if name not in rows.columns})
    if missing := [name for name in columns if name not in rows.columns]:
        msg = f"The frame lacks {', '.join(f'`{name}`' for name in missing)}."
        hint = f"`workbench.schemas.{schema.__name__}` declares the columns of this table."
        raise StageError(msg, hint=hint)
    chosen = rows.select(*columns)
    refuse_float_ids(chosen, [name for name, kind in columns.items() if kind.dtype.is_integer()])
    try:
        valid, failures = schema.filter(chosen, cast=True)
    except (dy.exc.SchemaError, pl.exceptions.PolarsError) as error:
        raise _wrong(schema, str(error).splitlines()[0]) from error
    if counts := failures.counts():
        raise _wrong(schema, "; ".join(_in_words(rule, rows) for rule, rows in counts.items()))
    return valid


def refuse_float_ids(frame: pl.DataFrame | pl.LazyFrame, columns: Iterable[str]) -> None:
    """Check that ids are no floats, which pandas makes of a column of integers with gaps.

    Args:
        frame: The rows.
        columns: Columns that should contain integers; only those called `*_id` count.

    Raises:
        StageError: If one of them contains floats.
    """
    schema = frame.lazy().collect_schema()
    names = [name for name in columns if name.endswith("_id") and name in schema]
    if floats := [f"`{name}`" for name in names if schema[name].is_float()]:
        msg = f"The ids in {', '.join(floats)} are floats, which cannot hold 19 digits."
        hint = "read them as texts or integers, in pandas with `dtype='string'` or `'Int64'`."
        raise StageError(msg, hint=hint)


def _in_words(rule: str, rows: int) -> str:
    """Say which rows break a rule of a schema.

    Examples:
        >>> _in_words("text|nullability", 1), _in_words("one_row_a_tweet", 2)
        ('`text` is missing in 1 row', 'tweet ids repeat in 2 rows')
    """
    where = f"in {rows:,} row{'' if rows == 1 else 's'}"
    if rule in _OF_ROWS:
        return f"{_OF_ROWS[rule]} {where}"
    column, _, broken = rule.rpartition("|")
    if not column:
        return f"the rule `{rule}` fails {where}"
    return f"`{column}` {_OF_VALUES.get(broken, f'breaks its rule `{broken}`')} {where}"


def _wrong(schema: type[dy.Schema], problem: str) -> StageError:
    msg = f"The frame is not a table of {schema.__name__.lower()}: {problem.rstrip('.')}."
    hint = f"`workbench.schemas.{schema.__name__}` declares the columns and their values."
    return StageError(msg, hint=hint)


#: Rule of dataframely on rows, or on the values of a column -> what is wrong if it fails.
_OF_ROWS = {"one_row_a_tweet": "tweet ids repeat", "primary_key": "ids repeat"}
_OF_VALUES = {
    "nullability": "is missing",
    "dtype": "is of another type",
    "min": "is too small",
    "max": "is too large",
    "nan": "is no number",
    "inf": "is infinite",
}
