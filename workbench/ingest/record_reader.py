"""Read one record, whatever is in it: anything wrong with it becomes a reject.

`member_reader` passes every record of a member to `attempt`. Formats do the same with the records
inside a record, for example the tweets of a page.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from workbench.ingest.collector import Collector, Read
from workbench.ingest.records import embedded_json, outline
from workbench.ingest.records.encoding import repair
from workbench.ingest.tweet_records import OtherFormatError, RejectedError
from workbench.schemas import RejectKind

#: Records inside records inside ..., at most this deep. Each level copies the record, which may
#: have megabytes. A page in a wrapper in the line of a log needs about half of these levels.
MOST_LEVELS = 12

#: Whether a decoded record has a format.
Matches = Callable[[dict[str, Any]], bool]


def attempt(
    read: Read, record: bytes, collector: Collector, *, matches: Matches | None = None
) -> None:
    """Read a record; anything wrong with it becomes a reject, never an exception.

    Args:
        read: Reads it.
        record: The record.
        collector: Receives its outcome.
        matches: See `read_record`.
    """
    if collector.depth >= MOST_LEVELS:
        collector.reject(RejectKind.TOO_DEEP, "nested too deeply", record)
        return
    collector.depth += 1
    try:
        _attempt(read, record, collector, matches=matches)
    except RecursionError:
        collector.reject(RejectKind.TOO_DEEP, "nested too deeply", record)
    except MemoryError:
        raise
    except Exception as error:  # a fault of the reader must not cost the other records
        collector.reject(RejectKind.READER_FAILED, failure(error), record)
    finally:
        collector.depth -= 1


def failure(error: Exception) -> str:
    """Say that a reader has failed; the text of the error may contain the record."""
    return f"the reader failed: {type(error).__name__}"


def _attempt(read: Read, record: bytes, collector: Collector, *, matches: Matches | None) -> None:
    before = collector.outcomes
    try:
        read_record(read, record, collector, matches=matches)
        if collector.outcomes == before:  # an empty page
            collector.carrier()
    except OtherFormatError:
        if not collector.read_as_other_format(record):
            collector.reject_unknown(record)
    except RejectedError as error:
        if not collector.read_as_other_format(record):
            collector.reject(error.kind, str(error), record)
    except msgspec.ValidationError as error:
        if not collector.read_as_other_format(record):
            collector.reject(RejectKind.WRONG_TYPE, f"wrong type: {error}", record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        _attempt_parts(read, record, collector, matches=matches)


def read_record(
    read: Read, record: bytes, collector: Collector, *, matches: Matches | None = None
) -> None:
    """Read a record. If a value has a wrong type, read it again without its odd fields.

    Args:
        read: Reads it.
        record: The record.
        collector: Receives its outcome.
        matches: Decides whether the record has the format of the reader. If it has not, it is not
            read again: another format's record would lose half of its fields. None if the place of
            the record shows that it has, for example in the list of a page.

    Raises:
        msgspec.ValidationError: If a value that the format requires has a wrong type.
        Exception: What the reader raises.
    """
    before = collector.outcomes
    outer, collector.odd = collector.odd, None
    try:
        read(record, collector)
    except msgspec.ValidationError:
        is_sure = matches is None or not collector.needs_evidence or _has_format(record, matches)
        if collector.outcomes > before or not is_sure:
            raise
        collector.odd = Counter()
        read(record, collector)
        collector.odd_values.update(collector.odd)
    finally:
        collector.odd = outer


def _has_format(record: bytes, matches: Matches) -> bool:
    fields = outline.fields(record)
    return fields is not None and matches(fields)


def _attempt_parts(
    read: Read, record: bytes, collector: Collector, *, matches: Matches | None
) -> None:
    """Read the objects inside a record that is not JSON, or what it is after a repair."""
    inner = embedded_json.objects(record)
    if not inner or inner == [record]:
        repaired = repair(record, collector.odd_values)
        inner = [] if repaired in (None, record) else [repaired or b""]
    for each in inner:
        attempt(read, each, collector, matches=matches)
    if not inner:
        collector.reject(RejectKind.NOT_JSON, "not JSON", record)
