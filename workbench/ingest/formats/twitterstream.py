"""Read API v1.1 statuses, from the sample stream, from REST calls, or hydrated.

The archive.org dumps of 2011 to 2022 are lines of this kind, with delete notices and other
messages of the stream between them. Older vintages lack fields, but need no special case. Other
tools write ids as strings; those records are read one by one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import Written, deleted_id
from workbench.ingest.formats import grailbird
from workbench.ingest.formats.v1_fields import (
    Status,
    decode_leniently,
    has_id,
    refuse_other_author,
)
from workbench.ingest.formats.v1_status import Batch, report
from workbench.ingest.record_reader import attempt
from workbench.ingest.records.lines import TOO_LONG, Lines
from workbench.ingest.tweet_records import OtherFormatError, RejectedError

NAME = "twitterstream"
ABOUT = "API v1.1: archive.org's stream, hydrated and searched tweets, one or many a file"
YEARS = "2010 to 2023"
LACKS = "conversation ids"

#: Messages of the stream that are neither tweets nor deletions.
NOTICES = frozenset(
    {
        *("scrub_geo", "limit", "status_withheld", "user_withheld", "disconnect", "warning"),
        *("friends", "friends_str", "event", "direct_message", "control", "for_user"),
    }
)


#: Fields beside the kind of a message.
_BESIDE_NOTICES = ("timestamp_ms", "target", "source", "target_object", "created_at", "message")


class Deletion(msgspec.Struct, gc=False):
    """The fields to read of a notice that a tweet was deleted."""

    class Tweet(msgspec.Struct, gc=False):
        """The deleted tweet."""

        id: int
        id_str: str | None = None

    status: Tweet


class _LenientNotice(msgspec.Struct):
    """The same notice with ids as other tools write them."""

    class Deletion(msgspec.Struct):
        class Tweet(msgspec.Struct):
            id: Written = None
            id_str: Written = None

        status: Tweet

    delete: Deletion


class Line(Status, gc=False):
    """A line that is a status or a deletion."""

    delete: Deletion | None = None


_status = msgspec.json.Decoder(Status).decode
_notice = msgspec.json.Decoder(_LenientNotice, strict=False).decode
_decode_line = msgspec.json.Decoder(Line).decode
_decode_lines = msgspec.json.Decoder(Line).decode_lines
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_statuses = msgspec.json.Decoder(list[msgspec.Raw]).decode


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    deletion, statuses = sample.get("delete"), sample.get("statuses")
    if isinstance(deletion, dict) and isinstance(deletion.get("status"), dict):
        return True
    if isinstance(statuses, list) or _notice_kind(sample):
        return True
    has_id, has_text = {"id", "id_str"} & sample.keys(), {"text", "full_text"} & sample.keys()
    if grailbird.is_date(sample.get("created_at")):
        return False
    return bool(has_id and has_text and isinstance(sample.get("user"), dict))


def _notice_kind(fields: Mapping[str, Any]) -> str | None:
    """Return the kind of a message of the stream; None if it is none.

    Other objects may have a field with such a name, like `event`. In a message it contains an
    object, or has only the usual fields beside it.
    """
    kind = next((key for key in fields if key in NOTICES), None)
    if kind is None or {"id", "text"} & fields.keys():
        return None
    value = fields[kind]
    is_raw_object = isinstance(value, msgspec.Raw) and bytes(value).startswith((b"{", b"["))
    is_object = is_raw_object or isinstance(value, dict | list)
    return kind if is_object or fields.keys() <= {kind, *_BESIDE_NOTICES} else None


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is JSON of another kind.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    if record.startswith(b'{"delete"'):
        collector.deletion(_deleted(record))
        return
    try:
        status = _status(record)
    except msgspec.ValidationError:
        status = decode_leniently(record, collector.odd)
    if not has_id(status):
        _read_message(record, collector)
        return
    if status.user is None:
        refuse_other_author(record)
    report(status, collector)


def read_lines(lines: Lines, collector: Collector) -> bool:
    """Do what `read` does for each of many lines, but faster.

    Returns:
        False, and nothing is reported, if a line is neither blank nor an object of its own.
    """
    decoded = _decoded(lines)
    if decoded is None:
        return False
    numbers, values = decoded
    collector.blank(len(lines) - len(numbers))
    deletions: dict[int, int] = {}
    alone = []
    batch = Batch(collector.ids)
    for number, line in zip(numbers, values, strict=True):
        if line is None:
            alone.append(number)
        elif line.id is None and line.delete is not None:
            deletions[number] = _exact(line.delete.status)
        elif line.id is None or line.user is None or line.delete is not None:
            alone.append(number)
        else:
            try:
                batch.add(line, number)
            except Exception:
                alone.append(number)
    try:
        collector.deletions([*deletions.values()])
    except RejectedError:  # nothing of it was counted: one id is out of range
        alone += deletions
    try:
        batch.report(collector)
    except Exception:  # the same: one line alone is at fault
        alone += batch.records
    for number in sorted(alone):
        collector.line = number
        attempt(read, lines.record(number), collector, matches=matches)
    return True


#: Numbers of lines, and what each is decoded to.
_Decoded = tuple[Sequence[int], Sequence[Line | None]]


def _decoded(lines: Lines) -> _Decoded | None:
    """Decode the lines that are not blank; those that cannot be decoded are None.

    Returns:
        None if a line is not an object of its own.
    """
    try:
        values = _decode_lines(lines.data)
    except Exception:  # One line has this fault. The others are decoded one by one, nearly as fast.
        return _decoded_one_by_one(lines)
    numbers = lines.of_objects(len(values))
    return None if numbers is None else (numbers, values)


def _decoded_one_by_one(lines: Lines) -> _Decoded | None:
    numbers: list[int] = []
    values: list[Line | None] = []
    for number, record in lines.records(max_bytes=len(lines.data)):
        if record == b"":
            continue
        if record is TOO_LONG or not record.startswith(b"{"):
            return None
        numbers.append(number)
        try:
            values.append(_decode_line(record))
        except Exception:  # `read` finds the reason
            values.append(None)
    return numbers, values


def _exact(tweet: Deletion.Tweet) -> int:
    if tweet.id_str is None or tweet.id_str == str(tweet.id):
        return tweet.id
    return deleted_id(tweet.id, tweet.id_str) or tweet.id


def _deleted(record: bytes) -> int:
    tweet = _notice(record).delete.status
    tweet_id = deleted_id(tweet.id, tweet.id_str)
    if tweet_id is None:
        msg = "deletion: no id"
        raise RejectedError(msg)
    return tweet_id


def _read_message(record: bytes, collector: Collector) -> None:
    fields = _keys(record)
    if "delete" in fields:
        collector.deletion(_deleted(record))
        return
    if "statuses" in fields:
        for element in _statuses(fields["statuses"]):
            attempt(read, bytes(element), collector, matches=matches)
        return
    kind = _notice_kind(fields)
    if kind is None:
        status = decode_leniently(record, collector.odd)
        if has_id(status):
            report(status, collector)
            return
        if {"text", "full_text"} & fields.keys() and "user" in fields:
            msg = "no tweet: no id"
            raise RejectedError(msg)
        raise OtherFormatError
    collector.notice(kind)
