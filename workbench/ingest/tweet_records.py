"""Collect tweets from single records and turn them into a frame of raw tweets.

The formats make `TweetRecord`s or, on the fast path, columns of their fields. `RawRows` collects
both until `staging` writes them.
"""

from operator import attrgetter
from typing import Any

import dataframely as dy
import msgspec
import polars as pl

from workbench.schemas import RawTweets, RejectKind
from workbench.text import entities

#: Ids above this contain their own time: (id >> 22) + 1288834974657 ms since 1970, UTC.
FIRST_SNOWFLAKE = 30_000_000_000
SNOWFLAKE_EPOCH = 1_288_834_974_657

#: Longest text that is accepted, in characters. A long post has 25,000.
MOST_CHARACTERS = 1 << 16
#: Hashtags of a tweet beyond these are dropped.
MOST_HASHTAGS = 1_000
#: A retweet of a quote of a quote is as deep as the platform nests tweets.
MOST_NESTED = 4
#: Ids from 1 to this are valid.
LARGEST_ID = 2**63 - 1

_RENAMED_LANGUAGES = {"in": "id", "iw": "he", "ji": "yi"}


class RejectedError(Exception):
    """A record is not understood.

    Args:
        reason: What is shown to people; the same text for all records with the same fault.
        kind: What programs compare.
    """

    def __init__(self, reason: str = "", kind: RejectKind = RejectKind.INCOMPLETE) -> None:
        super().__init__(reason)
        self.kind = kind


class OtherFormatError(RejectedError):
    """A record is not of the format that reads it; the collector finds the reason."""


class TweetRecord(msgspec.Struct, kw_only=True, gc=False):
    """A tweet as one record describes it; the columns of `schemas.RawTweets`.

    Args:
        tweet_id: Its id, from 1 to `LARGEST_ID`.
        created_at: Milliseconds since 1970, UTC; ignored if the id contains the time.
        text: Its text as the dump has it. HTML entities are decoded later, once.
        likes: As the dump has it; negative counts become null.
    """

    tweet_id: int
    text: str
    author_id: int | None = None
    author_name: str | None = None
    created_at: int | None = None
    lang: str | None = None
    reply_to_id: int | None = None
    reply_to_author_id: int | None = None
    conversation_id: int | None = None
    quoted_id: int | None = None
    hashtags: list[str] = []
    likes: int | None = None
    retweets: int | None = None
    replies: int | None = None
    quotes: int | None = None
    is_truncated: bool = False
    is_sensitive: bool | None = None
    has_media: bool = False
    is_embedded: bool = False


class RawRows:
    """Rows for a frame of raw tweets, collected from any number of members."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in (*FIELDS, *_ORIGIN)}
        # Converting single rows to columns together takes a third of the time.
        self._pending: list[TweetRecord] = []

    def __len__(self) -> int:
        return len(self._columns["line"])

    def add(self, tweet: TweetRecord, *, source: str, member: int, line: int) -> None:
        """Add a row and its origin."""
        self._pending.append(tweet)
        self._columns["source"].append(source)
        self._columns["member"].append(member)
        self._columns["line"].append(line)

    def extend(
        self, columns: dict[str, list[Any]], *, source: str, member: int, lines: list[int]
    ) -> None:
        """Add many rows and their origin.

        Args:
            columns: Values by field of `TweetRecord`, in any order; all fields, equally long.
            source: Format of the records.
            member: Key of the member.
            lines: Line of each row.

        Raises:
            ValueError: If a field is missing or unknown, or a column has another length.
        """
        rows = len(lines)
        if columns.keys() != _FIELD_SET or any(len(values) != rows for values in columns.values()):
            sizes = {name: len(values) for name, values in columns.items()}
            msg = f"{rows} rows need each of {', '.join(FIELDS)} {rows} times, not {sizes}"
            raise ValueError(msg)
        self._move_pending()
        for name, values in columns.items():
            self._columns[name] += values
        self._columns["source"] += [source] * rows
        self._columns["member"] += [member] * rows
        self._columns["line"] += lines

    def frame(self) -> dy.DataFrame[RawTweets]:
        """Return the rows, sorted by id, and start again with none."""
        self._move_pending()
        columns = self._columns
        self._columns = {name: [] for name in columns}
        columns["text"] = [_decoded(text) for text in columns["text"]]
        hashtags = _hashtags(columns.pop("hashtags"))
        return (
            pl.DataFrame([_series(name, values) for name, values in columns.items()])
            .with_columns(
                pl.when(pl.col(_OPTIONAL_IDS) > 0).then(pl.col(_OPTIONAL_IDS)).name.keep(),
                pl.when(pl.col(_COUNTS) >= 0).then(pl.col(_COUNTS)).name.keep(),
                created_at=_created_at(),
                hashtags=hashtags,
                lang=pl.col("lang").replace(_RENAMED_LANGUAGES),
            )
            .select(RawTweets.column_names())
            .sort("tweet_id", maintain_order=True)
            .pipe(RawTweets.validate)
        )

    def _move_pending(self) -> None:
        if self._pending:
            for name in FIELDS:
                self._columns[name] += map(attrgetter(name), self._pending)
            self._pending = []


#: Old dumps write 0 or -1 for "none".
_OPTIONAL_IDS = ["author_id", "reply_to_id", "reply_to_author_id", "conversation_id", "quoted_id"]

_COUNTS = ["likes", "retweets", "replies", "quotes"]

#: The columns that a tweet fills.
FIELDS = TweetRecord.__struct_fields__
_FIELD_SET = frozenset(FIELDS)

#: The columns that say where a row was read.
_ORIGIN = ("source", "member", "line")

_DTYPES = RawTweets.create_empty().schema | {"created_at": pl.Int64()}


def _decoded(text: str) -> str:
    if "&" in text:
        text = entities.decode(text)
    return text.replace("\x00", "") if "\x00" in text else text


def _series(name: str, values: list[Any]) -> pl.Series:
    try:
        return pl.Series(name, values, dtype=_DTYPES[name])
    except (TypeError, OverflowError):
        # JSON does not limit numbers. One that does not fit becomes null.
        fitting = [v if v is None or abs(v) <= LARGEST_ID else None for v in values]
        return pl.Series(name, fitting, dtype=_DTYPES[name])


def _hashtags(rows: list[list[str]]) -> pl.Series:
    """Return the hashtags of each row: lower case, sorted and distinct. Few rows have any."""
    # Series of Python lists and the sorting of short lists are both slow in polars. So hashtags
    # are joined here, split in polars, and gathered by row; index 0 is the empty list.
    lowered = ((row, " ".join(tags).lower().split()) for row, tags in enumerate(rows) if tags)
    joined = {
        row: tags[0] if len(tags) == 1 else " ".join(sorted(set(tags)))
        for row, tags in lowered
        if tags
    }
    lists = pl.Series([*joined.values()], dtype=pl.String).str.split(" ")
    indices = pl.repeat(0, len(rows), dtype=pl.UInt32, eager=True)
    indices = indices.scatter([*joined], range(1, len(joined) + 1))
    return pl.concat([pl.Series([[]], dtype=pl.List(pl.String)), lists]).gather(indices)


def _created_at() -> pl.Expr:
    of_id = (pl.col("tweet_id") // 2**22) + SNOWFLAKE_EPOCH
    moment = pl.when(pl.col("tweet_id") >= FIRST_SNOWFLAKE).then(of_id).otherwise("created_at")
    return moment.cast(pl.Datetime("ms", "UTC"))


def check_text(text: str) -> None:
    """Refuse a text that is longer than any tweet: a few lines of these could fill the memory.

    Raises:
        RejectedError: If it is too long.
    """
    if len(text) > MOST_CHARACTERS:
        msg = f"text longer than {MOST_CHARACTERS:,} characters"
        raise RejectedError(msg, RejectKind.TOO_LONG)


def check_id(tweet_id: int) -> None:
    """Refuse an id outside of 1 to `LARGEST_ID`.

    Raises:
        RejectedError: If it is outside.
    """
    if not 0 < tweet_id <= LARGEST_ID:
        msg = "tweet id out of range"
        raise RejectedError(msg, RejectKind.INVALID_ID)


def is_valid_id(tweet_id: int | None) -> bool:
    """Return whether there is an id, from 1 to `LARGEST_ID`."""
    return tweet_id is not None and 0 < tweet_id <= LARGEST_ID
