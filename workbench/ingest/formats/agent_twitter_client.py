"""Read agent-twitter-client and the scrapers it comes from: camelCase JSON with `permanentUrl`.

The tweets of an author's thread, and replied-to, quoted and retweeted tweets, may be whole tweets
inside the record.
"""

from contextlib import suppress
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import UNKNOWN_ID, IdReader, Written, in_link
from workbench.ingest.formats.field_parsers import is_cut, moment, moment_of_seconds
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import (
    FIRST_SNOWFLAKE,
    MOST_NESTED,
    RejectedError,
    TweetRecord,
)
from workbench.schemas import RejectKind

NAME = "agent_twitter_client"
ABOUT = "agent-twitter-client and @the-convocation/twitter-scraper: camelCase JSON"
YEARS = "since 2023"
LACKS = ""


class Tweet(msgspec.Struct, rename="camel"):
    """The fields to read of a tweet."""

    id: Written = None
    #: The link to the tweet: an exact copy of its id.
    permanent_url: str | None = None
    text: str | None = None
    user_id: Written = None
    username: str | None = None
    time_parsed: str | None = None
    #: Seconds since 1970, UTC.
    timestamp: float | None = None
    language: str | None = None
    conversation_id: Written = None
    in_reply_to_status_id: Written = None
    quoted_status_id: Written = None
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


_tweet = StructDecoder(Tweet, strict=False)


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
    tweet = _tweet(record, collector.odd)
    if tweet.permanent_url is None:
        msg = "no tweet: no permanentUrl"
        raise RejectedError(msg)
    if _is_retweet(tweet):
        collector.carrier()
    else:
        collector.tweet(_tweet_record(tweet, collector.ids))
    _read_inner(tweet, collector, MOST_NESTED)


def _read_inner(tweet: Tweet, collector: Collector, levels: int) -> None:
    if not levels:
        return
    single = (tweet.retweeted_status, tweet.quoted_status, tweet.in_reply_to_status)
    for inner in (*single, *(tweet.thread or ())):
        if inner is not None:
            if not _is_retweet(inner):
                with suppress(RejectedError):
                    collector.embedded(_tweet_record(inner, collector.ids))
            _read_inner(inner, collector, levels - 1)


def _is_retweet(tweet: Tweet) -> bool:
    return bool(tweet.is_retweet) or tweet.retweeted_status is not None


def _tweet_record(tweet: Tweet, reader: IdReader) -> TweetRecord:
    parent = tweet.in_reply_to_status or _NO_TWEET
    quoted = tweet.quoted_status or _NO_TWEET
    ids = reader.read(
        tweet_id=(tweet.id, in_link(tweet.permanent_url)),
        author_id=(tweet.user_id,),
        reply_to_id=(tweet.in_reply_to_status_id, parent.id, in_link(parent.permanent_url)),
        reply_to_author_id=(parent.user_id,),
        conversation_id=(tweet.conversation_id,),
        quoted_id=(tweet.quoted_status_id, quoted.id, in_link(quoted.permanent_url)),
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
        reply_to_author_id=ids["reply_to_author_id"],
        conversation_id=ids["conversation_id"],
        quoted_id=ids["quoted_id"],
        author_name=tweet.username or None,
        created_at=_moment(tweet) if tweet_id < FIRST_SNOWFLAKE else None,
        lang=tweet.language,
        hashtags=tweet.hashtags or [],
        likes=tweet.likes,
        retweets=tweet.retweets,
        replies=tweet.replies,
        quotes=tweet.quotes,
        is_truncated=is_cut(tweet.text),
        is_sensitive=tweet.sensitive_content,
        has_media=bool(tweet.photos or tweet.videos),
    )


_NO_TWEET = Tweet()


def _moment(tweet: Tweet) -> int | None:
    return moment(tweet.time_parsed) or moment_of_seconds(tweet.timestamp)
