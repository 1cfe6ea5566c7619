"""Read twitterapi.io and the tweet scrapers of Apify: camelCase JSON with `author.userName`.

A retweeted or quoted tweet is a whole tweet inside the record, under one of two names each.
"""

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

NAME = "apify"
ABOUT = "twitterapi.io and Apify's tweet scrapers: camelCase JSON"
YEARS = "since 2023"
LACKS = ""


class User(msgspec.Struct, rename="camel"):
    """The fields to read of an author."""

    id: Written = None
    user_name: str | None = None


class Hashtag(msgspec.Struct):
    """The fields to read of a hashtag."""

    text: str = ""


class Entities(msgspec.Struct):
    """The fields to read of the entities in a text."""

    hashtags: list[Hashtag] | None = None
    media: list[msgspec.Raw] | None = None


class Tweet(msgspec.Struct, rename="camel"):
    """The fields to read of a tweet."""

    id: Written = None
    #: The link to the tweet: an exact copy of its id.
    url: str | None = None
    twitter_url: str | None = None
    text: str | None = None
    #: The whole text if `text` is cut; only Apify writes it.
    full_text: str | None = None
    created_at: str | None = None
    lang: str | None = None
    author: User | None = None
    in_reply_to_id: Written = None
    in_reply_to_user_id: Written = None
    conversation_id: Written = None
    quote_id: Written = None
    like_count: int | None = None
    retweet_count: int | None = None
    reply_count: int | None = None
    quote_count: int | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None
    media: list[msgspec.Raw] | None = None
    is_retweet: bool | None = None
    possibly_sensitive: bool | None = None
    #: Apify's names.
    quote: "Tweet | None" = None
    retweet: "Tweet | None" = None
    #: The names of twitterapi.io.
    quoted_tweet: "Tweet | None" = msgspec.field(default=None, name="quoted_tweet")
    retweeted_tweet: "Tweet | None" = msgspec.field(default=None, name="retweeted_tweet")


_tweet = StructDecoder(Tweet, strict=False)


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    author = sample.get("author")
    has_text = "text" in sample or "fullText" in sample
    return isinstance(author, dict) and "userName" in author and "id" in sample and has_text


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a tweet.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    tweet = _tweet(record, collector.odd)
    if tweet.author is None or tweet.author.user_name is None:
        msg = "no tweet: no author"
        raise RejectedError(msg)
    original = _original(tweet)
    if original is None and not tweet.is_retweet:
        collector.tweet(_tweet_record(tweet, collector.ids))
    else:
        collector.carrier()
    _read_embedded(original, collector)
    _read_embedded(_quoted(tweet), collector)


def _read_embedded(tweet: Tweet | None, collector: Collector) -> None:
    for _ in range(MOST_NESTED):
        if tweet is None:
            return
        tweet = _original(tweet) or tweet
        with suppress(RejectedError):
            collector.embedded(_tweet_record(tweet, collector.ids))
        tweet = _quoted(tweet)


def _tweet_record(tweet: Tweet, reader: IdReader) -> TweetRecord:
    text = _text(tweet)
    author = tweet.author or User()
    quoted = _quoted(tweet)
    ids = reader.read(
        tweet_id=_ids(tweet),
        author_id=(author.id,),
        reply_to_id=(tweet.in_reply_to_id,),
        reply_to_author_id=(tweet.in_reply_to_user_id,),
        conversation_id=(tweet.conversation_id,),
        quoted_id=_ids(quoted) if quoted else (tweet.quote_id,),
    )
    if (tweet_id := ids["tweet_id"]) is None:
        raise RejectedError(UNKNOWN_ID, RejectKind.INVALID_ID)
    if text is None:
        msg = "no tweet: no text"
        raise RejectedError(msg)
    parts = [part for part in (tweet.entities, tweet.extended_entities) if part is not None]
    listed = [tag.text for part in parts for tag in part.hashtags or () if tag.text]
    return TweetRecord(
        tweet_id=tweet_id,
        text=text,
        author_id=ids["author_id"],
        reply_to_id=ids["reply_to_id"],
        reply_to_author_id=ids["reply_to_author_id"],
        conversation_id=ids["conversation_id"],
        quoted_id=ids["quoted_id"],
        author_name=author.user_name,
        created_at=moment(tweet.created_at) if tweet_id < FIRST_SNOWFLAKE else None,
        lang=tweet.lang,
        hashtags=listed or hashtags_in(text),
        likes=tweet.like_count,
        retweets=tweet.retweet_count,
        replies=tweet.reply_count,
        quotes=tweet.quote_count,
        is_truncated=is_cut(text),
        is_sensitive=tweet.possibly_sensitive,
        has_media=bool(tweet.media) or any(part.media for part in parts),
    )


def _ids(tweet: Tweet) -> tuple[Written, ...]:
    return (tweet.id, in_link(tweet.url), in_link(tweet.twitter_url))


def _text(tweet: Tweet) -> str | None:
    return tweet.full_text or tweet.text


def _original(tweet: Tweet) -> Tweet | None:
    return _with_id(tweet.retweeted_tweet) or _with_id(tweet.retweet)


def _quoted(tweet: Tweet) -> Tweet | None:
    return _with_id(tweet.quoted_tweet) or _with_id(tweet.quote)


def _with_id(tweet: Tweet | None) -> Tweet | None:
    return tweet if tweet is not None and any(_ids(tweet)) else None
