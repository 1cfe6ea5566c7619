"""Twitterstream: API v1.1 statuses, from the sample stream, from REST calls, or hydrated.

The archive.org dumps of 2011 to 2022 are lines of this kind, among delete notices and other
messages of the stream. Older vintages lack fields, none needs a case of its own.
"""

from typing import Any

import msgspec

from workbench.sightings import FIRST_SNOWFLAKE, RejectedError, Sighting, Sink, attempt
from workbench.sources.fields import moment

NAME = "twitterstream"
ABOUT = "API v1.1: archive.org stream dumps, hydrated and searched statuses, one or many a file"

#: Messages of the stream that are neither tweets nor deletions.
NOTICES = frozenset(
    {
        *("scrub_geo", "limit", "status_withheld", "user_withheld", "disconnect", "warning"),
        *("friends", "friends_str", "event", "direct_message", "control", "for_user"),
    }
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
    """What is read of a status."""

    id: int | None = None
    text: str | None = None
    full_text: str | None = None
    created_at: str | None = None
    truncated: bool | None = None
    user: User | None = None
    lang: str | None = None
    in_reply_to_status_id: int | None = None
    in_reply_to_user_id: int | None = None
    quoted_status_id: int | None = None
    possibly_sensitive: bool | None = None
    favorite_count: int | None = None
    retweet_count: int | None = None
    reply_count: int | None = None
    quote_count: int | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None
    extended_tweet: ExtendedTweet | None = None
    retweeted_status: "Status | None" = None
    quoted_status: "Status | None" = None


class Deleted(msgspec.Struct):
    """What is read of a delete notice."""

    class Notice(msgspec.Struct):
        """The notice itself."""

        class Tweet(msgspec.Struct):
            """The tweet that is gone."""

            id: int

        status: Tweet

    delete: Notice


_status = msgspec.json.Decoder(Status).decode
_deleted = msgspec.json.Decoder(Deleted).decode
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_statuses = msgspec.json.Decoder(list[msgspec.Raw]).decode


def matches(sample: dict[str, Any]) -> bool:
    """Tell whether a decoded record is of this format."""
    if "delete" in sample or "statuses" in sample or NOTICES & sample.keys():
        return True
    return "id" in sample and "user" in sample and ("text" in sample or "full_text" in sample)


def read(record: bytes, sink: Sink) -> None:
    """Give what one record holds to the sink.

    Raises:
        RejectedError: If the record is JSON of another kind.
        msgspec.DecodeError: If it is no JSON or a field is of a wrong type.
    """
    if record.startswith(b'{"delete"'):
        sink.deletion(_deleted(record).delete.status.id)
        return
    status = _status(record)
    if status.id is None:
        _read_message(record, sink)
        return
    give(status, sink)


def give(status: Status, sink: Sink) -> None:
    """Give a status of its own, and those inside it, to the sink."""
    if status.retweeted_status is not None:
        _give_embedded(status.retweeted_status, sink)
        _give_embedded(status.quoted_status, sink)
        sink.carrier()
        return
    sink.tweet(sighting(status))
    _give_embedded(status.quoted_status, sink)


def _give_embedded(status: Status | None, sink: Sink) -> None:
    # A retweet of a quote of a quote is as deep as the platform goes.
    for _ in range(4):
        if status is None:
            return
        if status.retweeted_status is not None:
            status = status.retweeted_status
        if status.id is not None and 0 < status.id < 2**63 and _text(status) is not None:
            sink.embedded(sighting(status, counts_are_known=True))
        status = status.quoted_status


def _read_message(record: bytes, sink: Sink) -> None:
    found = _keys(record)
    if "delete" in found:
        sink.deletion(_deleted(record).delete.status.id)
        return
    if "statuses" in found:
        for element in _statuses(found["statuses"]):
            attempt(read, bytes(element), sink)
        return
    kind = next((key for key in found if key in NOTICES), None)
    if kind is None:
        msg = "no tweet: no id" if "text" in found or "full_text" in found else "no tweet"
        raise RejectedError(msg)
    sink.notice(kind)


def sighting(status: Status, *, counts_are_known: bool = False) -> Sighting:
    """Turn a status into the row that it gives.

    Args:
        status: A status with an id.
        counts_are_known: False for the stream's own lines, whose counts are always 0: the tweet
            was seconds old. An embedded status tells its true counts, and so does REST with
            `full_text`.

    Raises:
        RejectedError: If it has no text.
    """
    text = _text(status)
    if status.id is None or text is None:
        msg = "no tweet: no text"
        raise RejectedError(msg)
    user, extended = status.user or _NOBODY, status.extended_tweet
    known = counts_are_known or status.full_text is not None
    parts = _entities(status)
    return Sighting(
        tweet_id=status.id,
        text=text,
        author_id=user.id,
        author_name=user.screen_name,
        created_at=moment(status.created_at) if status.id < FIRST_SNOWFLAKE else None,
        lang=status.lang,
        reply_to_id=status.in_reply_to_status_id,
        reply_to_author_id=status.in_reply_to_user_id,
        quoted_id=status.quoted_status_id,
        hashtags=[tag.text for part in parts for tag in part.hashtags or () if tag.text],
        likes=_count(status.favorite_count, known=known),
        retweets=_count(status.retweet_count, known=known),
        replies=_count(status.reply_count, known=known),
        quotes=_count(status.quote_count, known=known),
        is_truncated=bool(status.truncated) and not (extended and extended.full_text),
        is_sensitive=status.possibly_sensitive,
        has_media=any(part.media for part in parts),
    )


_NOBODY = User()


def _text(status: Status) -> str | None:
    extended = status.extended_tweet
    if extended is not None and extended.full_text:
        return extended.full_text
    return status.text if status.full_text is None else status.full_text


def _entities(status: Status) -> list[Entities]:
    found = [status.entities, status.extended_entities]
    if status.extended_tweet is not None:
        found += [status.extended_tweet.entities, status.extended_tweet.extended_entities]
    return [entities for entities in found if entities is not None]


def _count(count: int | None, *, known: bool) -> int | None:
    return count if count is not None and (count > 0 or (known and count == 0)) else None
