"""Let links between edited tweets follow the order of time.

The row of an edited tweet has the id of its last version. Replies to an earlier version may be
older than that, but everything in this package relies on parents with lower ids. So the stage sees
each edited tweet under the id of its first version, and its result names the last ones again.
"""

from typing import TypeVar

import polars as pl

Frame = TypeVar("Frame", pl.LazyFrame, pl.DataFrame)

#: Columns with ids of tweets, in `Tweets`, `Turns`, `Threads` and the list of missing parents.
_ID_COLUMNS = (
    *("tweet_id", "reply_to_id", "conversation_id", "quoted_id"),
    *("thread_id", "parent_id", "root_id", "missing_ids"),
)


def with_first_ids(frame: Frame, edits: pl.DataFrame | None) -> Frame:
    """Replace the ids of edited tweets by those of their first versions.

    Args:
        frame: A table with any of the columns in `_ID_COLUMNS`.
        edits: Table `Edits`; None if no tweet is edited.

    Examples:
        >>> edits = pl.DataFrame({"tweet_id": [7, 9], "current_id": [9, 9]})
        >>> tweets = pl.DataFrame({"tweet_id": [8, 9], "reply_to_id": [9, None]})
        >>> first = with_first_ids(tweets, edits)
        >>> first.rows()
        [(8, 7), (7, None)]
        >>> with_current_ids(first, edits).equals(tweets)
        True
    """
    if edits is None or edits.is_empty():
        return frame
    first = pl.col("tweet_id").min().over("current_id")
    pairs = edits.select("tweet_id", first_id=first)
    return _replaced(frame, pairs["tweet_id"], pairs["first_id"])


def with_current_ids(frame: Frame, edits: pl.DataFrame | None) -> Frame:
    """Undo `with_first_ids`."""
    if edits is None or edits.is_empty():
        return frame
    pairs = edits.group_by("current_id").agg(first_id=pl.col("tweet_id").min())
    return _replaced(frame, pairs["first_id"], pairs["current_id"])


def _replaced(frame: Frame, old: pl.Series, new: pl.Series) -> Frame:
    schema = frame.lazy().collect_schema()
    columns = [
        pl.col(name).list.eval(pl.element().replace(old, new)).list.sort()
        if isinstance(schema[name], pl.List)
        else pl.col(name).replace(old, new)
        for name in schema
        if name in _ID_COLUMNS
    ]
    return frame.with_columns(columns)
