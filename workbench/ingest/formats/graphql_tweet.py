"""Decode a tweet of X's GraphQL and report it to the collector.

The tweet is `legacy`, shaped like a status of API v1.1, with its author under `core` and a long
text under `note_tweet`. `x_graphql` and `web_exporter` use this module.
"""

from contextlib import suppress
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import UNKNOWN_ID, IdReader, Written, in_link
from workbench.ingest.formats.field_parsers import moment
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import (
    FIRST_SNOWFLAKE,
    MOST_NESTED,
    RejectedError,
    TweetRecord,
)
from workbench.schemas import RejectKind


class Hashtag(msgspec.Struct):
    """The fields to read of a hashtag."""

    text: str = ""


class Entities(msgspec.Struct):
    """The fields to read of the entities in a text."""

    hashtags: list[Hashtag] | None = None
    media: list[msgspec.Raw] | None = None


class Names(msgspec.Struct):
    """The name of a user: in `legacy` until 2025, in `core` since."""

    screen_name: str | None = None


class User(msgspec.Struct):
    """The fields to read of an author."""

    rest_id: Written = None
    legacy: Names | None = None
    core: Names | None = None


class UserResult(msgspec.Struct):
    """The author, inside the result of a query."""

    result: User | None = None


class Core(msgspec.Struct):
    """The fields to read of the author's place."""

    user_results: UserResult | None = None
    #: The name of `user_results` until 2022.
    user_result: UserResult | None = None


class Note(msgspec.Struct):
    """The complete text if it has more than 280 characters."""

    text: str = ""
    entity_set: Entities | None = None


class NoteResult(msgspec.Struct):
    """A note, inside the result of a query."""

    result: Note | None = None


class NoteTweet(msgspec.Struct):
    """The place of a note."""

    note_tweet_results: NoteResult | None = None


class TweetResult(msgspec.Struct):
    """A retweeted or quoted tweet, inside the result of a query."""

    result: "Tweet | None" = None


class Link(msgspec.Struct):
    """The link to the quoted tweet, with an exact copy of its id."""

    expanded: str | None = None


class Legacy(msgspec.Struct):
    """The fields to read of `legacy`."""

    id_str: Written = None
    full_text: str | None = None
    created_at: str | None = None
    user_id_str: Written = None
    lang: str | None = None
    conversation_id_str: Written = None
    in_reply_to_status_id_str: Written = None
    in_reply_to_user_id_str: Written = None
    quoted_status_id_str: Written = None
    quoted_status_permalink: Link | None = None
    favorite_count: int | None = None
    retweet_count: int | None = None
    reply_count: int | None = None
    quote_count: int | None = None
    possibly_sensitive: bool | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None
    retweeted_status_result: TweetResult | None = None


class Tweet(msgspec.Struct):
    """The fields to read of the result of a query for a tweet."""

    rest_id: Written = None
    core: Core | None = None
    legacy: Legacy | None = None
    note_tweet: NoteTweet | None = None
    quoted_status_result: TweetResult | None = None
    edit_control: Any = None
    #: Only in `TweetWithVisibilityResults`.
    tweet: "Tweet | None" = None


_tweet = StructDecoder(Tweet, strict=False)


def report(record: bytes, collector: Collector) -> None:
    """Report a tweet of its own, or the original of a retweet, and the quoted tweets.

    Args:
        record: The result of a query for a tweet.
        collector: Receives its content.

    Raises:
        RejectedError: If it has no id or no text.
        msgspec.ValidationError: If a field has a wrong type.
    """
    tweet = _inner(_tweet(record, collector.odd))
    if tweet is None:
        msg = "no tweet: no text"
        raise RejectedError(msg)
    original = _original(tweet)
    if original is None:
        tweet_record = _tweet_record(tweet, collector.ids)
        collector.tweet(tweet_record)
        collector.edit_history(tweet_record.tweet_id, tweet.edit_control)
    else:
        collector.carrier()
    _report_embedded(original, collector)
    _report_embedded(_quoted(tweet), collector)


def _report_embedded(tweet: Tweet | None, collector: Collector) -> None:
    for _ in range(MOST_NESTED):
        if tweet is None:
            return
        tweet = _original(tweet) or tweet
        with suppress(RejectedError):
            tweet_record = _tweet_record(tweet, collector.ids)
            collector.embedded(tweet_record)
            collector.edit_history(tweet_record.tweet_id, tweet.edit_control)
        tweet = _quoted(tweet)


def _tweet_record(tweet: Tweet, reader: IdReader) -> TweetRecord:
    legacy, text, user = tweet.legacy or Legacy(), _text(tweet), _user(tweet)
    quoted = _quoted(tweet)
    link = legacy.quoted_status_permalink or Link()
    ids = reader.read(
        tweet_id=_ids(tweet),
        author_id=(user.rest_id, legacy.user_id_str),
        reply_to_id=(legacy.in_reply_to_status_id_str,),
        reply_to_author_id=(legacy.in_reply_to_user_id_str,),
        conversation_id=(legacy.conversation_id_str,),
        quoted_id=(
            legacy.quoted_status_id_str,
            *(_ids(quoted) if quoted else ()),
            in_link(link.expanded),
        ),
    )
    if (tweet_id := ids["tweet_id"]) is None:
        raise RejectedError(UNKNOWN_ID, RejectKind.INVALID_ID)
    if text is None:
        msg = "no tweet: no text"
        raise RejectedError(msg)
    note = _note(tweet)
    own = (legacy.entities, legacy.extended_entities, note.entity_set)
    parts = [part for part in own if part is not None]
    name = (user.core or Names()).screen_name or (user.legacy or Names()).screen_name
    return TweetRecord(
        tweet_id=tweet_id,
        text=text,
        author_id=ids["author_id"],
        reply_to_id=ids["reply_to_id"],
        reply_to_author_id=ids["reply_to_author_id"],
        conversation_id=ids["conversation_id"],
        quoted_id=ids["quoted_id"],
        author_name=name or None,
        created_at=moment(legacy.created_at) if tweet_id < FIRST_SNOWFLAKE else None,
        lang=legacy.lang,
        hashtags=[tag.text for part in parts for tag in part.hashtags or () if tag.text],
        likes=legacy.favorite_count,
        retweets=legacy.retweet_count,
        replies=legacy.reply_count,
        quotes=legacy.quote_count,
        is_sensitive=legacy.possibly_sensitive,
        has_media=any(part.media for part in parts),
    )


def _inner(tweet: Tweet | None) -> Tweet | None:
    """Return the tweet itself if replies to it are limited; None without a tweet."""
    if tweet is not None and tweet.tweet is not None:
        tweet = tweet.tweet
    return tweet if tweet is not None and tweet.legacy is not None else None


def _original(tweet: Tweet) -> Tweet | None:
    retweeted = tweet.legacy.retweeted_status_result if tweet.legacy else None
    return _inner(retweeted.result) if retweeted else None


def _quoted(tweet: Tweet) -> Tweet | None:
    return _inner(tweet.quoted_status_result.result) if tweet.quoted_status_result else None


def _ids(tweet: Tweet) -> tuple[Written, ...]:
    return (tweet.rest_id, tweet.legacy.id_str if tweet.legacy else None)


def _user(tweet: Tweet) -> User:
    core = tweet.core or Core()
    results = core.user_results or core.user_result or UserResult()
    return results.result or User()


def _note(tweet: Tweet) -> Note:
    results = tweet.note_tweet.note_tweet_results if tweet.note_tweet else None
    return (results.result if results else None) or Note()


def _text(tweet: Tweet) -> str | None:
    return _note(tweet).text or (tweet.legacy.full_text if tweet.legacy else None)
