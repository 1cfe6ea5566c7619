"""Fill in the columns that tables of older versions lack. Whoever reads a table calls this."""

from collections.abc import Callable, Mapping

import dataframely as dy
import polars as pl

from workbench.schemas.ledger import Ledger, MemberStatus, RejectKind, Rejects

#: What workspaces of format 1 wrote as the `damage` of links and special files.
_LINK_IN_FORMAT_1 = "a link or special file, not followed"


def complete(table: str, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows of a table, or some of its columns, as the current version writes them.

    Args:
        table: Name of the table.
        frame: Its rows, written by any version.
    """
    fill = _FILL.get(table)
    return fill(frame) if fill else frame


def complete_ledger(ledger: pl.LazyFrame) -> pl.LazyFrame:
    """Fill in `status`, `odd_fields`, `unread_fields` and the kinds of `reject_reasons`.

    Examples:
        >>> old = pl.LazyFrame({"damage": [None, "gz unreadable"]}, schema={"damage": pl.String})
        >>> complete_ledger(old).collect()["status"].to_list()
        ['whole', 'damaged']
    """
    dtype = pl.Enum(MemberStatus)
    derived = (
        pl.when(pl.col("damage").is_null())
        .then(pl.lit(MemberStatus.WHOLE, dtype=dtype))
        .when(pl.col("damage") == _LINK_IN_FORMAT_1)
        .then(pl.lit(MemberStatus.SKIPPED, dtype=dtype))
        .otherwise(pl.lit(MemberStatus.DAMAGED, dtype=dtype))
    )
    schema = ledger.collect_schema()
    filled = {"status": pl.coalesce("status", derived) if "status" in schema else derived}
    for name in ("odd_fields", "unread_fields"):
        none = pl.lit([], dtype=Ledger.create_empty().schema[name])
        filled[name] = pl.col(name).fill_null(none) if name in schema else none
    if "reject_reasons" in schema:
        filled["reject_reasons"] = _reject_reasons(schema["reject_reasons"])
    return _in_order(ledger.with_columns(**filled), Ledger)


def _reject_reasons(dtype: pl.DataType) -> pl.Expr:
    """Return the reasons with a kind. Older ones have no `reason`: their `kind` is the reason."""
    each = pl.element().struct
    kind, count = each.field("kind"), each.field("count")
    is_current = dtype == Ledger.create_empty().schema["reject_reasons"]
    reason = each.field("reason") if is_current else pl.lit(None, dtype=pl.String)
    whole = pl.struct(
        kind=pl.when(reason.is_null()).then(pl.lit(str(RejectKind.OTHER))).otherwise(kind),
        reason=pl.coalesce(reason, kind),
        count=count,
    )
    return pl.col("reject_reasons").list.eval(whole)


def complete_rejects(rejects: pl.LazyFrame) -> pl.LazyFrame:
    """Fill in `kind`.

    Examples:
        >>> complete_rejects(pl.LazyFrame({"reason": ["not JSON"]})).collect().rows()
        [('other', 'not JSON')]
    """
    schema = rejects.collect_schema()
    other = pl.lit(RejectKind.OTHER, dtype=pl.Enum(RejectKind))
    kind = pl.col("kind").fill_null(other) if "kind" in schema else other
    return _in_order(rejects.with_columns(kind=kind), Rejects)


def _in_order(frame: pl.LazyFrame, schema: type[dy.Schema]) -> pl.LazyFrame:
    """Put the columns into the order of the schema, and all others behind them."""
    names = frame.collect_schema().names()
    ordered = [name for name in schema.column_names() if name in names]
    return frame.select(*ordered, pl.exclude(ordered))


_FILL: Mapping[str, Callable[[pl.LazyFrame], pl.LazyFrame]] = {
    "ledger": complete_ledger,
    "rejects": complete_rejects,
}
