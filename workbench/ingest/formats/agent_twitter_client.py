"""Read agent-twitter-client and the scrapers it comes from: camelCase JSON with `permanentUrl`.

The tweets of an author's thread, and replied-to, quoted and retweeted tweets, may be whole tweets
inside the record.
"""

from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.formats.field_parsers import is_cut, moment, moment_of_seconds
from workbench.ingest.tweet_records import (
    FIRST_SNOWFLAKE,
    MOST_NESTED,
    RejectedError,
    TweetRecord,
    is_valid_id,
)

NAME = "agent_twitter_client"
ABOUT = "agent-twitter-client and @the-convocation/twitter-scraper (since 2023): camelCase JSON"


class Tweet(msgspec.Struct, rename="camel"):
    """The fields to read of a tweet."""

    id: int | None = None
    permanent_url: str | None = None
    text: str | None = None
    user_id: int | None = None
    username: str | None = None
    time_parsed: str | None = None
    #: Seconds since 1970, UTC.
    timestamp: float | None = None
    language: str | None = None
    conversation_id: int | None = None
    in_reply_to_status_id: int | None = None
    quoted_status_id: int | None = None
    likes: int | None = None
    retweets: int | None = None
    replies: int | None = None
    quotes: int | None = None
    hashtags: list[str] | None = None
    photos: list[msgspec.Raw] | None = None
    videos: list[msgspec.Raw] | None = None
    is_retweet: bool | None = None
    sensitive_content: bool | None = None
    in_reply_to_status: "Tweet | None" = None
    quoted_status: "Tweet | None" = None
    retweeted_status: "Tweet | None" = None
    thread: "list[Tweet] | None" = None


_tweet = msgspec.json.Decoder(Tweet, strict=False).decode


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    return {"id", "text", "permanentUrl"} <= sample.keys() and (
        "userId" in sample or "username" in sample
    )


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a tweet.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    tweet = _tweet(record)
    if tweet.permanent_url is None:
        msg = "no tweet: no permanentUrl"
        raise RejectedError(msg)
    if _is_retweet(tweet):
        collector.carrier()
    else:
        collector.tweet(_tweet_record(tweet))
    _read_inner(tweet, collector, MOST_NESTED)


def _read_inner(tweet: Tweet, collector: Collector, levels: int) -> None:
    if not levels:
        return
    single = (tweet.retweeted_status, tweet.quoted_status, tweet.in_reply_to_status)
    for inner in (*single, *(tweet.thread or ())):
        if inner is not None:
            if is_valid_id(inner.id) and inner.text is not None and not _is_retweet(inner):
                collector.embedded(_tweet_record(inner))
            _read_inner(inner, collector, levels - 1)


def _is_retweet(tweet: Tweet) -> bool:
    return bool(tweet.is_retweet) or tweet.retweeted_status is not None


def _tweet_record(tweet: Tweet) -> TweetRecord:
    if tweet.id is None or tweet.text is None:
        msg = f"no tweet: no {'id' if tweet.id is None else 'text'}"
        raise RejectedError(msg)
    parent, quoted = tweet.in_reply_to_status, tweet.quoted_status
    return TweetRecord(
        tweet_id=tweet.id,
        text=tweet.text,
        author_id=tweet.user_id,
        author_name=tweet.username or None,
        created_at=_moment(tweet) if tweet.id < FIRST_SNOWFLAKE else None,
        lang=tweet.language,
        reply_to_id=tweet.in_reply_to_status_id or (parent.id if parent else None),
        reply_to_author_id=parent.user_id if parent else None,
        conversation_id=tweet.conversation_id,
        quoted_id=tweet.quoted_status_id or (quoted.id if quoted else None),
        hashtags=tweet.hashtags or [],
        likes=tweet.likes,
        retweets=tweet.retweets,
        replies=tweet.replies,
        quotes=tweet.quotes,
        is_truncated=is_cut(tweet.text),
        is_sensitive=tweet.sensitive_content,
        has_media=bool(tweet.photos or tweet.videos),
    )


def _moment(tweet: Tweet) -> int | None:
    return moment(tweet.time_parsed) or moment_of_seconds(tweet.timestamp)
