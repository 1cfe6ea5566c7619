"""Read twitter-web-exporter, a script for browsers: JSON, or CSV with the same columns.

It writes the ids of retweeted and quoted tweets, but not those tweets. With the option to include
all metadata, each record also contains the web client's own object, which `x_graphql` reads.
"""

from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import UNKNOWN_ID, IdReader, Written, in_link
from workbench.ingest.formats import x_graphql
from workbench.ingest.formats.field_parsers import Number, hashtags_in, is_cut, moment, number
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, RejectedError, TweetRecord
from workbench.schemas import RejectKind

NAME = "web_exporter"
ABOUT = "twitter-web-exporter: JSON or CSV"
YEARS = "since 2023"
LACKS = "language, conversation ids, retweeted texts"

#: Every record has these.
_KEYS = {"id", "full_text", "screen_name", "user_id", "in_reply_to", "retweeted_status"}


class Tweet(msgspec.Struct):
    """The fields to read of a tweet."""

    id: Written = None
    #: The link to the tweet: an exact copy of its id.
    url: str | None = None
    full_text: str | None = None
    created_at: str | None = None
    screen_name: str | None = None
    user_id: Written = None
    in_reply_to: Written = None
    #: The id of the retweeted tweet.
    retweeted_status: Written = None
    #: The id of the quoted tweet.
    quoted_status: Written = None
    favorite_count: Number = None
    retweet_count: Number = None
    reply_count: Number = None
    quote_count: Number = None
    media: list[msgspec.Raw] | str | None = None
    metadata: msgspec.Raw = msgspec.Raw()


_tweet = StructDecoder(Tweet)


#: A retweet has the id of the original instead, rounded or not.
_NO_ID = (None, "", "null", 0, "0")


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    return sample.keys() >= _KEYS


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a tweet.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    tweet = _tweet(record, collector.odd)
    if bytes(tweet.metadata).startswith(b'{"'):
        x_graphql.read(bytes(tweet.metadata), collector)
    elif tweet.retweeted_status in _NO_ID:
        collector.tweet(_tweet_record(tweet, collector.ids))
    else:
        collector.carrier()


def _tweet_record(tweet: Tweet, reader: IdReader) -> TweetRecord:
    ids = reader.read(
        tweet_id=(tweet.id, in_link(tweet.url)),
        author_id=(tweet.user_id,),
        reply_to_id=(tweet.in_reply_to,),
        quoted_id=(tweet.quoted_status,),
    )
    if (tweet_id := ids["tweet_id"]) is None:
        raise RejectedError(UNKNOWN_ID, RejectKind.INVALID_ID)
    if tweet.full_text is None or tweet.screen_name is None:
        msg = "no tweet: no text or author"
        raise RejectedError(msg)
    return TweetRecord(
        tweet_id=tweet_id,
        text=tweet.full_text,
        author_id=ids["author_id"],
        author_name=tweet.screen_name or None,
        created_at=moment(tweet.created_at) if tweet_id < FIRST_SNOWFLAKE else None,
        reply_to_id=ids["reply_to_id"],
        quoted_id=ids["quoted_id"],
        hashtags=hashtags_in(tweet.full_text),
        likes=number(tweet.favorite_count),
        retweets=number(tweet.retweet_count),
        replies=number(tweet.reply_count),
        quotes=number(tweet.quote_count),
        is_truncated=is_cut(tweet.full_text),
        has_media=tweet.media not in (None, "", "[]", []),
    )
