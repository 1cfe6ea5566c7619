"""Read `twcs.csv`, Customer Support on Twitter of Kaggle, whose ids are not those of Twitter.

They are small numbers in no order of time, so a reply may have a lower id than its parent. Threads
need ids that grow with time, as Twitter's do. So each tweet gets an id like those that Twitter made
at its time, with the number of the file in the last 22 bits: `id & 0x3FFFFF` gives it back. Tweets
from before Twitter made such ids keep their number.

The time of a parent is in its own row, so a member is read twice: first for the times.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import partial
from typing import Any

import msgspec

from workbench.ingest.formats import cells
from workbench.ingest.formats.column_format import ColumnFormat
from workbench.ingest.tweet_records import LARGEST_ID, SNOWFLAKE_EPOCH
from workbench.recipe import ColumnMap

NAME = "twcs"

_COLUMNS = {
    *("tweet_id", "author_id", "inbound", "created_at", "text"),
    *("response_tweet_id", "in_response_to_tweet_id"),
}
_MAP = ColumnMap(
    tweet_id="tweet_id",
    text="text",
    author_name="author_id",
    author_id="author_number",
    reply_to_id="in_response_to_tweet_id",
    created_at="created_at",
)

#: An id contains its time in ms above so many bits.
_BITS = 22

#: What stands for a parent that is not in the file: no id, so it is counted.
_NOT_IN_FILE = "not in the file"


class Times:
    """The time of each tweet of a file, in ms since 1970.

    Args:
        times: Number of a tweet -> its time.
    """

    def __init__(self, times: Iterable[tuple[int, int]] = ()) -> None:
        ordered = sorted(times)
        self._numbers = array("q", (number for number, _ in ordered))
        self._times = array("q", (time for _, time in ordered))

    def of(self, number: int) -> int | None:
        """Return the time of a tweet; None if the file does not contain it."""
        place = bisect_left(self._numbers, number)
        is_there = place < len(self._numbers) and self._numbers[place] == number
        return self._times[place] if is_there else None


class _Row(msgspec.Struct):
    """What the first pass reads of a row."""

    tweet_id: str | int | None = None
    created_at: str | None = None


_row = msgspec.json.Decoder(_Row).decode


class Twcs(ColumnFormat):
    """The format of `twcs.csv`.

    Args:
        times: The times of a member; without them, parents are unknown.
    """

    def __init__(self, times: Times | None = None) -> None:
        super().__init__(
            NAME,
            "Customer Support on Twitter (Kaggle): twcs.csv",
            _MAP,
            years="2008 to 2017",
            lacks="the ids of Twitter, language, counts, conversation ids",
            evidence=_COLUMNS,
            prepare=partial(_prepared, times=times or Times()),
        )

    def of_member(self, records: Iterable[bytes]) -> "Twcs":
        """Return the format for a member, after a pass over its records."""
        return Twcs(Times(_times_in(records)))


def _times_in(records: Iterable[bytes]) -> Iterable[tuple[int, int]]:
    for record in records:
        try:
            row = _row(record)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        number, time = cells.count(row.tweet_id), cells.time_of(row.created_at, None)
        if number is not None and abs(number) <= LARGEST_ID and time is not None:
            yield number, time


def _prepared(fields: dict[str, Any], *, times: Times) -> dict[str, Any]:
    """Return a row with ids that grow with time, and the number of its author."""
    number, time = cells.count(fields["tweet_id"]), cells.time_of(fields["created_at"], None)
    author, parent = str(fields["author_id"]), fields["in_response_to_tweet_id"]
    if not cells.is_null(parent):
        parent_number = cells.count(parent)
        parent = _NOT_IN_FILE
        if parent_number is not None and (asked := times.of(parent_number)) is not None:
            parent = str(_id(parent_number, asked))
    return {
        **fields,
        "tweet_id": None if number is None or time is None else str(_id(number, time)),
        "author_number": author if author.isdecimal() else None,
        "in_response_to_tweet_id": parent,
    }


def _id(number: int, time: int) -> int:
    """Return the id of a tweet, see the module.

    Examples:
        >>> hex(_id(119237, 1507704944000) & 0x3FFFFF) == hex(119237), _id(7, 1142974214000)
        (True, 7)
    """
    since = time - SNOWFLAKE_EPOCH
    return number if since <= 0 or number >> _BITS else since << _BITS | number
