"""Find fields that no reader has read, although by their names they hold what the row lacks.

A field is reported if its name speaks of an author, a time, a parent or a conversation, its value
is not empty, and the row of the same record has none. So a field that only repeats what was read is
never reported, whatever its format, and a new format needs no list of its fields.

Looking at a record costs as much as reading it. So the first records of a member are looked at, and
then one in many. As soon as a field is found, every record that has it is looked at, so its count
is exact from there on. If records were passed over before, the count says "at least".

How sure is it? A field in all records of a member is always found, and counted exactly. One in a
share `p` of `n` records is missed with a probability of `(1 - p) ** (200 + n / 100)`: for 1 % of
10,000 records, that is 5 %. For lines of API v1.1, which are read many at a time, the exponent is
only `8 + n / 500`. The inside of lists, and records over 64 KiB, which are pages, are not looked
at.
"""

import functools
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from workbench.ingest.collector import Collector, Read
from workbench.ingest.records.lines import TOO_LONG, Content, Lines
from workbench.ingest.records.split import Piece
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, RawRows, TweetRecord

#: So many records of a member are looked at, and one in so many of the others.
FIRST, ONE_IN = 200, 100
#: The same for formats that read many lines at a time.
FIRST_OF_LINES, ONE_IN_LINES = 8, 500
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

#: What an id may be: `1146303338000000001`, a link with it, `L1044`; no list of users, no sentence.
_ID = re.compile(r"[^\s\[\]{}'\"]*\d{3}[^\s\[\]{}'\"]*")
#: Names of fields whose meaning is remembered.
_MOST_NAMES = 4096


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
        is_fast: Whether the format reads many lines at a time.
    """

    def __init__(self, read: Read, *, is_fast: bool = False) -> None:
        self._read = read
        self._first = FIRST_OF_LINES if is_fast else FIRST
        self._one_in = ONE_IN_LINES if is_fast else ONE_IN
        #: Records so far.
        self._seen = 0
        #: Whether records were passed over before now.
        self._has_gap = False
        #: Keys of the fields, as JSON.
        self._keys: set[bytes] = set()
        #: What a row lacks and the field that holds it -> records.
        self._counts: Counter[str] = Counter()
        #: Those of which records may have been passed over.
        self._at_least: set[str] = set()

    def counts(self) -> Counter[str]:
        """Return the records by what their row lacks and the field that holds it."""
        return Counter(
            {
                f"{kind} (at least)" if kind in self._at_least else kind: count
                for kind, count in self._counts.items()
            }
        )

    def look(self, piece: Piece) -> None:
        """Look at the records of a piece that are due, and at all that have a known field."""
        size = len(piece)
        first = range(min(size, max(self._first - self._seen, 0)))
        looked_at = {*first, *range(-self._seen % self._one_in, size, self._one_in)}
        for place in sorted(looked_at):
            self._look_at(_record(piece, place))
        known = 0
        while len(self._keys) > known:  # a record with a known field may have another one
            known = len(self._keys)
            for place in self._with_known_keys(piece):
                if place not in looked_at:
                    self._look_at(_record(piece, place))
                    looked_at.add(place)
        self._seen += size
        self._has_gap |= len(looked_at) < size

    def _with_known_keys(self, piece: Piece) -> Iterator[int]:
        """Yield the places of the records that have a field which is known to be unread."""
        if isinstance(piece, Lines) and not self._has_known_key(piece.data):
            return
        for place in range(len(piece)):
            if self._has_known_key(_record(piece, place)):
                yield place

    def _has_known_key(self, data: Content) -> bool:
        return data is not TOO_LONG and any(key in data for key in self._keys)

    def _look_at(self, record: Content) -> None:
        if record is TOO_LONG or not record.startswith(b"{") or len(record) > LARGEST:
            return
        rows = _Rows(source="", member=0, rows=RawRows())
        # A record that cannot be read is counted as rejected elsewhere.
        with suppress(Exception):
            self._read(record, rows)
            fields = msgspec.json.decode(record)
            if rows.row is not None and isinstance(fields, dict):
                self._count_missing(fields, rows.row, rows)

    def _count_missing(self, fields: dict[str, Any], row: TweetRecord, rows: "_Rows") -> None:
        # What was read, but is no id or was rounded, is counted as an odd field.
        odd = rows.ids.unknown.keys() | rows.ids.odd.keys()
        for path, what in missing(fields, row).items():
            if _IDS.get(what) not in odd:
                self._count(f"{what}: {path}", path)

    def _count(self, kind: str, path: str) -> None:
        if kind not in self._counts and self._has_gap:
            self._at_least.add(kind)
        self._counts[kind] += 1
        self._keys.add(json.dumps(path.rpartition(".")[2], ensure_ascii=False).encode())


def _record(piece: Piece, place: int) -> Content:
    return piece.record(piece.first + place) if isinstance(piece, Lines) else piece[place][1]


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
    return {
        path: what
        for path, value in _leaves(record)
        for what in _meanings(path)
        if lacks[what] and _holds(what, value)
    }


@functools.lru_cache(_MOST_NAMES)
def _meanings(path: str) -> list[str]:
    """Return what a field holds by its name."""
    name = _snake(path)
    if _USER_OF_PARENT.fullmatch(name):
        return []
    return [what for what, pattern in _NAMES.items() if pattern.fullmatch(name)]


@functools.lru_cache(_MOST_NAMES)
def _is_about_others(key: str) -> bool:
    return _ABOUT_OTHERS.search(key.lower()) is not None


def _leaves(fields: Mapping[str, Any], path: str = "", level: int = 0) -> Iterator[tuple[str, Any]]:
    for key, value in fields.items():
        if _is_about_others(key):
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
    return what in {"author", "time"} or _ID.fullmatch(str(value)) is not None
