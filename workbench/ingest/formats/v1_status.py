"""Statuses: what is read of an API v1.1 status, and the rows that it gives."""

from operator import attrgetter
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.formats.field_parsers import moment, number
from workbench.ingest.tweet_records import (
    FIRST_SNOWFLAKE,
    MOST_CHARACTERS,
    MOST_HASHTAGS,
    RejectedError,
    bounded,
    checked,
)


class User(msgspec.Struct, gc=False):
    """What is read of an author."""

    id: int | None = None
    screen_name: str | None = None


class Hashtag(msgspec.Struct, gc=False):
    """What is read of a hashtag."""

    text: str = ""


class Entities(msgspec.Struct, gc=False):
    """What is read of the parts of a text."""

    hashtags: list[Hashtag] | None = None
    media: list[msgspec.Raw] | None = None


class ExtendedTweet(msgspec.Struct, gc=False):
    """The whole of a text of more than 140 characters, since 2016."""

    full_text: str = ""
    entities: Entities | None = None
    extended_entities: Entities | None = None


class Status(msgspec.Struct, gc=False):
    """What is read of a status, in the order of its JSON, which is the quickest to decode."""

    created_at: str | None = None
    id: int | None = None
    text: str | None = None
    full_text: str | None = None
    truncated: bool | None = None
    in_reply_to_status_id: int | None = None
    in_reply_to_user_id: int | None = None
    user: User | None = None
    quoted_status_id: int | None = None
    extended_tweet: ExtendedTweet | None = None
    retweeted_status: "Status | None" = None
    quoted_status: "Status | None" = None
    quote_count: int | None = None
    reply_count: int | None = None
    retweet_count: int | None = None
    favorite_count: int | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None
    possibly_sensitive: bool | None = None
    lang: str | None = None


class _User(User, gc=False):
    id_str: int | str | None = None


class _Status(Status, gc=False):
    """A status as other tools pass it on: with ids as strings, or with `id_str` and no `id`."""

    id_str: int | str | None = None
    in_reply_to_status_id_str: int | str | None = None
    in_reply_to_user_id_str: int | str | None = None
    quoted_status_id_str: int | str | None = None
    user: _User | None = None
    retweeted_status: "_Status | None" = None
    quoted_status: "_Status | None" = None


#: `strict` off reads numbers in strings, but no float that is too large to be exact.
_lenient = msgspec.json.Decoder(_Status, strict=False).decode


def lenient(record: bytes) -> Status:
    """Decode a status whose ids may be strings, or stand in `id_str` and its like alone.

    Raises:
        RejectedError: If it is a tweet of API v2, whose fields have other names.
        msgspec.DecodeError: If it is no JSON or a field is of a wrong type.
    """
    status = _settled(_lenient(record))
    if status.user is None and b'"author_id"' in record:
        msg = "no status of API v1.1: its author is told as in API v2"
        raise RejectedError(msg)
    return status


def _settled(status: _Status) -> _Status:
    if status.id is None:
        status.id = number(status.id_str)
    if status.in_reply_to_status_id is None:
        status.in_reply_to_status_id = number(status.in_reply_to_status_id_str)
    if status.in_reply_to_user_id is None:
        status.in_reply_to_user_id = number(status.in_reply_to_user_id_str)
    if status.quoted_status_id is None:
        status.quoted_status_id = number(status.quoted_status_id_str)
    if status.user is not None and status.user.id is None:
        status.user.id = number(status.user.id_str)
    for inner in (status.retweeted_status, status.quoted_status):
        if inner is not None:
            _settled(inner)
    return status


def give(status: Status, sink: Collector) -> None:
    """Give a status of its own, and those inside it, to the sink.

    Raises:
        RejectedError: If it has no text or an odd id.
    """
    batch = Batch()
    batch.take(status, sink.line)
    batch.give(sink)


class Batch:
    """Statuses on their way to the sink, with the lines that they come from."""

    def __init__(self) -> None:
        self._statuses: list[Status] = []
        self._texts: list[str] = []
        self._lines: list[int] = []
        self._embedded: list[bool] = []
        self._tweets = 0
        self._carriers = 0

    def take(self, status: Status, line: int) -> None:
        """Take what a line holds: a tweet, with the one that it quotes, or what it retweets."""
        if status.retweeted_status is not None:
            self._take_embedded(status.retweeted_status, line)
            self._take_embedded(status.quoted_status, line)
            self._carriers += 1
            return
        text = _text(status)
        if status.id is None or text is None:
            msg = "no tweet: no text"
            raise RejectedError(msg)
        checked(status.id)
        bounded(text)
        self._append(status, text, line, is_embedded=False)
        self._tweets += 1
        self._take_embedded(status.quoted_status, line)

    def _take_embedded(self, status: Status | None, line: int) -> None:
        # A retweet of a quote of a quote is as deep as the platform goes.
        for _ in range(4):
            if status is None:
                return
            if status.retweeted_status is not None:
                status = status.retweeted_status
            text = _text(status)
            is_whole = status.id is not None and 0 < status.id < 2**63
            if is_whole and text is not None and len(text) <= MOST_CHARACTERS:
                self._append(status, text, line, is_embedded=True)
            status = status.quoted_status

    def _append(self, status: Status, text: str, line: int, *, is_embedded: bool) -> None:
        self._statuses.append(status)
        self._texts.append(text)
        self._lines.append(line)
        self._embedded.append(is_embedded)

    def give(self, sink: Collector) -> None:
        """Give everything to the sink."""
        columns = _columns(self._statuses, texts=self._texts, are_embedded=self._embedded)
        sink.batch(columns, lines=self._lines, tweets=self._tweets, carriers=self._carriers)


def _columns(
    statuses: list[Status], *, texts: list[str], are_embedded: list[bool]
) -> dict[str, list[Any]]:
    """Give the fields of `TweetRecord`, each for all statuses.

    The counts of the stream's own lines are always 0: the tweet was seconds old. An embedded
    status tells its true counts, and so does REST with `full_text`.
    """
    are_known = [
        inside or status.full_text is not None
        for status, inside in zip(statuses, are_embedded, strict=True)
    ]

    def every(name: str) -> list[Any]:
        return list(map(attrgetter(name), statuses))

    def counts(name: str) -> list[int | None]:
        found = zip(map(attrgetter(name), statuses), are_known, strict=True)
        return [count if is_known else count or None for count, is_known in found]

    users = [status.user or _NOBODY for status in statuses]
    entities = [_entities(status) for status in statuses]
    return {
        "tweet_id": every("id"),
        "text": texts,
        "author_id": [user.id for user in users],
        "author_name": [user.screen_name for user in users],
        "created_at": [
            moment(status.created_at) if (status.id or 0) < FIRST_SNOWFLAKE else None
            for status in statuses
        ],
        "lang": every("lang"),
        "reply_to_id": every("in_reply_to_status_id"),
        "reply_to_author_id": every("in_reply_to_user_id"),
        "conversation_id": [None] * len(statuses),
        "quoted_id": every("quoted_status_id"),
        "hashtags": [_hashtags(parts) for parts in entities],
        "likes": counts("favorite_count"),
        "retweets": counts("retweet_count"),
        "replies": counts("reply_count"),
        "quotes": counts("quote_count"),
        "is_truncated": [
            bool(status.truncated)
            and not (status.extended_tweet and status.extended_tweet.full_text)
            for status in statuses
        ],
        "is_sensitive": every("possibly_sensitive"),
        "has_media": [any(part.media for part in parts) if parts else False for parts in entities],
        "is_embedded": are_embedded,
    }


_NOBODY = User()
_NO_HASHTAGS: list[str] = []


def _text(status: Status) -> str | None:
    extended = status.extended_tweet
    if extended is not None and extended.full_text:
        return extended.full_text
    return status.text if status.full_text is None else status.full_text


def _entities(status: Status) -> list[Entities]:
    """Give the parts that tell of anything; most tell of nothing."""
    found = [status.entities, status.extended_entities]
    if status.extended_tweet is not None:
        found += [status.extended_tweet.entities, status.extended_tweet.extended_entities]
    return [part for part in found if part is not None and (part.hashtags or part.media)]


def _hashtags(parts: list[Entities]) -> list[str]:
    if not parts:
        return _NO_HASHTAGS
    found = [tag.text for part in parts for tag in part.hashtags or () if tag.text]
    return found[:MOST_HASHTAGS]
