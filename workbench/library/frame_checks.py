"""Check a frame of somebody's own against the schema of a table, and add what may be unknown."""

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
    try:
        return schema.validate(rows.select(*columns), cast=True)
    except (dy.exc.ValidationError, dy.exc.SchemaError, pl.exceptions.PolarsError) as error:
        msg = f"The frame is not a table of {schema.__name__.lower()}: {error}"
        hint = f"compare it with `workbench.schemas.{schema.__name__}`."
        raise StageError(msg, hint=hint) from error
