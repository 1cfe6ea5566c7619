"""Read the search API of 2009 to 2012: one result a line, or pages `{"results": [...]}`.

A result has no `user`, but `from_user`. Until November 2011, `from_user_id` and `to_user_id` were
ids of the search engine, not of the platform, so they are not read.
"""

from typing import Any

import msgspec

from workbench.ingest.collector import Collector, attempt
from workbench.ingest.formats.field_parsers import hashtags_in, moment, number
from workbench.ingest.tweet_records import (
    FIRST_SNOWFLAKE,
    OtherFormatError,
    RejectedError,
    TweetRecord,
)

NAME = "search_v1"
ABOUT = "search API of 2009 to 2012: results a line, or pages of them"

Id = int | str | float | None


class Result(msgspec.Struct, gc=False):
    """The fields to read of a result."""

    id: Id = None
    id_str: Id = None
    text: str | None = None
    from_user: str | None = None
    created_at: str | None = None
    iso_language_code: str | None = None
    in_reply_to_status_id: Id = None
    in_reply_to_status_id_str: Id = None


_result = msgspec.json.Decoder(Result).decode
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
            attempt(read, bytes(element), collector)
        return
    if "from_user" not in fields:
        raise OtherFormatError
    collector.tweet(_tweet_record(_result(record)))


def _tweet_record(result: Result) -> TweetRecord:
    tweet_id = _first(result.id_str, result.id)
    if tweet_id is None or result.text is None:
        msg = f"no tweet: no {'id' if tweet_id is None else 'text'}"
        raise RejectedError(msg)
    return TweetRecord(
        tweet_id=tweet_id,
        text=result.text,
        author_name=result.from_user or None,
        created_at=_moment(result.created_at) if tweet_id < FIRST_SNOWFLAKE else None,
        lang=result.iso_language_code or None,
        reply_to_id=_first(result.in_reply_to_status_id_str, result.in_reply_to_status_id),
        hashtags=hashtags_in(result.text),
    )


def _first(written: Id, other: Id) -> int | None:
    """Return the id as a string, which no tool rounds, or else as a number."""
    ids = (number(each) for each in (written, other) if not isinstance(each, float))
    return next((each for each in ids if each is not None), None)


def _moment(text: str | None) -> int | None:
    """Parse a date like `Thu, 06 Oct 2011 19:41:12 +0000`."""
    parts = (text or "").replace(",", "").split()
    if len(parts) != len(("Thu", "06", "Oct", "2011", "19:41:12", "+0000")):
        return moment(text)
    day, date, month, year, time, zone = parts
    return moment(f"{day} {month} {date} {time} {zone} {year}")
