"""twint: JSON lines or CSV; a conversation id but no parent id, and dates not to be trusted."""

import re
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.formats.field_parsers import is_cut, moment, number
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, RejectedError, TweetRecord

NAME = "twint"
ABOUT = "twint: JSON lines or CSV; no parent ids"

#: CSV cells hold numbers as strings and lists as Python writes them.
Number = int | str | None
Strings = list[str] | str | None

_QUOTED = re.compile(r"/status/(\d{1,19})")
_ITEM = re.compile(r"'([^']*)'|\"([^\"]*)\"")


class Tweet(msgspec.Struct):
    """What is read of a tweet. One that somebody retweeted stands there as the original."""

    id: Number = None
    conversation_id: Number = None
    tweet: str | None = None
    user_id: Number = None
    username: str | None = None
    date: str | None = None
    time: str | None = None
    #: Such as `+0200`; the zone names in `created_at` are localised and sometimes contradict it.
    timezone: str | None = None
    language: str | None = None
    replies_count: Number = None
    retweets_count: Number = None
    likes_count: Number = None
    hashtags: Strings = None
    photos: Strings = None
    #: 0 or 1, where 1 means any media.
    video: Number = None
    quote_url: str | None = None


_tweet = msgspec.json.Decoder(Tweet).decode


def matches(sample: dict[str, Any]) -> bool:
    """Tell whether a decoded record is of this format."""
    return {"tweet", "username", "id"} <= sample.keys()


def read(record: bytes, sink: Collector) -> None:
    """Give what one record holds to the sink.

    Raises:
        RejectedError: If the record is no tweet.
        msgspec.DecodeError: If it is no JSON or a field is of a wrong type.
    """
    sink.tweet(_sighting(_tweet(record)))


def _sighting(tweet: Tweet) -> TweetRecord:
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
