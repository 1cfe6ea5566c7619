"""Read twint: JSON lines or CSV with conversation ids, no parent ids, and unreliable dates."""

import re
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.formats.field_parsers import is_cut, moment, number
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, RejectedError, TweetRecord

NAME = "twint"
ABOUT = "twint: JSON lines or CSV; no parent ids"

#: CSV cells contain numbers as strings, and lists in Python notation.
Number = int | str | None
Strings = list[str] | str | None

_QUOTED = re.compile(r"/status/(\d{1,19})")
_ITEM = re.compile(r"'([^']*)'|\"([^\"]*)\"")


class Tweet(msgspec.Struct):
    """The fields to read of a tweet; a retweet is written as its original."""

    id: Number = None
    conversation_id: Number = None
    tweet: str | None = None
    user_id: Number = None
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


_tweet = msgspec.json.Decoder(Tweet).decode


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    return {"tweet", "username", "id"} <= sample.keys()


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a tweet.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    collector.tweet(_tweet_record(_tweet(record)))


def _tweet_record(tweet: Tweet) -> TweetRecord:
    tweet_id = number(tweet.id)
    if tweet_id is None or tweet.tweet is None:
        msg = f"no tweet: no {'id' if tweet_id is None else 'text'}"
        raise RejectedError(msg)
    quoted = _QUOTED.search(tweet.quote_url or "")
    return TweetRecord(
        tweet_id=tweet_id,
        text=tweet.tweet,
        author_id=number(tweet.user_id),
        author_name=tweet.username or None,
        created_at=_moment(tweet) if tweet_id < FIRST_SNOWFLAKE else None,
        lang=tweet.language or None,
        conversation_id=number(tweet.conversation_id),
        quoted_id=int(quoted[1]) if quoted else None,
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
