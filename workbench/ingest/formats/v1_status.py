"""Decode API v1.1 statuses, and report many of them to the collector at once.

`twitterstream` and `personal_archive` use it. This is the fastest path of ingest.
"""

from collections import Counter
from operator import attrgetter
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import IdReader, Written
from workbench.ingest.formats.field_parsers import moment
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import (
    FIRST_SNOWFLAKE,
    MOST_CHARACTERS,
    MOST_HASHTAGS,
    MOST_NESTED,
    RejectedError,
    check_id,
    check_text,
    is_valid_id,
)
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


class _LenientUser(User, gc=False):
    id: Written = None
    id_str: Written = None


class _LenientStatus(Status, gc=False):
    """A status as other tools write it: with ids as strings, floats, or only in `id_str`."""

    id: Written = None
    id_str: Written = None
    in_reply_to_status_id: Written = None
    in_reply_to_status_id_str: Written = None
    in_reply_to_user_id: Written = None
    in_reply_to_user_id_str: Written = None
    quoted_status_id: Written = None
    quoted_status_id_str: Written = None
    user: _LenientUser | None = None
    retweeted_status: "_LenientStatus | None" = None
    quoted_status: "_LenientStatus | None" = None
    #: The edit history in a personal archive.
    edit_info: Any = None


#: Keys that name the author of a tweet in other formats. A status names it by `user`.
_AUTHOR_KEYS = frozenset(
    {
        *("author", "author_id", "authorId", "username", "userName", "user_name"),
        *("screen_name", "screenName", "user_id", "userId", "from_user", "from_user_id"),
    }
)

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

#: Without `strict` it reads numbers in strings.
_decode = StructDecoder(_LenientStatus, strict=False)


def decode_leniently(record: bytes, odd: Counter[str] | None = None) -> Status:
    """Decode a status whose ids may be strings or floats, or only in fields like `id_str`.

    Its ids are as written until `exact` has read them.

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


def exact(status: Status, ids: IdReader) -> None:
    """Replace the ids of a status by the exact ones. Those of statuses inside it are left."""
    user = status.user or _NO_USER
    if type(status) is not _LenientStatus and _is_exact(status, user):
        return
    exact = ids.read(
        tweet_id=(status.id, status.id_str),
        reply_to_id=(status.in_reply_to_status_id, status.in_reply_to_status_id_str),
        reply_to_author_id=(status.in_reply_to_user_id, status.in_reply_to_user_id_str),
        quoted_id=(status.quoted_status_id, status.quoted_status_id_str),
        author_id=(user.id, user.id_str),
    )
    status.id = exact["tweet_id"]
    status.in_reply_to_status_id = exact["reply_to_id"]
    status.in_reply_to_user_id = exact["reply_to_author_id"]
    status.quoted_status_id = exact["quoted_id"]
    if status.user is not None:
        status.user.id = exact["author_id"]


def _is_exact(status: Status, user: User) -> bool:
    """Return whether every number of a status equals its string."""
    parent, parent_author = status.in_reply_to_status_id, status.in_reply_to_user_id
    quoted = status.quoted_status_id
    return (
        str(status.id) == status.id_str
        and str(user.id) == user.id_str
        and (str(parent) if parent else None) == status.in_reply_to_status_id_str
        and (str(parent_author) if parent_author else None) == status.in_reply_to_user_id_str
        and (str(quoted) if quoted else None) == status.quoted_status_id_str
    )


def report(status: Status, collector: Collector) -> None:
    """Report a status of its own, and those inside it, to the collector.

    Raises:
        RejectedError: If it has no text or an invalid id.
    """
    batch = Batch(collector.ids)
    batch.add(status, collector.line)
    batch.report(collector)


class Batch:
    """Statuses to report to the collector, and the lines that they come from.

    Args:
        ids: Reads their ids.
    """

    def __init__(self, ids: IdReader) -> None:
        self._ids = ids
        self._statuses: list[Status] = []
        self._texts: list[str] = []
        self._lines: list[int] = []
        self._are_embedded: list[bool] = []
        self._tweets = 0
        self._carriers = 0
        #: Lines of the records added so far.
        self.records: list[int] = []

    def add(self, status: Status, line: int) -> None:
        """Add the content of a line: a tweet and the one that it quotes, or what it retweets.

        Raises:
            RejectedError: If the status has no text or an invalid id.
        """
        if status.retweeted_status is not None:
            self._add_embedded(status.retweeted_status, line)
            self._add_embedded(status.quoted_status, line)
            self._carriers += 1
            self.records.append(line)
            return
        exact(status, self._ids)
        if status.id is None:
            msg = "no status: its id is missing or rounded"
            raise RejectedError(msg, RejectKind.INVALID_ID)
        text = _text(status)
        if text is None:
            msg = "no tweet: no text"
            raise RejectedError(msg)
        check_id(status.id)
        check_text(text)
        self._append(status, text, line, is_embedded=False)
        self._tweets += 1
        self.records.append(line)
        self._add_embedded(status.quoted_status, line)

    def _add_embedded(self, status: Status | None, line: int) -> None:
        for _ in range(MOST_NESTED):
            if status is None:
                return
            if status.retweeted_status is not None:
                status = status.retweeted_status
            text = _text(status)
            exact(status, self._ids)
            if is_valid_id(status.id) and text is not None and len(text) <= MOST_CHARACTERS:
                self._append(status, text, line, is_embedded=True)
            status = status.quoted_status

    def _append(self, status: Status, text: str, line: int, *, is_embedded: bool) -> None:
        self._statuses.append(status)
        self._texts.append(text)
        self._lines.append(line)
        self._are_embedded.append(is_embedded)

    def report(self, collector: Collector) -> None:
        """Report everything to the collector."""
        columns = _columns(self._statuses, texts=self._texts, are_embedded=self._are_embedded)
        collector.batch(columns, lines=self._lines, tweets=self._tweets, carriers=self._carriers)
        for status in self._statuses:
            if status.edit_history is not None and status.id is not None:
                collector.edit_history(status.id, status.edit_history)


#: Field of `TweetRecord` -> field of `Status` to copy.
_COPIED = {
    "tweet_id": "id",
    "lang": "lang",
    "reply_to_id": "in_reply_to_status_id",
    "reply_to_author_id": "in_reply_to_user_id",
    "quoted_id": "quoted_status_id",
    "is_sensitive": "possibly_sensitive",
}

#: The same for counts, see `_known_counts`.
_COUNTS = {
    "likes": "favorite_count",
    "retweets": "retweet_count",
    "replies": "reply_count",
    "quotes": "quote_count",
}


def _columns(
    statuses: list[Status], *, texts: list[str], are_embedded: list[bool]
) -> dict[str, list[Any]]:
    """Return the fields of `TweetRecord` as columns, one value per status.

    The collector checks that all fields are there and equally long; their order does not matter.
    """
    has_counts = [
        is_embedded or status.full_text is not None
        for status, is_embedded in zip(statuses, are_embedded, strict=True)
    ]
    users = [status.user or _NO_USER for status in statuses]
    entities = [_entities(status) for status in statuses]
    copied = {name: list(map(attrgetter(field), statuses)) for name, field in _COPIED.items()}
    counts = {name: _known_counts(statuses, f, has_counts) for name, f in _COUNTS.items()}
    return {
        **copied,
        **counts,
        "text": texts,
        "author_id": [user.id for user in users],
        "author_name": [user.screen_name for user in users],
        "created_at": [
            moment(status.created_at) if (status.id or 0) < FIRST_SNOWFLAKE else None
            for status in statuses
        ],
        "conversation_id": [None] * len(statuses),
        "hashtags": [_hashtags(parts) for parts in entities],
        "is_truncated": [
            bool(status.truncated)
            and not (status.extended_tweet and status.extended_tweet.full_text)
            for status in statuses
        ],
        "has_media": [any(part.media for part in parts) if parts else False for parts in entities],
        "is_embedded": are_embedded,
    }


def _known_counts(statuses: list[Status], field: str, is_known: list[bool]) -> list[int | None]:
    """Return counts; a count of 0 is null unless it is known.

    In the stream, the counts of a line's own status are always 0: the tweet was seconds old.
    Embedded statuses and those of REST (with `full_text`) have true counts.
    """
    counts = zip(map(attrgetter(field), statuses), is_known, strict=True)
    return [count if known else count or None for count, known in counts]


_NO_USER = User()
_NO_HASHTAGS: list[str] = []


def _text(status: Status) -> str | None:
    extended = status.extended_tweet
    if extended is not None and extended.full_text:
        return extended.full_text
    return status.text if status.full_text is None else status.full_text


def _entities(status: Status) -> list[Entities]:
    """Return the entities with hashtags or media; most statuses have none."""
    candidates = [status.entities, status.extended_entities]
    if status.extended_tweet is not None:
        candidates += [status.extended_tweet.entities, status.extended_tweet.extended_entities]
    return [part for part in candidates if part is not None and (part.hashtags or part.media)]


def _hashtags(parts: list[Entities]) -> list[str]:
    if not parts:
        return _NO_HASHTAGS
    texts = [tag.text for part in parts for tag in part.hashtags or () if tag.text]
    return texts[:MOST_HASHTAGS]
