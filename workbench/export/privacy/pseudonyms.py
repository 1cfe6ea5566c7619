"""Name people in an export: by number within a thread, by keyed id across threads."""

import hmac

import polars as pl

from workbench.text.normalize import replace_rows
from workbench.text.patterns import HANDLE


def participants(turns: pl.DataFrame) -> pl.DataFrame:
    """Number the authors of each thread in order of appearance, from 1.

    Each turn by an unknown author counts as a different person.

    Args:
        turns: Turns of whole threads, in reading order.

    Returns:
        One row per turn in the same order: `thread_id`, `name` (lower-case handle), `number`.
    """
    # Authors without an id get a negative number: one per name, or one per turn without a name.
    row, known_name = pl.col("row"), -pl.col("name").rank("dense").cast(pl.Int64)
    begins = (pl.col("thread_id") != pl.col("thread_id").shift()).fill_null(value=True)
    people = (
        turns.select("thread_id", "author_id", name=pl.col("author_name").str.to_lowercase())
        .with_row_index("row")
        .with_columns(author=pl.coalesce("author_id", known_name, -row.cast(pl.Int64) - 2**40))
        .with_columns(first=row.min().over("thread_id", "author"))
        .with_columns(
            newcomers=(row == pl.col("first")).cum_sum(),
            start=pl.when(begins).then(row).forward_fill(),
        )
    )
    # Count through the whole table and subtract the count at the thread's start: far faster than
    # counting per thread.
    count = pl.col("newcomers").cast(pl.Int64)
    return people.select(
        "thread_id", "name", number=count.gather("first") - count.gather("start") + 1
    )


def rename_mentions(turns: pl.DataFrame, *, people: pl.DataFrame) -> pl.DataFrame:
    """Replace every mention by `@user1`, `@user2`...

    People who are mentioned but wrote nothing get the next numbers.

    Args:
        turns: Turns of whole threads, in reading order.
        people: Result of `participants` for the same turns.
    """
    rows = turns.lazy().select("thread_id", "text").with_row_index("row")
    pieces = (
        rows.filter(pl.col("text").str.contains(HANDLE))
        .select(
            "row",
            "thread_id",
            name=pl.concat_list(pl.lit(None, pl.String), pl.col("text").str.extract_all(HANDLE)),
            piece=pl.col("text").str.split(HANDLE, literal=False),
        )
        .explode("name", "piece")
        .with_columns(pl.col("name").str.slice(1).str.to_lowercase())
        .with_row_index("order")
        .collect()
    )
    if pieces.is_empty():
        return turns
    known = people.group_by("thread_id", "name").agg(pl.col("number").min())
    most = people.group_by("thread_id").agg(most=pl.col("number").max())
    mentioned_only = (
        pieces.drop_nulls("name")
        .join(known, on=["thread_id", "name"], how="anti")
        .group_by("thread_id", "name")
        .agg(pl.col("order").min())
        .join(most, on="thread_id")
        .with_columns(rank=pl.col("order").rank("dense").over("thread_id"))
        .select("thread_id", "name", number=pl.col("rank") + pl.col("most"))
    )
    named = pl.concat([known.drop_nulls(), mentioned_only], how="vertical_relaxed")
    renamed = (
        pieces.join(named, on=["thread_id", "name"], how="left", maintain_order="left")
        .select(pl.col("row").set_sorted(), text=pl.concat_str(_pseudonym(), "piece"))
        .group_by("row", maintain_order=True)
        .agg("text")
        .with_columns(pl.col("text").list.join(""))
    )
    text = replace_rows(turns["text"], renamed["row"], renamed["text"])
    return turns.with_columns(text=text)


def user_ids(author_ids: pl.Series, *, secret: bytes) -> pl.Series:
    """Return an id per author: the same in every export, and impossible to guess without the key.

    Args:
        author_ids: Ids of authors, null if unknown.
        secret: Key of the workspace.

    Returns:
        UUIDs (HMAC-SHA256, marked as version 5), null if the author is unknown.
    """
    known = author_ids.unique().drop_nulls()
    keyed = [
        as_uuid(hmac.digest(secret, b"%d" % author, "sha256").hex()) for author in known.to_list()
    ]
    return author_ids.replace_strict(known, pl.Series(keyed, dtype=pl.String), default=None)


def _pseudonym() -> pl.Expr:
    """Return the pseudonym before a piece of text; empty before the first piece."""
    return (
        pl.when(pl.col("name").is_null()).then(pl.lit("")).otherwise(pl.format("@user{}", "number"))
    )


def as_uuid(digits: str) -> str:
    """Format the hexadecimal digits of a hash as a UUID, marked as version 5.

    This takes a third of the time of `uuid.UUID`, and there are millions.

    Args:
        digits: At least 32 hexadecimal digits.

    Examples:
        >>> as_uuid("f" * 32)
        'ffffffff-ffff-5fff-bfff-ffffffffffff'
    """
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"
