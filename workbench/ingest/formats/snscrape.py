"""snscrape: JSON lines of its three generations, 0.3 to 0.7; 0.3 gives no parent id."""

from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.formats.field_parsers import hashtags_in, is_cut, moment
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, RejectedError, TweetRecord

NAME = "snscrape"
ABOUT = "snscrape 0.3 to 0.7: JSON lines; 0.3 lacks parent ids"


class User(msgspec.Struct, gc=False):
    """What is read of an author."""

    id: int | None = None
    username: str | None = None


class Media(msgspec.Struct, gc=False):
    """Photos and videos as twscrape sorts them; snscrape has one list."""

    photos: list[msgspec.Raw] | None = None
    videos: list[msgspec.Raw] | None = None
    animated: list[msgspec.Raw] | None = None


class Tweet(msgspec.Struct, rename="camel"):
    """What is read of a tweet of snscrape or twscrape."""

    id: int | None = None
    raw_content: str | None = None
    #: The text until 0.4.
    content: str | None = None
    date: str | None = None
    user: User | None = None
    lang: str | None = None
    in_reply_to_tweet_id: int | None = None
    in_reply_to_user: User | None = None
    conversation_id: int | None = None
    like_count: int | None = None
    retweet_count: int | None = None
    reply_count: int | None = None
    quote_count: int | None = None
    hashtags: list[str] | None = None
    media: list[msgspec.Raw] | Media | None = None
    quoted_tweet: "Tweet | None" = None
    retweeted_tweet: "Tweet | None" = None
    #: The ids once more, as twscrape alone writes them.
    id_str: int | None = msgspec.field(default=None, name="id_str")
    in_reply_to_tweet_id_str: int | None = None
    conversation_id_str: int | None = None
    possibly_sensitive: bool | None = msgspec.field(default=None, name="possibly_sensitive")


_tweet = msgspec.json.Decoder(Tweet, strict=False).decode


def matches(sample: dict[str, Any]) -> bool:
    """Tell whether a decoded record is of this format."""
    if str(sample.get("_type")).startswith("snscrape.modules.twitter."):
        return True
    return "url" in sample and ("content" in sample or "rawContent" in sample)


def read(record: bytes, sink: Collector) -> None:
    """Give what one record holds to the sink.

    Raises:
        RejectedError: If the record is no tweet: a user, a trend, a tombstone.
        msgspec.DecodeError: If it is no JSON or a field is of a wrong type.
    """
    tweet = _tweet(record)
    if tweet.retweeted_tweet is None:
        sink.tweet(_sighting(tweet))
    else:
        sink.carrier()
    _give_embedded(tweet.retweeted_tweet, sink)
    _give_embedded(tweet.quoted_tweet, sink)


def _give_embedded(tweet: Tweet | None, sink: Collector) -> None:
    # A retweet of a quote of a quote is as deep as the platform goes. References to tweets that
    # are gone have no text.
    for _ in range(4):
        if tweet is None:
            return
        if tweet.retweeted_tweet is not None:
            tweet = tweet.retweeted_tweet
        if 0 < (_id(tweet) or 0) < 2**63 and _text(tweet) is not None:
            sink.embedded(_sighting(tweet))
        tweet = tweet.quoted_tweet


def _sighting(tweet: Tweet) -> TweetRecord:
    tweet_id, text = _id(tweet), _text(tweet)
    if tweet_id is None or text is None:
        msg = f"no tweet: no {'id' if tweet_id is None else 'text'}"
        raise RejectedError(msg)
    user, answered = tweet.user or _NOBODY, tweet.in_reply_to_user or _NOBODY
    return TweetRecord(
        tweet_id=tweet_id,
        text=text,
        author_id=user.id,
        author_name=user.username,
        created_at=moment(tweet.date) if tweet_id < FIRST_SNOWFLAKE else None,
        lang=tweet.lang,
        reply_to_id=tweet.in_reply_to_tweet_id_str or tweet.in_reply_to_tweet_id,
        reply_to_author_id=answered.id,
        conversation_id=tweet.conversation_id_str or tweet.conversation_id,
        quoted_id=_id(tweet.quoted_tweet) if tweet.quoted_tweet else None,
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


def _id(tweet: Tweet) -> int | None:
    return tweet.id if tweet.id_str is None else tweet.id_str


def _text(tweet: Tweet) -> str | None:
    return tweet.content if tweet.raw_content is None else tweet.raw_content


def _has_media(media: list[msgspec.Raw] | Media | None) -> bool:
    if isinstance(media, Media):
        return bool(media.photos or media.videos or media.animated)
    return bool(media)
