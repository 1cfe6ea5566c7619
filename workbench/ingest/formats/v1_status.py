"""Report API v1.1 statuses to the collector, many of them at once.

`twitterstream`, `grailbird` and the archives use it. This is the fastest path of ingest.
"""

from operator import attrgetter
from typing import Any

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import IdReader
from workbench.ingest.formats.field_parsers import moment
from workbench.ingest.formats.v1_fields import NO_USER, Entities, Status
from workbench.ingest.formats.v1_ids import exact
from workbench.ingest.tweet_records import (
    FIRST_SNOWFLAKE,
    MOST_CHARACTERS,
    MOST_HASHTAGS,
    MOST_NESTED,
    RejectedError,
    check_id,
    check_text,
    is_valid_id,
)
from workbench.schemas import RejectKind


def report(status: Status, collector: Collector) -> None:
    """Report a status of its own, and those inside it, to the collector.

    Raises:
        RejectedError: If it has no text or an invalid id.
    """
    batch = Batch(collector.ids)
    batch.add(status, collector.line)
    batch.report(collector)


class Batch:
    """Statuses to report to the collector, and the lines that they come from.

    Args:
        ids: Reads their ids.
    """

    def __init__(self, ids: IdReader) -> None:
        self._ids = ids
        self._statuses: list[Status] = []
        self._texts: list[str] = []
        self._lines: list[int] = []
        self._are_embedded: list[bool] = []
        self._tweets = 0
        self._carriers = 0
        #: Lines of the records added so far.
        self.records: list[int] = []

    def add(self, status: Status, line: int) -> None:
        """Add the content of a line: a tweet and the one that it quotes, or what it retweets.

        Raises:
            RejectedError: If the status has no text or an invalid id.
        """
        if status.retweeted_status is not None:
            self._add_embedded(status.retweeted_status, line)
            self._add_embedded(status.quoted_status, line)
            self._carriers += 1
            self.records.append(line)
            return
        exact(status, self._ids)
        if status.id is None:
            msg = "no status: its id is missing or rounded"
            raise RejectedError(msg, RejectKind.INVALID_ID)
        text = _text(status)
        if text is None:
            msg = "no tweet: no text"
            raise RejectedError(msg)
        check_id(status.id)
        check_text(text)
        self._append(status, text, line, is_embedded=False)
        self._tweets += 1
        self.records.append(line)
        self._add_embedded(status.quoted_status, line)

    def _add_embedded(self, status: Status | None, line: int) -> None:
        for _ in range(MOST_NESTED):
            if status is None:
                return
            if status.retweeted_status is not None:
                status = status.retweeted_status
            text = _text(status)
            exact(status, self._ids)
            if is_valid_id(status.id) and text is not None and len(text) <= MOST_CHARACTERS:
                self._append(status, text, line, is_embedded=True)
            status = status.quoted_status

    def _append(self, status: Status, text: str, line: int, *, is_embedded: bool) -> None:
        self._statuses.append(status)
        self._texts.append(text)
        self._lines.append(line)
        self._are_embedded.append(is_embedded)

    def report(self, collector: Collector) -> None:
        """Report everything to the collector."""
        columns = _columns(self._statuses, texts=self._texts, are_embedded=self._are_embedded)
        collector.batch(columns, lines=self._lines, tweets=self._tweets, carriers=self._carriers)
        for status in self._statuses:
            if status.edit_history is not None and status.id is not None:
                collector.edit_history(status.id, status.edit_history)


#: Field of `TweetRecord` -> field of `Status` to copy.
_COPIED = {
    "tweet_id": "id",
    "lang": "lang",
    "reply_to_id": "in_reply_to_status_id",
    "reply_to_author_id": "in_reply_to_user_id",
    "quoted_id": "quoted_status_id",
    "is_sensitive": "possibly_sensitive",
}

#: The same for counts, see `_known_counts`.
_COUNTS = {
    "likes": "favorite_count",
    "retweets": "retweet_count",
    "replies": "reply_count",
    "quotes": "quote_count",
}


def _columns(
    statuses: list[Status], *, texts: list[str], are_embedded: list[bool]
) -> dict[str, list[Any]]:
    """Return the fields of `TweetRecord` as columns, one value per status.

    The collector checks that all fields are there and equally long; their order does not matter.
    """
    has_counts = [
        is_embedded or status.full_text is not None
        for status, is_embedded in zip(statuses, are_embedded, strict=True)
    ]
    users = [status.user or NO_USER for status in statuses]
    entities = [_entities(status) for status in statuses]
    copied = {name: list(map(attrgetter(field), statuses)) for name, field in _COPIED.items()}
    counts = {name: _known_counts(statuses, f, has_counts) for name, f in _COUNTS.items()}
    return {
        **copied,
        **counts,
        "text": texts,
        "author_id": [user.id for user in users],
        "author_name": [user.screen_name for user in users],
        "created_at": [
            moment(status.created_at) if (status.id or 0) < FIRST_SNOWFLAKE else None
            for status in statuses
        ],
        "conversation_id": [None] * len(statuses),
        "hashtags": [_hashtags(parts) for parts in entities],
        "is_truncated": [
            bool(status.truncated)
            and not (status.extended_tweet and status.extended_tweet.full_text)
            for status in statuses
        ],
        "has_media": [any(part.media for part in parts) if parts else False for parts in entities],
        "is_embedded": are_embedded,
    }


def _known_counts(statuses: list[Status], field: str, is_known: list[bool]) -> list[int | None]:
    """Return counts; a count of 0 is null unless it is known.

    In the stream, the counts of a line's own status are always 0: the tweet was seconds old.
    Embedded statuses and those of REST (with `full_text`) have true counts.
    """
    counts = zip(map(attrgetter(field), statuses), is_known, strict=True)
    return [count if known else count or None for count, known in counts]


_NO_HASHTAGS: list[str] = []


def _text(status: Status) -> str | None:
    extended = status.extended_tweet
    if extended is not None and extended.full_text:
        return extended.full_text
    return status.text if status.full_text is None else status.full_text


def _entities(status: Status) -> list[Entities]:
    """Return the entities with hashtags or media; most statuses have none."""
    candidates = [status.entities, status.extended_entities]
    if status.extended_tweet is not None:
        candidates += [status.extended_tweet.entities, status.extended_tweet.extended_entities]
    return [part for part in candidates if part is not None and (part.hashtags or part.media)]


def _hashtags(parts: list[Entities]) -> list[str]:
    if not parts:
        return _NO_HASHTAGS
    texts = [tag.text for part in parts for tag in part.hashtags or () if tag.text]
    return texts[:MOST_HASHTAGS]
