"""Decode a tweet of API v2 and turn it into a record."""

from collections.abc import Mapping
from typing import Any

import msgspec

from workbench.ingest.exact_ids import UNKNOWN_ID, IdReader, Written
from workbench.ingest.formats.field_parsers import is_cut, moment
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, RejectedError, TweetRecord
from workbench.schemas import RejectKind


class Hashtag(msgspec.Struct, gc=False):
    """The fields to read of a hashtag."""

    tag: str = ""


class Entities(msgspec.Struct, gc=False):
    """The fields to read of the entities in a text."""

    hashtags: list[Hashtag] | None = None


class Note(msgspec.Struct, gc=False):
    """The complete text if it has more than 280 characters, since 2023."""

    text: str = ""
    entities: Entities | None = None


class Attachments(msgspec.Struct, gc=False):
    """The fields to read of photos and videos."""

    media_keys: list[str] | None = None


class Metrics(msgspec.Struct, gc=False):
    """Counts of reactions."""

    like_count: int | None = None
    retweet_count: int | None = None
    reply_count: int | None = None
    quote_count: int | None = None


class User(msgspec.Struct, gc=False):
    """The fields to read of an author."""

    id: Written = None
    username: str | None = None


class Tweet(msgspec.Struct):
    """The fields to read of a tweet, or of a reference: in flattened tweets it is a whole tweet."""

    id: Written = None
    #: `replied_to`, `quoted` or `retweeted`; only in references.
    type: str | None = None
    text: str | None = None
    note_tweet: Note | None = None
    created_at: str | None = None
    author_id: Written = None
    author: User | None = None
    lang: str | None = None
    in_reply_to_user_id: Written = None
    conversation_id: Written = None
    referenced_tweets: "list[Tweet] | None" = None
    possibly_sensitive: bool | None = None
    public_metrics: Metrics | None = None
    entities: Entities | None = None
    attachments: Attachments | None = None
    edit_history_tweet_ids: Any = None


class PageContext(msgspec.Struct, frozen=True):
    """What the page of a tweet adds to it."""

    #: Author id -> screen name.
    names: dict[int, str]
    #: False in the stream: its tweets are seconds old, so their counts of 0 mean nothing.
    counts_are_known: bool = True


#: Without `strict` it reads numbers in strings.
decode = StructDecoder(Tweet, strict=False)


#: Fields that only tweets of API v2 have.
_OWN_FIELDS = frozenset(
    {
        *("public_metrics", "edit_history_tweet_ids", "edit_controls", "referenced_tweets"),
        *("context_annotations", "reply_settings"),
        *("note_tweet", "non_public_metrics", "organic_metrics"),
    }
)


def is_evident(fields: Mapping[str, Any]) -> bool:
    """Return whether an object is a tweet of API v2 beyond doubt, outside of a page.

    Any object may have an `id`, a `text` and a `conversation_id`. A tweet also has a field that
    only API v2 writes, or an author whose id is a number.

    Args:
        fields: Its fields, decoded or as `msgspec.Raw`.

    Examples:
        >>> is_evident({"id": "7", "text": "a", "author_id": "8"})
        True
        >>> is_evident({"id": "7", "text": "a", "conversation_id": "7", "speaker": "u2"})
        False
    """
    if not {"id", "text"} <= fields.keys() or {"user", "from_user"} & fields.keys():
        return False
    author = _plain(fields.get("author"))
    has_author = isinstance(author, dict) and "userName" not in author and _is_id(author.get("id"))
    return (
        bool(_OWN_FIELDS & fields.keys()) or has_author or _is_id(_plain(fields.get("author_id")))
    )


def _plain(value: object) -> object:
    return msgspec.json.decode(value) if isinstance(value, msgspec.Raw) else value


def _is_id(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and value.isdecimal())


def tweet_record(tweet: Tweet, context: PageContext, *, reader: IdReader) -> TweetRecord:
    """Turn a tweet into a record.

    Raises:
        RejectedError: If it has no id or no text.
    """
    note = tweet.note_tweet if tweet.note_tweet and tweet.note_tweet.text else None
    text = note.text if note else tweet.text
    author = tweet.author or User()
    referenced = {reference.type: reference.id for reference in tweet.referenced_tweets or []}
    ids = reader.read(
        tweet_id=(tweet.id,),
        author_id=(tweet.author_id, author.id),
        reply_to_id=(referenced.get("replied_to"),),
        reply_to_author_id=(tweet.in_reply_to_user_id,),
        conversation_id=(tweet.conversation_id,),
        quoted_id=(referenced.get("quoted"),),
    )
    if (tweet_id := ids["tweet_id"]) is None:
        raise RejectedError(UNKNOWN_ID, RejectKind.INVALID_ID)
    if text is None:
        msg = "no tweet: no text"
        raise RejectedError(msg)
    parts = [tweet.entities, note.entities if note else None]
    metrics = tweet.public_metrics or Metrics()
    known = context.counts_are_known
    return TweetRecord(
        tweet_id=tweet_id,
        text=text,
        author_id=ids["author_id"],
        reply_to_id=ids["reply_to_id"],
        reply_to_author_id=ids["reply_to_author_id"],
        conversation_id=ids["conversation_id"],
        quoted_id=ids["quoted_id"],
        author_name=author.username or context.names.get(ids["author_id"] or 0),
        created_at=moment(tweet.created_at) if tweet_id < FIRST_SNOWFLAKE else None,
        lang=tweet.lang,
        hashtags=[tag.tag for part in parts if part for tag in part.hashtags or () if tag.tag],
        likes=_count(metrics.like_count, known=known),
        retweets=_count(metrics.retweet_count, known=known),
        replies=_count(metrics.reply_count, known=known),
        quotes=_count(metrics.quote_count, known=known),
        is_truncated=note is None and is_cut(text),
        is_sensitive=tweet.possibly_sensitive,
        has_media=bool(tweet.attachments and tweet.attachments.media_keys),
    )


def _count(count: int | None, *, known: bool) -> int | None:
    return count if known else count or None
