"""Sightings: what the records of a member give, gathered as columns and counts."""

import html
from array import array
from collections import Counter
from collections.abc import Callable
from operator import attrgetter
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
        self._rows: list[Sighting] = []
        self._origins: list[tuple[str, int, int]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, sighting: Sighting, *, source: str, member: int, line: int) -> None:
        """Take a row and where it comes from."""
        self._rows.append(sighting)
        self._origins.append((source, member, line))

    def frame(self) -> dy.DataFrame[Sightings]:
        """Give the rows, sorted by id, and forget them."""
        rows, origins = self._rows, self._origins
        self._rows, self._origins = [], []
        for row in rows:
            if "&" in row.text:
                row.text = html.unescape(row.text)
            if "\x00" in row.text:
                row.text = row.text.replace("\x00", "")
        columns = [
            _series(name, list(map(attrgetter(name), rows)), dtype)
            for name, dtype in _COLUMNS.items()
        ]
        sources, members, lines = zip(*origins, strict=True) if origins else ((), (), ())
        return (
            pl.DataFrame(columns)
            .with_columns(
                pl.col(_OPTIONAL_IDS).replace({0: None, -1: None}),
                created_at=_moment(),
                hashtags=_hashtags(rows),
                lang=pl.col("lang").replace(_RENAMED),
                source=pl.Series(sources, dtype=pl.String),
                member=pl.Series(members, dtype=pl.Int64),
                line=pl.Series(lines, dtype=pl.UInt32),
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
        self.deleted.append(tweet_id if 0 < tweet_id < _INT64 else _checked(tweet_id))
        # Three lines in four of the stream are deletions, so that a call costs.
        self.counts["deletions"] += 1
        self.outcomes += 1

    def missing(self, tweet_id: int, reason: str) -> None:
        """Take a tweet that is known not to be had; no outcome by itself."""
        self.gone.setdefault(tweet_id, reason)

    def notice(self, kind: str) -> None:
        """Outcome: the record is another message of the stream."""
        self.notice_kinds[kind] += 1
        self._outcome("notices")

    def blank(self) -> None:
        """Outcome: the record is empty."""
        self._outcome("blank")

    def reject(self, reason: str, record: bytes) -> None:
        """Outcome: the record is not understood."""
        self._outcome("rejected")
        self.reject_reasons[reason] += 1
        if self.reject_reasons[reason] <= REJECTS_KEPT:
            excerpt = record[: 4 * EXCERPT].decode("utf-8", "replace")[:EXCERPT]
            self.rejects.append(
                {"member": self.member, "line": self.line, "reason": reason, "excerpt": excerpt}
            )

    def _outcome(self, kind: str) -> None:
        self.counts[kind] += 1
        self.outcomes += 1

    def _take(self, sighting: Sighting) -> None:
        _checked(sighting.tweet_id)
        self._gathered.add(sighting, source=self.source, member=self.member, line=self.line)


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

_COLUMNS: dict[str, pl.DataType] = {
    name: pl.Int64() if name == "created_at" else Sightings.create_empty().schema[name]
    for name in Sighting.__struct_fields__
    if name != "hashtags"
}


def _series(name: str, values: list[Any], dtype: pl.DataType) -> pl.Series:
    try:
        return pl.Series(name, values, dtype=dtype)
    except (
        TypeError,
        OverflowError,
    ):  # JSON sets no limit to a number; such a one is as good as none
        fitting = [value if value is None or abs(value) < _INT64 else None for value in values]
        return pl.Series(name, fitting, dtype=dtype)


def _hashtags(rows: list[Sighting]) -> pl.Series:
    """Give the hashtags of each row, lower case, sorted and distinct; few rows have any."""
    # Neither a series of Python lists nor the sorting of short lists is quick in polars.
    said = (
        (at, " ".join(row.hashtags).lower().split()) for at, row in enumerate(rows) if row.hashtags
    )
    tagged = {at: " ".join(sorted(set(tags))) for at, tags in said if tags}
    found = pl.Series([*tagged.values()], dtype=pl.String).str.split(" ")
    places = pl.repeat(0, len(rows), dtype=pl.UInt32, eager=True)
    places = places.scatter([*tagged], range(1, len(tagged) + 1))
    return pl.concat([pl.Series([[]], dtype=pl.List(pl.String)), found]).gather(places)


def _moment() -> pl.Expr:
    own = (pl.col("tweet_id") // 2**22) + SNOWFLAKE_EPOCH
    told = pl.when(pl.col("tweet_id") >= FIRST_SNOWFLAKE).then(own).otherwise("created_at")
    return told.cast(pl.Datetime("ms", "UTC"))


def _checked(tweet_id: int) -> int:
    if not 0 < tweet_id < _INT64:
        msg = "tweet id out of range"
        raise RejectedError(msg)
    return tweet_id
