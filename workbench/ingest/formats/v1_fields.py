"""Decode the fields to read of an API v1.1 status.

`v1_status` turns the statuses into rows.
"""

from collections import Counter
from typing import Any

import msgspec

from workbench.ingest.exact_ids import Written
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import RejectedError
from workbench.schemas import RejectKind


class User(msgspec.Struct, gc=False):
    """The fields to read of an author."""

    id: int | None = None
    id_str: str | None = None
    screen_name: str | None = None


class Hashtag(msgspec.Struct, gc=False):
    """The fields to read of a hashtag."""

    text: str = ""


class Entities(msgspec.Struct, gc=False):
    """The fields to read of the entities in a text."""

    hashtags: list[Hashtag] | None = None
    media: list[msgspec.Raw] | None = None


class ExtendedTweet(msgspec.Struct, gc=False):
    """The complete text if it has more than 140 characters, since 2016."""

    full_text: str = ""
    entities: Entities | None = None
    extended_entities: Entities | None = None


class Status(msgspec.Struct, gc=False):
    """The fields to read of a status.

    They are in the order of the JSON: msgspec decodes that order fastest. Nothing else depends on
    the order.
    """

    created_at: str | None = None
    id: int | None = None
    id_str: str | None = None
    text: str | None = None
    full_text: str | None = None
    truncated: bool | None = None
    in_reply_to_status_id: int | None = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_user_id: int | None = None
    in_reply_to_user_id_str: str | None = None
    user: User | None = None
    quoted_status_id: int | None = None
    quoted_status_id_str: str | None = None
    extended_tweet: ExtendedTweet | None = None
    retweeted_status: "Status | None" = None
    quoted_status: "Status | None" = None
    quote_count: int | None = None
    reply_count: int | None = None
    retweet_count: int | None = None
    favorite_count: int | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None
    possibly_sensitive: bool | None = None
    lang: str | None = None
    edit_history: Any = None


class WrittenUser(User, gc=False):
    """An author whose id is written as other tools do."""

    id: Written = None
    id_str: Written = None


class WrittenStatus(Status, gc=False):
    """A status as other tools write it: with ids as strings, floats, or only in `id_str`."""

    id: Written = None
    id_str: Written = None
    in_reply_to_status_id: Written = None
    in_reply_to_status_id_str: Written = None
    in_reply_to_user_id: Written = None
    in_reply_to_user_id_str: Written = None
    quoted_status_id: Written = None
    quoted_status_id_str: Written = None
    user: WrittenUser | None = None
    retweeted_status: "WrittenStatus | None" = None
    quoted_status: "WrittenStatus | None" = None
    #: The edit history in a personal archive.
    edit_info: Any = None


#: The author of a status without one.
NO_USER = User()

#: Keys that name the author of a tweet in other formats. A status names it by `user`.
_AUTHOR_KEYS = frozenset(
    {
        *("author", "author_id", "authorId", "username", "userName", "user_name"),
        *("screen_name", "screenName", "user_id", "userId", "from_user", "from_user_id"),
    }
)

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

#: Without `strict` it reads numbers in strings.
_decode = StructDecoder(WrittenStatus, strict=False)


def decode_leniently(record: bytes, odd: Counter[str] | None = None) -> Status:
    """Decode a status whose ids may be strings or floats, or only in fields like `id_str`.

    Its ids are as written until `v1_ids.exact` has read them.

    Args:
        record: The status.
        odd: See `StructDecoder`.

    Raises:
        RejectedError: If it is a tweet of another format.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    status = _decode(record, odd)
    if status.user is None:
        refuse_other_author(record)
    if status.edit_history is None:
        status.edit_history = status.edit_info
    return status


def refuse_other_author(record: bytes) -> None:
    """Refuse a tweet that names its author as another format does: its author would be lost.

    Args:
        record: A tweet without `user`.

    Raises:
        RejectedError: If it names its author by another key.
        msgspec.DecodeError: If it is not a JSON object.
    """
    keys = _AUTHOR_KEYS & _keys(record).keys()
    if keys:
        msg = f"no status of API v1.1: its author is in `{min(keys)}`"
        raise RejectedError(msg, RejectKind.UNKNOWN_FORMAT)


def has_id(status: Status) -> bool:
    """Return whether a status has an id, as a number or as a string, exact or not."""
    return status.id is not None or status.id_str is not None
