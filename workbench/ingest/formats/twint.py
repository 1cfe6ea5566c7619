"""Read twint: JSON lines or CSV with conversation ids, no parent ids, and unreliable dates."""

import re
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import UNKNOWN_ID, IdReader, Written, in_link
from workbench.ingest.formats.field_parsers import Number, is_cut, moment, number
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, RejectedError, TweetRecord
from workbench.schemas import RejectKind

NAME = "twint"
ABOUT = "twint: JSON lines or CSV"
YEARS = "2017 to 2022"
LACKS = "parent ids: threads by conversation only"

#: CSV cells contain lists in Python notation.
Strings = list[str] | str | None

_ITEM = re.compile(r"'([^']*)'|\"([^\"]*)\"")


class Tweet(msgspec.Struct):
    """The fields to read of a tweet; a retweet is written as its original."""

    id: Written = None
    #: The link to the tweet: an exact copy of its id.
    link: str | None = None
    conversation_id: Written = None
    tweet: str | None = None
    user_id: Written = None
    username: str | None = None
    date: str | None = None
    time: str | None = None
    #: For example `+0200`. `created_at` has localised zone names that sometimes contradict it.
    timezone: str | None = None
    language: str | None = None
    replies_count: Number = None
    retweets_count: Number = None
    likes_count: Number = None
    hashtags: Strings = None
    photos: Strings = None
    #: 1 for any media, else 0.
    video: Number = None
    quote_url: str | None = None


_tweet = StructDecoder(Tweet)

#: Fields that show that a table with `tweet` and `username` comes from twint.
_OWN_FIELDS = frozenset({"conversation_id", "replies_count", "likes_count", "user_id"})


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    return {"tweet", "username", "id"} <= sample.keys() and bool(_OWN_FIELDS & sample.keys())


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a tweet.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    collector.tweet(_tweet_record(_tweet(record, collector.odd), collector.ids))


def _tweet_record(tweet: Tweet, reader: IdReader) -> TweetRecord:
    ids = reader.read(
        tweet_id=(tweet.id, in_link(tweet.link)),
        author_id=(tweet.user_id,),
        conversation_id=(tweet.conversation_id,),
        quoted_id=(in_link(tweet.quote_url),),
    )
    if (tweet_id := ids["tweet_id"]) is None:
        raise RejectedError(UNKNOWN_ID, RejectKind.INVALID_ID)
    if tweet.tweet is None:
        msg = "no tweet: no text"
        raise RejectedError(msg)
    return TweetRecord(
        tweet_id=tweet_id,
        text=tweet.tweet,
        author_id=ids["author_id"],
        conversation_id=ids["conversation_id"],
        quoted_id=ids["quoted_id"],
        author_name=tweet.username or None,
        created_at=_moment(tweet) if tweet_id < FIRST_SNOWFLAKE else None,
        lang=tweet.language or None,
        hashtags=_strings(tweet.hashtags),
        likes=number(tweet.likes_count),
        retweets=number(tweet.retweets_count),
        replies=number(tweet.replies_count),
        is_truncated=is_cut(tweet.tweet),
        has_media=bool(_strings(tweet.photos)) or number(tweet.video) == 1,
    )


def _moment(tweet: Tweet) -> int | None:
    return moment(f"{tweet.date} {tweet.time} {tweet.timezone or ''}".strip())


def _strings(value: Strings) -> list[str]:
    if isinstance(value, str):
        return [single or double for single, double in _ITEM.findall(value)]
    return value or []
