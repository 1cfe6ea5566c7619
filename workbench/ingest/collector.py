"""Collect the outcome of every record in one archive member."""

from array import array
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from workbench.ingest import edit_history, unknown_records
from workbench.ingest.exact_ids import IdReader
from workbench.ingest.records.lines import Lines
from workbench.ingest.rounded_numbers import Numbers
from workbench.ingest.tweet_records import (
    MOST_CHARACTERS,
    MOST_HASHTAGS,
    RawRows,
    TweetRecord,
    check_id,
    check_text,
    is_valid_id,
)
from workbench.schemas import RejectKind

#: Rows of `Rejects` per member and reason; the ledger counts all.
REJECTS_KEPT = 100

#: Characters of a rejected record to keep.
EXCERPT = 200

#: A UTF-8 character has at most this many bytes.
_LONGEST_CHARACTER = 4

#: Reads one record and reports its content to the collector.
Read = Callable[[bytes, "Collector"], None]

#: Reads many lines at once. Returns False, and reports nothing, if it cannot.
ReadLines = Callable[[Lines, "Collector"], bool]


class Collector:
    """Count exactly one outcome per record, so that the ledger adds up, and collect the rows.

    Args:
        source: Name of the format.
        member: Key of the member (`Ledger.member`).
        rows: Where the tweets go.
        fallback: Reads a record that the format does not understand, if another format does.
        numbers: What the first records show about numeric ids.
        needs_evidence: False if the user says what format the records have, see
            `record_reader.read_record`.
    """

    def __init__(
        self,
        *,
        source: str,
        member: int,
        rows: RawRows,
        fallback: "Read | None" = None,
        numbers: Numbers = Numbers.UNKNOWN,
        needs_evidence: bool = True,
    ) -> None:
        self.source = source
        self.member = member
        #: Number of the current record.
        self.line = 0
        #: Records around the one that is read now.
        self.depth = 0
        #: Outcomes so far.
        self.outcomes = 0
        self.counts: Counter[str] = Counter()
        self.notice_kinds: Counter[str] = Counter()
        self.reject_reasons: Counter[tuple[RejectKind, str]] = Counter()
        self.deleted = array("q")
        #: Tweets that a record reports as unavailable -> why.
        self.gone: dict[int, str] = {}
        #: Author id -> screen name, for authors of tweets in other records.
        self.author_names: dict[int, str] = {}
        #: Pairs of versions of one tweet, see `RawEdits`.
        self.edits: set[tuple[int, int]] = set()
        self.rejects: list[dict[str, object]] = []
        self.needs_evidence = needs_evidence
        self.ids = IdReader(numbers)
        #: For decoders: field -> odd values of the current record. None if these are errors.
        self.odd: Counter[str] | None = None
        #: The same for all records.
        self.odd_values: Counter[str] = Counter()
        self._rows = rows
        self._fallback = fallback

    def tweet(self, tweet: TweetRecord) -> None:
        """Count an outcome: the record is a tweet of its own."""
        check_text(tweet.text)
        self._add(tweet)
        self._count("tweets")

    def carrier(self) -> None:
        """Count an outcome: the record only carries embedded tweets, like a plain retweet."""
        self._count("carriers")

    def embedded(self, tweet: TweetRecord) -> None:
        """Add a tweet that is inside another one, unless its text is too long; no outcome."""
        if len(tweet.text) > MOST_CHARACTERS:
            return
        tweet.is_embedded = True
        self._add(tweet)
        self.counts["embedded"] += 1

    def deletion(self, tweet_id: int) -> None:
        """Count an outcome: the record reports that a tweet was deleted."""
        self.deletions([tweet_id])

    def deletions(self, tweet_ids: list[int]) -> None:
        """Count one outcome per id: the records report that tweets were deleted.

        Raises:
            RejectedError: If any id is out of range; nothing is counted then.
        """
        if tweet_ids:
            check_id(min(tweet_ids))
            check_id(max(tweet_ids))
        self.deleted.extend(tweet_ids)
        self._count("deletions", len(tweet_ids))

    def batch(
        self, columns: dict[str, list[Any]], *, lines: list[int], tweets: int, carriers: int
    ) -> None:
        """Count the outcomes of many records: tweets of their own, and mere carriers.

        Args:
            columns: Values by field of `TweetRecord`, for own and embedded tweets. Their ids and
                texts have passed `check_id` and `check_text`.
            lines: The record of each row.
            tweets: Rows that are records of their own.
            carriers: Records without a row of their own.
        """
        self._rows.extend(columns, source=self.source, member=self.member, lines=lines)
        self.counts["embedded"] += len(lines) - tweets
        self._count("tweets", tweets)
        self._count("carriers", carriers)

    def odd_fields(self) -> Counter[str]:
        """Count the values that could not be read, by field; their tweets are kept."""
        rounded = {f"{field} (rounded)": count for field, count in self.ids.unknown.items()}
        no_ids = {f"{field} (no id)": count for field, count in self.ids.odd.items()}
        return self.odd_values + Counter(rounded | no_ids)

    def missing(self, tweet_id: int, reason: str) -> None:
        """Remember that a tweet is unavailable; no outcome.

        Of several reasons, the alphabetically first one wins, whatever the order of the records.
        """
        self.gone[tweet_id] = min(reason, self.gone.get(tweet_id, reason))

    def authors(self, names: dict[int, str]) -> None:
        """Remember the names of authors, whose tweets may be in other records; no outcome.

        Of several names, the alphabetically last one wins, whatever the order of the records.

        Args:
            names: Author id -> screen name. Names without a valid id are dropped.
        """
        for author_id, name in names.items():
            if is_valid_id(author_id):
                self.author_names[author_id] = max(name, self.author_names.get(author_id, name))

    def edit_history(self, tweet_id: int, history: object) -> None:
        """Remember the other versions of a tweet, if it is edited; no outcome.

        Args:
            tweet_id: The tweet.
            history: What its record says about its versions, see `edit_history`. A history that
                cannot be right is counted as an odd field.
        """
        # Every tweet of API v2 has a list of itself.
        if not history or (isinstance(history, list) and len(history) == 1):
            return
        try:
            *earlier, last = edit_history.versions(tweet_id, history)
        except ValueError:
            self.odd_values["edit_history"] += 1
            return
        self.edits.update((each, last) for each in earlier)

    def notice(self, kind: str) -> None:
        """Count an outcome: the record is another message of the stream."""
        self.notice_kinds[kind] += 1
        self._count("notices")

    def blank(self, records: int = 1) -> None:
        """Count an outcome: one or more records are empty."""
        self._count("blank", records)

    def reject(self, kind: RejectKind, reason: str, record: bytes) -> None:
        """Count an outcome: the record is not understood.

        Args:
            kind: Why, for programs.
            reason: Why, for people.
            record: The record; its start is kept.
        """
        self._count("rejected")
        self.reject_reasons[kind, reason] += 1
        if self.reject_reasons[kind, reason] <= REJECTS_KEPT:
            start = record[: _LONGEST_CHARACTER * EXCERPT].decode("utf-8", "replace")
            self.rejects.append(
                {
                    "member": self.member,
                    "line": self.line,
                    "kind": kind,
                    "reason": reason,
                    "excerpt": start[:EXCERPT],
                }
            )

    def reject_unknown(self, record: bytes) -> None:
        """Count an outcome: no format has such a record. The reason names its keys."""
        kind = RejectKind.UNKNOWN_FORMAT
        known = {reason for each, reason in self.reject_reasons if each is kind}
        self.reject(kind, unknown_records.bounded_reason(record, known), record)

    def _count(self, outcome: str, records: int = 1) -> None:
        self.counts[outcome] += records
        self.outcomes += records

    def _add(self, tweet: TweetRecord) -> None:
        check_id(tweet.tweet_id)
        tweet.hashtags = tweet.hashtags[:MOST_HASHTAGS]
        self._rows.add(tweet, source=self.source, member=self.member, line=self.line)

    def read_as_other_format(self, record: bytes) -> bool:
        """Read a record as another format than the member's; return whether that worked."""
        if self._fallback is None:
            return False
        before, source = self.outcomes, self.source
        read, self._fallback = self._fallback, None
        with suppress(Exception):  # the record is rejected then
            read(record, self)
        self.source, self._fallback = source, read
        return self.outcomes > before
