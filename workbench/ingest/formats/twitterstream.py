"""Twitterstream: API v1.1 statuses, from the sample stream, from REST calls, or hydrated.

The archive.org dumps of 2011 to 2022 are lines of this kind, among delete notices and other
messages of the stream. Older vintages lack fields, none needs a case of its own. Other tools
pass statuses and notices on with ids as strings; those are read one by one.
"""

from typing import Any

import msgspec

from workbench.ingest.collector import Collector, attempt
from workbench.ingest.formats import field_parsers
from workbench.ingest.formats.v1_status import Batch, Status, give, lenient
from workbench.ingest.records.lines import Lines
from workbench.ingest.tweet_records import RejectedError

NAME = "twitterstream"
ABOUT = "API v1.1: archive.org stream dumps, hydrated and searched statuses, one or many a file"

#: Messages of the stream that are neither tweets nor deletions.
NOTICES = frozenset(
    {
        *("scrub_geo", "limit", "status_withheld", "user_withheld", "disconnect", "warning"),
        *("friends", "friends_str", "event", "direct_message", "control", "for_user"),
    }
)


class Deletion(msgspec.Struct, gc=False):
    """What is read of the notice that a tweet was deleted."""

    class Tweet(msgspec.Struct, gc=False):
        """The tweet that is gone."""

        id: int

    status: Tweet


class _Notice(msgspec.Struct):
    """Such a notice, with ids as other tools write them."""

    class Deletion(msgspec.Struct):
        class Tweet(msgspec.Struct):
            id: int | None = None
            id_str: int | str | None = None

        status: Tweet

    delete: Deletion


class Line(Status, gc=False):
    """A line that may be either."""

    delete: Deletion | None = None


_status = msgspec.json.Decoder(Status).decode
_notice = msgspec.json.Decoder(_Notice, strict=False).decode
_line_by_line = msgspec.json.Decoder(Line).decode_lines
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_statuses = msgspec.json.Decoder(list[msgspec.Raw]).decode


def matches(sample: dict[str, Any]) -> bool:
    """Tell whether a decoded record is of this format."""
    if "delete" in sample or "statuses" in sample or NOTICES & sample.keys():
        return True
    has_id, has_text = {"id", "id_str"} & sample.keys(), {"text", "full_text"} & sample.keys()
    return bool(has_id and has_text and "user" in sample)


def read(record: bytes, sink: Collector) -> None:
    """Give what one record holds to the sink.

    Raises:
        RejectedError: If the record is JSON of another kind.
        msgspec.DecodeError: If it is no JSON or a field is of a wrong type.
    """
    if record.startswith(b'{"delete"'):
        sink.deletion(_deleted(record))
        return
    try:
        status = _status(record)
    except msgspec.ValidationError:
        status = lenient(record)
    if status.id is None:
        _read_message(record, sink)
        return
    give(status, sink)


def read_lines(lines: Lines, sink: Collector) -> bool:
    """Do what `read` does for each of many lines, in less time.

    Returns:
        False, with nothing given to the sink, if a line is not an object of its own that `read`
        can decode.
    """
    try:
        found = _line_by_line(lines.data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    numbers = lines.of_objects(len(found))
    if numbers is None:
        return False
    try:
        sink.deletions([line.delete.status.id for line in found if line.delete and line.id is None])
    except RejectedError:
        return False
    sink.blank(len(lines) - len(numbers))
    batch = Batch()
    for number, line in zip(numbers, found, strict=True):
        if line.delete is not None and line.id is None:
            continue
        sink.line = number
        if line.delete is not None or line.id is None:
            attempt(read, lines.record(number), sink)
            continue
        try:
            batch.take(line, number)
        except RejectedError:
            attempt(read, lines.record(number), sink)
    batch.give(sink)
    return True


def _deleted(record: bytes) -> int:
    tweet = _notice(record).delete.status
    found = field_parsers.number(tweet.id_str) if tweet.id is None else tweet.id
    if found is None:
        msg = "deletion: no id"
        raise RejectedError(msg)
    return found


def _read_message(record: bytes, sink: Collector) -> None:
    found = _keys(record)
    if "delete" in found:
        sink.deletion(_deleted(record))
        return
    if "statuses" in found:
        for element in _statuses(found["statuses"]):
            attempt(read, bytes(element), sink)
        return
    kind = next((key for key in found if key in NOTICES), None)
    if kind is None:
        status = lenient(record)
        if status.id is not None:
            give(status, sink)
            return
        msg = "no tweet: no id" if "text" in found or "full_text" in found else "no tweet"
        raise RejectedError(msg)
    sink.notice(kind)
