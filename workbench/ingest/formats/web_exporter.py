"""Read twitter-web-exporter, a script for browsers: JSON, or CSV with the same columns.

It writes the ids of retweeted and quoted tweets, but not those tweets. With the option to include
all metadata, each record also contains the web client's own object, which `x_graphql` reads.
"""

from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.formats import x_graphql
from workbench.ingest.formats.field_parsers import hashtags_in, is_cut, moment, number
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, RejectedError, TweetRecord

NAME = "web_exporter"
ABOUT = "twitter-web-exporter (since 2023): JSON or CSV; no conversation ids, no retweeted texts"

#: CSV cells contain numbers as strings.
Number = int | str | None

#: Every record has these.
_KEYS = {"id", "full_text", "screen_name", "user_id", "in_reply_to", "retweeted_status"}


class Tweet(msgspec.Struct):
    """The fields to read of a tweet."""

    id: Number = None
    full_text: str | None = None
    created_at: str | None = None
    screen_name: str | None = None
    user_id: Number = None
    in_reply_to: Number = None
    #: The id of the retweeted tweet.
    retweeted_status: Number = None
    #: The id of the quoted tweet.
    quoted_status: Number = None
    favorite_count: Number = None
    retweet_count: Number = None
    reply_count: Number = None
    quote_count: Number = None
    media: list[msgspec.Raw] | str | None = None
    metadata: msgspec.Raw = msgspec.Raw()


_tweet = msgspec.json.Decoder(Tweet).decode


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    return sample.keys() >= _KEYS


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a tweet.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    tweet = _tweet(record)
    if bytes(tweet.metadata).startswith(b'{"'):
        x_graphql.read(bytes(tweet.metadata), collector)
    elif number(tweet.retweeted_status) is None:
        collector.tweet(_tweet_record(tweet))
    else:
        collector.carrier()


def _tweet_record(tweet: Tweet) -> TweetRecord:
    tweet_id = number(tweet.id)
    if tweet_id is None or tweet.full_text is None or tweet.screen_name is None:
        msg = "no tweet: no id, text or author"
        raise RejectedError(msg)
    return TweetRecord(
        tweet_id=tweet_id,
        text=tweet.full_text,
        author_id=number(tweet.user_id),
        author_name=tweet.screen_name or None,
        created_at=moment(tweet.created_at) if tweet_id < FIRST_SNOWFLAKE else None,
        reply_to_id=number(tweet.in_reply_to),
        quoted_id=number(tweet.quoted_status),
        hashtags=hashtags_in(tweet.full_text),
        likes=number(tweet.favorite_count),
        retweets=number(tweet.retweet_count),
        replies=number(tweet.reply_count),
        quotes=number(tweet.quote_count),
        is_truncated=is_cut(tweet.full_text),
        has_media=tweet.media not in (None, "", "[]", []),
    )
