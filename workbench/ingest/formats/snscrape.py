"""Read the JSON lines of snscrape 0.3 to 0.7; version 0.3 writes no parent ids."""

from contextlib import suppress
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import UNKNOWN_ID, IdReader, Written, in_link
from workbench.ingest.formats.field_parsers import hashtags_in, is_cut, moment
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import (
    FIRST_SNOWFLAKE,
    MOST_NESTED,
    RejectedError,
    TweetRecord,
)
from workbench.schemas import RejectKind

NAME = "snscrape"
ABOUT = "snscrape 0.3 to 0.7: JSON lines"
YEARS = "2020 to 2023"
LACKS = "parent ids in version 0.3: threads by conversation only"


class User(msgspec.Struct, gc=False):
    """The fields to read of an author."""

    id: Written = None
    id_str: Written = None
    username: str | None = None


class Media(msgspec.Struct, gc=False):
    """Photos and videos in the lists of twscrape; snscrape has a single list."""

    photos: list[msgspec.Raw] | None = None
    videos: list[msgspec.Raw] | None = None
    animated: list[msgspec.Raw] | None = None


class Tweet(msgspec.Struct, rename="camel"):
    """The fields to read of a tweet of snscrape or twscrape."""

    id: Written = None
    #: The link to the tweet: an exact copy of its id.
    url: str | None = None
    raw_content: str | None = None
    #: The text until version 0.4.
    content: str | None = None
    date: str | None = None
    user: User | None = None
    lang: str | None = None
    in_reply_to_tweet_id: Written = None
    in_reply_to_user: User | None = None
    conversation_id: Written = None
    like_count: int | None = None
    retweet_count: int | None = None
    reply_count: int | None = None
    quote_count: int | None = None
    hashtags: list[str] | None = None
    media: list[msgspec.Raw] | Media | None = None
    quoted_tweet: "Tweet | None" = None
    retweeted_tweet: "Tweet | None" = None
    #: The ids again, as strings; only twscrape writes these.
    id_str: Written = msgspec.field(default=None, name="id_str")
    in_reply_to_tweet_id_str: Written = None
    conversation_id_str: Written = None
    possibly_sensitive: bool | None = msgspec.field(default=None, name="possibly_sensitive")


_tweet = StructDecoder(Tweet, strict=False)


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    if str(sample.get("_type")).startswith("snscrape.modules.twitter."):
        return True
    has_text = "content" in sample or "rawContent" in sample
    return has_text and {"url", "id", "user"} <= sample.keys() and isinstance(sample["user"], dict)


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a tweet, but a user, a trend or a tombstone.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    tweet = _tweet(record, collector.odd)
    if tweet.retweeted_tweet is None:
        collector.tweet(_tweet_record(tweet, collector.ids))
    else:
        collector.carrier()
    _read_embedded(tweet.retweeted_tweet, collector)
    _read_embedded(tweet.quoted_tweet, collector)


def _read_embedded(tweet: Tweet | None, collector: Collector) -> None:
    # References to tweets that are gone have no text.
    for _ in range(MOST_NESTED):
        if tweet is None:
            return
        if tweet.retweeted_tweet is not None:
            tweet = tweet.retweeted_tweet
        if _text(tweet) is not None:
            with suppress(RejectedError):
                collector.embedded(_tweet_record(tweet, collector.ids))
        tweet = tweet.quoted_tweet


def _tweet_record(tweet: Tweet, reader: IdReader) -> TweetRecord:
    text = _text(tweet)
    user = tweet.user or _NOBODY
    parent_author = tweet.in_reply_to_user or _NOBODY
    quoted = tweet.quoted_tweet or _NO_TWEET
    ids = reader.read(
        tweet_id=(tweet.id, tweet.id_str, in_link(tweet.url)),
        author_id=(user.id, user.id_str),
        reply_to_id=(tweet.in_reply_to_tweet_id, tweet.in_reply_to_tweet_id_str),
        reply_to_author_id=(parent_author.id, parent_author.id_str),
        conversation_id=(tweet.conversation_id, tweet.conversation_id_str),
        quoted_id=(quoted.id, quoted.id_str, in_link(quoted.url)),
    )
    if (tweet_id := ids["tweet_id"]) is None:
        raise RejectedError(UNKNOWN_ID, RejectKind.INVALID_ID)
    if text is None:
        msg = "no tweet: no text"
        raise RejectedError(msg)
    return TweetRecord(
        tweet_id=tweet_id,
        text=text,
        author_id=ids["author_id"],
        reply_to_id=ids["reply_to_id"],
        reply_to_author_id=ids["reply_to_author_id"],
        conversation_id=ids["conversation_id"],
        quoted_id=ids["quoted_id"],
        author_name=user.username,
        created_at=moment(tweet.date) if tweet_id < FIRST_SNOWFLAKE else None,
        lang=tweet.lang,
        hashtags=hashtags_in(text) if tweet.hashtags is None else tweet.hashtags,
        likes=tweet.like_count,
        retweets=tweet.retweet_count,
        replies=tweet.reply_count,
        quotes=tweet.quote_count,
        is_truncated=is_cut(text),
        is_sensitive=tweet.possibly_sensitive,
        has_media=_has_media(tweet.media),
    )


_NOBODY = User()
_NO_TWEET = Tweet()


def _text(tweet: Tweet) -> str | None:
    return tweet.content if tweet.raw_content is None else tweet.raw_content


def _has_media(media: list[msgspec.Raw] | Media | None) -> bool:
    if isinstance(media, Media):
        return bool(media.photos or media.videos or media.animated)
    return bool(media)
