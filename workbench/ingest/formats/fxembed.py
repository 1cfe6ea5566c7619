"""Read FxEmbed (FxTwitter): one response of its API per record.

A response contains one tweet, as `tweet` in version 1 of the API and as `status` in version 2,
and perhaps the thread around it. The quoted tweet is a whole tweet inside it.
"""

from contextlib import suppress
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import UNKNOWN_ID, IdReader, Written, in_link
from workbench.ingest.formats.field_parsers import (
    hashtags_in,
    is_cut,
    moment,
    moment_of_seconds,
)
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import (
    FIRST_SNOWFLAKE,
    MOST_NESTED,
    RejectedError,
    TweetRecord,
)
from workbench.schemas import RejectKind

NAME = "fxembed"
ABOUT = "FxEmbed / FxTwitter: responses of its API"
YEARS = "since 2022"
LACKS = "conversation ids"

#: The code of a response without a tweet -> its kind in notices.
_ERRORS = {401: "private", 404: "not-found", 500: "failed"}


class Author(msgspec.Struct):
    """The fields to read of an author."""

    id: Written = None
    screen_name: str | None = None


class Parent(msgspec.Struct):
    """The replied-to tweet in version 2 of the API."""

    status: Written = None
    post: Written = None


class Tweet(msgspec.Struct):
    """The fields to read of a tweet."""

    id: Written = None
    #: The link to the tweet: an exact copy of its id.
    url: str | None = None
    text: str | None = None
    author: Author | None = None
    created_at: str | None = None
    created_timestamp: float | None = None
    lang: str | None = None
    #: The name of the replied-to author, or the replied-to tweet.
    replying_to: str | Parent | None = None
    replying_to_status: int | float | str | Parent | None = None
    likes: int | None = None
    retweets: int | None = None
    #: The name of retweets in version 2.
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    possibly_sensitive: bool | None = None
    media: msgspec.Raw = msgspec.Raw()
    quote: "Tweet | None" = None


class Response(msgspec.Struct):
    """The fields to read of a response."""

    code: int | None = None
    tweet: Tweet | None = None
    status: Tweet | None = None
    thread: list[Tweet] | None = None


_response = StructDecoder(Response, strict=False)
_tweet = StructDecoder(Tweet, strict=False)


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format: a response, or only its tweet."""
    if "code" in sample:
        return _is_tweet(sample.get("tweet")) or _is_tweet(sample.get("status"))
    return _is_tweet(sample) and "replying_to" in sample


def _is_tweet(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    author = value.get("author")
    return isinstance(author, dict) and "screen_name" in author and "text" in value


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a tweet.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    response = _response(record, collector.odd)
    tweet = response.tweet or response.status
    if tweet is None and response.code in _ERRORS:
        collector.notice(f"fxembed:{_ERRORS[response.code]}")
        return
    tweet = tweet or _tweet(record, collector.odd)
    if tweet.author is None or tweet.author.screen_name is None:
        msg = "no tweet: no author"
        raise RejectedError(msg)
    collector.tweet(_tweet_record(tweet, collector.ids))
    _read_embedded(tweet.quote, collector)
    for other in response.thread or ():
        if _ids(other) != _ids(tweet):
            _read_embedded(other, collector)


def _read_embedded(tweet: Tweet | None, collector: Collector) -> None:
    for _ in range(MOST_NESTED):
        if tweet is None:
            return
        with suppress(RejectedError):
            collector.embedded(_tweet_record(tweet, collector.ids))
        tweet = tweet.quote


def _tweet_record(tweet: Tweet, reader: IdReader) -> TweetRecord:
    author = tweet.author or Author()
    ids = reader.read(
        tweet_id=_ids(tweet),
        author_id=(author.id,),
        reply_to_id=_parent_ids(tweet),
        quoted_id=_ids(tweet.quote) if tweet.quote else (),
    )
    if (tweet_id := ids["tweet_id"]) is None:
        raise RejectedError(UNKNOWN_ID, RejectKind.INVALID_ID)
    if tweet.text is None:
        msg = "no tweet: no text"
        raise RejectedError(msg)
    return TweetRecord(
        tweet_id=tweet_id,
        text=tweet.text,
        author_id=ids["author_id"],
        reply_to_id=ids["reply_to_id"],
        quoted_id=ids["quoted_id"],
        author_name=author.screen_name,
        created_at=_moment(tweet) if tweet_id < FIRST_SNOWFLAKE else None,
        lang=tweet.lang,
        hashtags=hashtags_in(tweet.text),
        likes=tweet.likes,
        retweets=tweet.reposts if tweet.retweets is None else tweet.retweets,
        replies=tweet.replies,
        quotes=tweet.quotes,
        is_truncated=is_cut(tweet.text),
        is_sensitive=tweet.possibly_sensitive,
        has_media=bytes(tweet.media).startswith(b'{"'),
    )


def _ids(tweet: Tweet) -> tuple[Written, ...]:
    return (tweet.id, in_link(tweet.url))


def _parent_ids(tweet: Tweet) -> tuple[Written, ...]:
    """Return the ids of the replied-to tweet. A string in `replying_to` names its author."""
    for parent in (tweet.replying_to_status, tweet.replying_to):
        if isinstance(parent, Parent):
            return (parent.status, parent.post)
    return (tweet.replying_to_status,)


def _moment(tweet: Tweet) -> int | None:
    return moment_of_seconds(tweet.created_timestamp) or moment(tweet.created_at)
