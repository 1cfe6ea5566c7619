"""Sightings: what the records of a member give, gathered as columns and counts."""

import html
from array import array
from collections import Counter
from collections.abc import Callable
from typing import Any

import dataframely as dy
import msgspec
import polars as pl

from workbench.records import repair
from workbench.schemas import Sightings

#: Rows of one member and reason that `Rejects` holds; the ledger counts them all.
REJECTS_KEPT = 100

#: Characters of a rejected record that are kept.
EXCERPT = 200

#: Ids above this carry their own time: (id >> 22) + 1288834974657 ms since 1970, UTC.
FIRST_SNOWFLAKE = 30_000_000_000
SNOWFLAKE_EPOCH = 1_288_834_974_657

_INT64 = 2**63
_RENAMED = {"in": "id", "iw": "he", "ji": "yi"}


#: Reads one record and gives what it holds to the sink.
Read = Callable[[bytes, "Sink"], None]


class RejectedError(Exception):
    """A record that is not understood; its text is the reason, the same for all of the kind."""


class Sighting(msgspec.Struct, kw_only=True, gc=False):
    """A tweet as one record tells of it; the columns of `schemas.Sightings`.

    Args:
        tweet_id: Its id; others than 1 to 2^63 - 1 are refused.
        created_at: Milliseconds since 1970, UTC; taken from the id where that carries it.
        text: Its text as the dump has it; HTML entities are undone here, once.
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

    def __len__(self) -> int:
        return len(self._columns["line"])

    def add(
        self, columns: dict[str, list[Any]], *, source: str, member: int, lines: list[int]
    ) -> None:
        """Take rows, the fields of `Sighting` as columns, and where they come from."""
        rows = len(lines)
        for name, values in columns.items():
            self._columns[name] += values
        self._columns["source"] += [source] * rows
        self._columns["member"] += [member] * rows
        self._columns["line"] += lines

    def frame(self) -> dy.DataFrame[Sightings]:
        """Give the rows, sorted by id, and forget them."""
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
            .select(Sightings.column_names())
            .sort("tweet_id", maintain_order=True)
            .pipe(Sightings.validate)
        )


class Sink:
    """Takes what the sources find; exactly one outcome a record, so that the ledger adds up.

    Args:
        source: Name of the format.
        member: Key of the member (`Ledger.member`).
        gathered: Where the rows go.
    """

    def __init__(self, *, source: str, member: int, gathered: Gathered) -> None:
        self.source = source
        self.member = member
        self.line = 0
        #: Records that have had their outcome.
        self.outcomes = 0
        self.counts: Counter[str] = Counter()
        self.notice_kinds: Counter[str] = Counter()
        self.reject_reasons: Counter[str] = Counter()
        self.deleted = array("q")
        #: Tweets that the record says are not to be had -> why.
        self.gone: dict[int, str] = {}
        self.rejects: list[dict[str, object]] = []
        self._gathered = gathered

    def tweet(self, sighting: Sighting) -> None:
        """Outcome: the record is a tweet of its own."""
        self._take(sighting)
        self._outcome("tweets")

    def carrier(self) -> None:
        """Outcome: the record only carries embedded tweets, such as a plain retweet."""
        self._outcome("carriers")

    def embedded(self, sighting: Sighting) -> None:
        """Take a tweet that stands inside another one; no outcome by itself."""
        sighting.is_embedded = True
        self._take(sighting)
        self.counts["embedded"] += 1

    def deletion(self, tweet_id: int) -> None:
        """Outcome: the record says that a tweet was deleted."""
        self.deletions([tweet_id])

    def deletions(self, tweet_ids: list[int]) -> None:
        """Outcomes: so many records say that a tweet was deleted. One that is odd refuses all."""
        if tweet_ids:
            checked(min(tweet_ids))
            checked(max(tweet_ids))
        self.deleted.extend(tweet_ids)
        self._outcome("deletions", len(tweet_ids))

    def batch(
        self, columns: dict[str, list[Any]], *, lines: list[int], tweets: int, carriers: int
    ) -> None:
        """Outcomes: so many records are tweets of their own, so many only carry embedded ones.

        Args:
            columns: The fields of `Sighting`, for the tweets and for those inside the records;
                the ids are `checked`.
            lines: The record of each row.
            tweets: Rows that are records of their own.
            carriers: Records that have no row of their own.
        """
        self._gathered.add(columns, source=self.source, member=self.member, lines=lines)
        self.counts["embedded"] += len(lines) - tweets
        self._outcome("tweets", tweets)
        self._outcome("carriers", carriers)

    def missing(self, tweet_id: int, reason: str) -> None:
        """Take a tweet that is known not to be had; no outcome by itself."""
        self.gone.setdefault(tweet_id, reason)

    def notice(self, kind: str) -> None:
        """Outcome: the record is another message of the stream."""
        self.notice_kinds[kind] += 1
        self._outcome("notices")

    def blank(self, records: int = 1) -> None:
        """Outcome: the record is empty, or so many are."""
        self._outcome("blank", records)

    def reject(self, reason: str, record: bytes) -> None:
        """Outcome: the record is not understood."""
        self._outcome("rejected")
        self.reject_reasons[reason] += 1
        if self.reject_reasons[reason] <= REJECTS_KEPT:
            excerpt = record[: 4 * EXCERPT].decode("utf-8", "replace")[:EXCERPT]
            self.rejects.append(
                {"member": self.member, "line": self.line, "reason": reason, "excerpt": excerpt}
            )

    def _outcome(self, kind: str, records: int = 1) -> None:
        self.counts[kind] += records
        self.outcomes += records

    def _take(self, sighting: Sighting) -> None:
        checked(sighting.tweet_id)
        columns = {name: [value] for name, value in msgspec.structs.asdict(sighting).items()}
        self._gathered.add(columns, source=self.source, member=self.member, lines=[self.line])


def attempt(read: Read, record: bytes, sink: Sink) -> None:
    """Read a record; whatever is wrong with it becomes a reject and never an exception."""
    before = sink.outcomes
    try:
        read(record, sink)
        if sink.outcomes == before:  # an empty page
            sink.carrier()
    except RejectedError as error:
        sink.reject(str(error), record)
    except msgspec.ValidationError as error:
        sink.reject(f"wrong type: {error}", record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        mended = repair(record)
        if mended is None or mended == record:
            sink.reject("not JSON", record)
        else:
            attempt(read, mended, sink)
    except RecursionError:
        sink.reject("nested too deeply", record)


#: Old dumps write 0 or -1 for "none".
_OPTIONAL_IDS = ["reply_to_id", "reply_to_author_id", "conversation_id", "quoted_id"]

_COUNTS = ["likes", "retweets", "replies", "quotes"]

_FIELDS = Sighting.__struct_fields__
_ORIGIN = ("source", "member", "line")
_DTYPES = Sightings.create_empty().schema | {"created_at": pl.Int64()}


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
    tagged = {at: " ".join(sorted(set(tags))) for at, tags in said if tags}
    found = pl.Series([*tagged.values()], dtype=pl.String).str.split(" ")
    places = pl.repeat(0, len(rows), dtype=pl.UInt32, eager=True)
    places = places.scatter([*tagged], range(1, len(tagged) + 1))
    return pl.concat([pl.Series([[]], dtype=pl.List(pl.String)), found]).gather(places)


def _moment() -> pl.Expr:
    own = (pl.col("tweet_id") // 2**22) + SNOWFLAKE_EPOCH
    told = pl.when(pl.col("tweet_id") >= FIRST_SNOWFLAKE).then(own).otherwise("created_at")
    return told.cast(pl.Datetime("ms", "UTC"))


def checked(tweet_id: int) -> int:
    """Give an id back.

    Raises:
        RejectedError: If it is not from 1 to 2^63 - 1.
    """
    if not 0 < tweet_id < _INT64:
        msg = "tweet id out of range"
        raise RejectedError(msg)
    return tweet_id
