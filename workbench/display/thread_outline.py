"""Arrange the turns of a thread with a gap for each missing tweet."""

from collections.abc import Collection

import polars as pl


def from_turns(turns: pl.DataFrame, *, gone: Collection[int] = ()) -> pl.DataFrame:
    """Indent the turns of one thread, and add a row for each missing tweet that has replies.

    Trees that reply to the same missing tweet are grouped under its gap. If the opening tweet is
    missing, all trees are under its gap. A reply that was detached from a contradicting parent
    opens no gap, because the parent is present.

    Args:
        turns: Rows of `Turns` of one thread, in reading order.
        gone: Ids of turns that must not be shown; each becomes a gap.

    Returns:
        The turns with `level` (indent, counted from 0) and `gap_id`. It is null for a turn that is
        shown, else the id of the missing tweet; all other columns of that row are null.

    Examples:
        >>> turns = pl.DataFrame(
        ...     {
        ...         "thread_id": 1,
        ...         "tweet_id": [3, 4, 5],
        ...         "parent_id": [None, 3, None],
        ...         "reply_to_id": [2, 3, 1],
        ...         "depth": [0, 1, 0],
        ...         "position": [0, 1, 2],
        ...     }
        ... )
        >>> from_turns(turns).select("level", "gap_id", "tweet_id").rows()
        [(0, 1, None), (1, 2, None), (2, None, 3), (3, None, 4), (1, None, 5)]
    """
    lacks_opening = turns.height > 0 and turns["thread_id"][0] not in turns["tweet_id"]
    placed = _placed(turns, gone=gone, lacks_opening=lacks_opening)
    gaps = placed.drop_nulls("missing").group_by("missing", maintain_order=True)
    rows = [
        placed.drop("missing"),
        gaps.agg(pl.col("group").first()).select(
            gap_id="missing", group="group", place=pl.lit(-1, pl.Int64), level=int(lacks_opening)
        ),
    ]
    if lacks_opening:
        opening = {"gap_id": turns["thread_id"][0], "group": -1, "place": -1, "level": 0}
        rows.append(pl.DataFrame(opening, schema=dict.fromkeys(opening, pl.Int64)))
    outline = pl.concat(rows, how="diagonal_relaxed").sort("group", "place")
    is_gap = pl.col("gap_id").is_not_null()
    return outline.drop("group", "place").with_columns(
        pl.when(~is_gap).then(name).alias(name) for name in turns.columns
    )


def _placed(turns: pl.DataFrame, *, gone: Collection[int], lacks_opening: bool) -> pl.DataFrame:
    """Return where each turn is shown.

    Returns:
        The turns with `level` and `gap_id` as in `from_turns`, `missing` (the tweet that their tree
        replies to, if it is missing), `group` (trees under one gap) and `place` (in the group).
    """
    ids = turns["tweet_id"].implode()
    is_cut_off = pl.col("parent_id").is_null() & ~pl.col("reply_to_id").is_in(ids)
    missing = pl.when(is_cut_off).then("reply_to_id")
    if lacks_opening:
        missing = pl.when(missing != pl.col("thread_id")).then(missing)
    first_position = pl.col("position").first().over("tree")
    return (
        turns.with_columns(missing=missing, tree=pl.col("parent_id").is_null().cum_sum())
        .with_columns(missing=pl.col("missing").first().over("tree"))
        .with_columns(
            group=pl.when(pl.col("missing").is_null())
            .then(first_position)
            .otherwise(pl.col("position").min().over("missing"))
            .cast(pl.Int64),
            place=pl.col("position").cast(pl.Int64),
            level=pl.col("depth").cast(pl.Int64)
            + int(lacks_opening)
            + pl.col("missing").is_not_null(),
            gap_id=pl.when(pl.col("tweet_id").is_in(list(gone))).then("tweet_id"),
        )
        .drop("tree")
    )
