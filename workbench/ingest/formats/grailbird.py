"""Read the months of the official archive of 2012 to 2018: `Grailbird.data.tweets_2013_01 = [`.

Their statuses have the fields of API v1.1, an author, and retweeted statuses. Dates are written
like `2013-01-02 20:10:54 +0000`, which no other source of such statuses does.
"""

import re
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.formats import v1_fields, v1_status
from workbench.ingest.tweet_records import RejectedError
from workbench.schemas import RejectKind

NAME = "grailbird"
ABOUT = "official archive: Grailbird months"
YEARS = "2012 to 2018"
LACKS = "language, counts, conversation ids"

_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}")


class Dated(msgspec.Struct):
    """The fields that distinguish a status of the archive."""

    created_at: str | None = None
    user: msgspec.Raw = msgspec.Raw()


_dated = msgspec.json.Decoder(Dated).decode


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    has_user = isinstance(sample.get("user"), dict)
    return has_user and "text" in sample and is_date(sample.get("created_at"))


def is_date(value: object) -> bool:
    """Return whether a date is written as in the archive.

    Examples:
        >>> is_date("2013-01-02 20:10:54 +0000"), is_date("Wed Jan 02 20:10:54 +0000 2013")
        (True, False)
    """
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a status of the archive.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    dated = _dated(record)
    if not bytes(dated.user) or not is_date(dated.created_at):
        msg = "no status of the archive"
        raise RejectedError(msg, RejectKind.UNKNOWN_FORMAT)
    status = v1_fields.decode_leniently(record, collector.odd)
    if not v1_fields.has_id(status):
        msg = "no tweet: no id"
        raise RejectedError(msg)
    v1_status.report(status, collector)
