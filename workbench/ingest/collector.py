"""Sink: what the records of a member came to, row by row and count by count."""

from array import array
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from workbench.ingest.records.lines import Lines
from workbench.ingest.records.split import repair
from workbench.ingest.tweet_records import (
    MOST_CHARACTERS,
    MOST_HASHTAGS,
    Gathered,
    RejectedError,
    TweetRecord,
    bounded,
    checked,
)

#: Rows of one member and reason that `Rejects` holds; the ledger counts them all.
REJECTS_KEPT = 100

#: Characters of a rejected record that are kept.
EXCERPT = 200

#: Reads one record and gives what it holds to the sink.
Read = Callable[[bytes, "Collector"], None]

#: Reads many lines at once; False, with nothing given, where it cannot.
ReadLines = Callable[[Lines, "Collector"], bool]


class Collector:
    """Takes what the sources find; exactly one outcome a record, so that the ledger adds up.

    Args:
        source: Name of the format.
        member: Key of the member (`Ledger.member`).
        gathered: Where the rows go.
        otherwise: Reads a record that the format does not know, if another one does.
    """

    def __init__(
        self, *, source: str, member: int, gathered: Gathered, otherwise: "Read | None" = None
    ) -> None:
        self.source = source
        self._otherwise = otherwise
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

    def tweet(self, sighting: TweetRecord) -> None:
        """Outcome: the record is a tweet of its own."""
        bounded(sighting.text)
        self._take(sighting)
        self._outcome("tweets")

    def carrier(self) -> None:
        """Outcome: the record only carries embedded tweets, such as a plain retweet."""
        self._outcome("carriers")

    def embedded(self, sighting: TweetRecord) -> None:
        """Take a tweet that stands inside another one, if it is no giant; no outcome by itself."""
        if len(sighting.text) > MOST_CHARACTERS:
            return
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
            columns: The fields of `TweetRecord`, for the tweets and for those inside the records;
                the ids are `checked`.
            lines: The record of each row.
            tweets: Rows that are records of their own.
            carriers: Records that have no row of their own.
        """
        self._gathered.extend(columns, source=self.source, member=self.member, lines=lines)
        self.counts["embedded"] += len(lines) - tweets
        self._outcome("tweets", tweets)
        self._outcome("carriers", carriers)

    def missing(self, tweet_id: int, reason: str) -> None:
        """Take a tweet that is known not to be had; no outcome by itself.

        Of several reasons the first by the alphabet stays, whatever came first.
        """
        self.gone[tweet_id] = min(reason, self.gone.get(tweet_id, reason))

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

    def _take(self, sighting: TweetRecord) -> None:
        checked(sighting.tweet_id)
        sighting.hashtags = sighting.hashtags[:MOST_HASHTAGS]
        self._gathered.add(sighting, source=self.source, member=self.member, line=self.line)

    def read_otherwise(self, record: bytes) -> bool:
        """Read a record as another format than that of the member; tell whether that was right."""
        if self._otherwise is None:
            return False
        before, source = self.outcomes, self.source
        read, self._otherwise = self._otherwise, None
        with suppress(RejectedError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            read(record, self)
        self.source, self._otherwise = source, read
        return self.outcomes > before


def attempt(read: Read, record: bytes, sink: Collector) -> None:
    """Read a record; whatever is wrong with it becomes a reject and never an exception."""
    before = sink.outcomes
    try:
        read(record, sink)
        if sink.outcomes == before:  # an empty page
            sink.carrier()
    except RejectedError as error:
        if not sink.read_otherwise(record):
            sink.reject(str(error), record)
    except msgspec.ValidationError as error:
        if not sink.read_otherwise(record):
            sink.reject(f"wrong type: {error}", record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        mended = repair(record)
        if mended is None or mended == record:
            sink.reject("not JSON", record)
        else:
            attempt(read, mended, sink)
    except RecursionError:
        sink.reject("nested too deeply", record)
