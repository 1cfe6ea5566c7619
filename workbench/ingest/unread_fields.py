"""Find fields that no reader has read, although by their names they hold what the row lacks.

The first records of a member are looked at, and then one in many. A field is reported if its name
speaks of an author, a time, a parent or a conversation, its value is not empty, and the row of the
same record has none. So a field that only repeats what was read is never reported, whatever its
format, and a new format needs no list of its fields.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from workbench.ingest.collector import Collector, Read
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, RawRows, TweetRecord

#: So many records of a member are looked at, and one in so many of the others.
FIRST = 200
ONE_IN = 100
#: Larger records, in bytes, are pages of many tweets; they are not looked at.
LARGEST = 1 << 16

#: Levels of a record that are looked at.
_LEVELS = 3

#: Parts of a record that are about other tweets and users than its own.
_ABOUT_OTHERS = re.compile(
    r"quot|retweet|mention|include|entity|entities|meta|error|media|place|tagged"
)

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")

#: What a row may lack -> names of fields that hold it, in snake case.
_NAMES = {
    "author": re.compile(
        r"(?:.*_)?(?:from|author|user|username|screen|speaker|creator|poster|sender|account|handle)"
        r"(?:_(?:id|str|name|screen|user|username|handle))*"
    ),
    "time": re.compile(r"(?:created|posted|date|time|timestamp|datetime)(?:_(?:at|utc|ms|time))*"),
    "parent": re.compile(r".*(?:reply_to|replied_to|replying_to|in_reply|in_response|parent).*"),
    "conversation": re.compile(r".*(?:conversation|thread_id|discussion).*"),
}
#: What a row may lack -> its id in the row.
_IDS = {"author": "author_id", "parent": "reply_to_id", "conversation": "conversation_id"}
#: A field that names the author of the parent, or whom a text addresses, holds none of these.
_USER_OF_PARENT = re.compile(
    r".*(?:reply|repli|response|to)_.*(?:user|name|author|screen).*|to_user.*"
)

_HAS_NUMBER = re.compile(r"\d{3}")


class _Rows(Collector):
    """Keeps the first tweet of a record instead of counting it."""

    row: TweetRecord | None = None

    def tweet(self, tweet: TweetRecord) -> None:
        """Keep a tweet."""
        self.row = self.row or tweet

    def batch(
        self, columns: dict[str, list[Any]], *, lines: list[int], tweets: int, carriers: int
    ) -> None:
        """Keep the first of many tweets, which is a tweet of its own if any is."""
        if tweets:
            first = {name: values[0] for name, values in columns.items()}
            self.row = self.row or TweetRecord(**first)


class Watch:
    """Looks at some records of a member and counts the unread fields.

    Args:
        read: Reads one record.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._seen = 0
        #: What a row lacks and the field that holds it -> records, of those looked at.
        self.counts: Counter[str] = Counter()

    def look(self, record: bytes) -> None:
        """Look at a record, if it is one of those to look at."""
        self._seen += 1
        if (self._seen > FIRST and self._seen % ONE_IN) or len(record) > LARGEST:
            return
        rows = _Rows(source="", member=0, rows=RawRows())
        fields: Any = None
        # A record that cannot be read is counted as rejected elsewhere.
        with suppress(Exception):
            self._read(record, rows)
            fields = msgspec.json.decode(record)
        if rows.row is not None and isinstance(fields, dict):
            # What was read, but is no id or was rounded, is counted as an odd field.
            odd = rows.ids.unknown.keys() | rows.ids.odd.keys()
            unread = missing(fields, rows.row)
            self.counts.update(
                f"{what}: {path}" for path, what in unread.items() if _IDS.get(what) not in odd
            )


def missing(record: Mapping[str, Any], row: TweetRecord) -> dict[str, str]:
    """Return the fields of a decoded record that hold what its row lacks: path -> what.

    Examples:
        >>> row = TweetRecord(tweet_id=7, text="a")
        >>> missing({"id": 7, "speaker": "u2", "reply-to": "L1044", "label": 1}, row)
        {'speaker': 'author', 'reply-to': 'parent'}
        >>> missing({"in_reply_to_screen_name": "ann", "userId": None}, row)
        {}
    """
    lacks = {
        "author": row.author_id is None and not row.author_name,
        "time": row.created_at is None and row.tweet_id < FIRST_SNOWFLAKE,
        "parent": row.reply_to_id is None,
        "conversation": row.conversation_id is None,
    }
    unread = {}
    for path, value in _leaves(record):
        name = _snake(path)
        if _USER_OF_PARENT.fullmatch(name):
            continue
        for what, pattern in _NAMES.items():
            if lacks[what] and pattern.fullmatch(name) and _holds(what, value):
                unread[path] = what
    return unread


def _leaves(fields: Mapping[str, Any], path: str = "", level: int = 0) -> Iterator[tuple[str, Any]]:
    for key, value in fields.items():
        if _ABOUT_OTHERS.search(key.lower()):
            continue
        inner = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            if level < _LEVELS:
                yield from _leaves(value, inner, level + 1)
        elif not isinstance(value, list):
            yield inner, value


def _snake(path: str) -> str:
    return "_".join(filter(None, _WORD.split(path))).lower()


def _holds(what: str, value: object) -> bool:
    if (
        value is None
        or value is False
        or value is True
        or value in ("", 0, -1, "0", "null", "None")
    ):
        return False
    return what in {"author", "time"} or _HAS_NUMBER.search(str(value)) is not None
