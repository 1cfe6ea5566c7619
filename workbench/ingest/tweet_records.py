"""Sightings: tweets as single records tell of them, gathered into a frame."""

import html
from operator import attrgetter
from typing import Any

import dataframely as dy
import msgspec
import polars as pl

from workbench.schemas import RawTweets

#: Ids above this carry their own time: (id >> 22) + 1288834974657 ms since 1970, UTC.
FIRST_SNOWFLAKE = 30_000_000_000
SNOWFLAKE_EPOCH = 1_288_834_974_657

#: Characters of a text and hashtags of a tweet that are taken: a long post has 25,000 characters.
MOST_CHARACTERS = 1 << 16
MOST_HASHTAGS = 1_000

_INT64 = 2**63
_RENAMED = {"in": "id", "iw": "he", "ji": "yi"}


class RejectedError(Exception):
    """A record that is not understood; its text is the reason, the same for all of the kind."""


class TweetRecord(msgspec.Struct, kw_only=True, gc=False):
    """A tweet as one record tells of it; the columns of `schemas.Sightings`.

    Args:
        tweet_id: Its id; others than 1 to 2^63 - 1 are refused.
        created_at: Milliseconds since 1970, UTC; taken from the id where that carries it.
        text: Its text as the dump has it; HTML entities are undone here, once.
        likes: As the dump has it; counts below 0 are as good as none.
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


class Gathered:
    """Rows on their way into a frame, from any number of members."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in (*_FIELDS, *_ORIGIN)}
        # Rows that come one by one are turned into columns together: a third of the time.
        self._rows: list[TweetRecord] = []

    def __len__(self) -> int:
        return len(self._columns["line"])

    def add(self, sighting: TweetRecord, *, source: str, member: int, line: int) -> None:
        """Take a row and where it comes from."""
        self._rows.append(sighting)
        self._columns["source"].append(source)
        self._columns["member"].append(member)
        self._columns["line"].append(line)

    def extend(
        self, columns: dict[str, list[Any]], *, source: str, member: int, lines: list[int]
    ) -> None:
        """Take rows, the fields of `TweetRecord` as columns, and where they come from."""
        self._settle()
        rows = len(lines)
        for name, values in columns.items():
            self._columns[name] += values
        self._columns["source"] += [source] * rows
        self._columns["member"] += [member] * rows
        self._columns["line"] += lines

    def frame(self) -> dy.DataFrame[RawTweets]:
        """Give the rows, sorted by id, and forget them."""
        self._settle()
        columns = self._columns
        self._columns = {name: [] for name in columns}
        columns["text"] = [_undone(text) for text in columns["text"]]
        hashtags = _hashtags(columns.pop("hashtags"))
        return (
            pl.DataFrame([_series(name, values) for name, values in columns.items()])
            .with_columns(
                pl.col(_OPTIONAL_IDS).replace({0: None, -1: None}),
                pl.when(pl.col(_COUNTS) >= 0).then(pl.col(_COUNTS)).name.keep(),
                created_at=_moment(),
                hashtags=hashtags,
                lang=pl.col("lang").replace(_RENAMED),
            )
            .select(RawTweets.column_names())
            .sort("tweet_id", maintain_order=True)
            .pipe(RawTweets.validate)
        )

    def _settle(self) -> None:
        if self._rows:
            for name in _FIELDS:
                self._columns[name] += map(attrgetter(name), self._rows)
            self._rows = []


#: Old dumps write 0 or -1 for "none".
_OPTIONAL_IDS = ["reply_to_id", "reply_to_author_id", "conversation_id", "quoted_id"]

_COUNTS = ["likes", "retweets", "replies", "quotes"]

_FIELDS = TweetRecord.__struct_fields__
_ORIGIN = ("source", "member", "line")
_DTYPES = RawTweets.create_empty().schema | {"created_at": pl.Int64()}


def _undone(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    return text.replace("\x00", "") if "\x00" in text else text


def _series(name: str, values: list[Any]) -> pl.Series:
    try:
        return pl.Series(name, values, dtype=_DTYPES[name])
    except (
        TypeError,
        OverflowError,
    ):  # JSON sets no limit to a number; such a one is as good as none
        fitting = [value if value is None or abs(value) < _INT64 else None for value in values]
        return pl.Series(name, fitting, dtype=_DTYPES[name])


def _hashtags(rows: list[list[str]]) -> pl.Series:
    """Give the hashtags of each row, lower case, sorted and distinct; few rows have any."""
    # Neither a series of Python lists nor the sorting of short lists is quick in polars.
    said = ((at, " ".join(tags).lower().split()) for at, tags in enumerate(rows) if tags)
    tagged = {
        at: tags[0] if len(tags) == 1 else " ".join(sorted(set(tags))) for at, tags in said if tags
    }
    found = pl.Series([*tagged.values()], dtype=pl.String).str.split(" ")
    places = pl.repeat(0, len(rows), dtype=pl.UInt32, eager=True)
    places = places.scatter([*tagged], range(1, len(tagged) + 1))
    return pl.concat([pl.Series([[]], dtype=pl.List(pl.String)), found]).gather(places)


def _moment() -> pl.Expr:
    own = (pl.col("tweet_id") // 2**22) + SNOWFLAKE_EPOCH
    told = pl.when(pl.col("tweet_id") >= FIRST_SNOWFLAKE).then(own).otherwise("created_at")
    return told.cast(pl.Datetime("ms", "UTC"))


def bounded(text: str) -> str:
    """Give a text back.

    Raises:
        RejectedError: If it is longer than any tweet, so that a few lines could fill the memory.
    """
    if len(text) > MOST_CHARACTERS:
        msg = f"text longer than {MOST_CHARACTERS:,} characters"
        raise RejectedError(msg)
    return text


def checked(tweet_id: int) -> int:
    """Give an id back.

    Raises:
        RejectedError: If it is not from 1 to 2^63 - 1.
    """
    if not 0 < tweet_id < _INT64:
        msg = "tweet id out of range"
        raise RejectedError(msg)
    return tweet_id
