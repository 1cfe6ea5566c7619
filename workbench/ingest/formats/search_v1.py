"""Read the search API of 2009 to 2012: one result a line, or pages `{"results": [...]}`.

A result has no `user`, but `from_user`. Until November 2011, `from_user_id` and `to_user_id` were
ids of the search engine, not of the platform, so they are not read.
"""

from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import UNKNOWN_ID, IdReader, Written
from workbench.ingest.formats.field_parsers import hashtags_in, moment
from workbench.ingest.record_reader import attempt
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import (
    FIRST_SNOWFLAKE,
    OtherFormatError,
    RejectedError,
    TweetRecord,
)
from workbench.schemas import RejectKind

NAME = "search_v1"
ABOUT = "search API: results a line, or pages of them"
YEARS = "2009 to 2012"
LACKS = "ids of authors, counts, conversation ids"


class Result(msgspec.Struct, gc=False):
    """The fields to read of a result."""

    id: Written = None
    id_str: Written = None
    text: str | None = None
    from_user: str | None = None
    created_at: str | None = None
    iso_language_code: str | None = None
    in_reply_to_status_id: Written = None
    in_reply_to_status_id_str: Written = None


_result = StructDecoder(Result)
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format: only its results have `from_user`."""
    results = sample.get("results")
    if isinstance(results, list) and results and isinstance(results[0], dict):
        sample = results[0]
    has_id = bool({"id", "id_str"} & sample.keys())
    return has_id and "text" in sample and isinstance(sample.get("from_user"), str)


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a result.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    fields = _keys(record)
    if "results" in fields:
        for element in _list(fields["results"]):
            attempt(read, bytes(element), collector, matches=matches)
        return
    if "from_user" not in fields:
        raise OtherFormatError
    collector.tweet(_tweet_record(_result(record, collector.odd), collector.ids))


def _tweet_record(result: Result, reader: IdReader) -> TweetRecord:
    ids = reader.read(
        tweet_id=(result.id, result.id_str),
        reply_to_id=(result.in_reply_to_status_id, result.in_reply_to_status_id_str),
    )
    if (tweet_id := ids["tweet_id"]) is None:
        raise RejectedError(UNKNOWN_ID, RejectKind.INVALID_ID)
    if result.text is None:
        msg = "no tweet: no text"
        raise RejectedError(msg)
    return TweetRecord(
        tweet_id=tweet_id,
        text=result.text,
        author_name=result.from_user or None,
        created_at=_moment(result.created_at) if tweet_id < FIRST_SNOWFLAKE else None,
        lang=result.iso_language_code or None,
        reply_to_id=ids["reply_to_id"],
        hashtags=hashtags_in(result.text),
    )


def _moment(text: str | None) -> int | None:
    """Parse a date like `Thu, 06 Oct 2011 19:41:12 +0000`."""
    parts = (text or "").replace(",", "").split()
    if len(parts) != len(("Thu", "06", "Oct", "2011", "19:41:12", "+0000")):
        return moment(text)
    day, date, month, year, time, zone = parts
    return moment(f"{day} {month} {date} {time} {zone} {year}")
