"""Read personal archives: the tweets of one account, as the platform exports them to its owner.

Since 2018 they are `window.YTD.tweets.part0 = [...]`, with numbers as strings and no author. Older
archives are read by `grailbird` and `archive_csv`.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import deleted_id
from workbench.ingest.formats import v1_fields, v1_status
from workbench.ingest.tweet_records import OtherFormatError, RejectedError

NAME = "personal_archive"
ABOUT = "export of X: tweets.js, tweet.js, deleted-tweets.js"
YEARS = "since 2018"
LACKS = "conversation ids; the author, if account.js is not beside it"


#: A cut text ends like this; links to pictures may follow.
_CUT = re.compile(r"…\s*(?:https?://\S+\s*){0,4}$")
_TAIL = 200


class Entry(msgspec.Struct):
    """The fields to read of an array element, which contains a tweet or is one."""

    tweet: msgspec.Raw = msgspec.Raw()
    deleted_at: msgspec.Raw = msgspec.Raw()


_entry = msgspec.json.Decoder(Entry).decode
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    inner = sample.get("tweet", sample)
    if not isinstance(inner, dict) or "user" in inner:
        return False
    return _is_evident(inner)


def _is_evident(fields: Mapping[str, Any]) -> bool:
    """Return whether an object is a tweet: only these are called `full_text`, or have `id_str`.

    Any object may have an `id` and a `text`. Results of the search API of 2009 have `from_user`.
    """
    if "from_user" in fields:
        return False
    return ("full_text" in fields and bool({"id", "id_str"} & fields.keys())) or (
        "text" in fields and "id_str" in fields
    )


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Retweets do not include their original here, so they become rows. They are marked as truncated
    if their text was cut at 140 characters. Tweets that the author deleted become deletions.

    Raises:
        RejectedError: If the record is not a tweet.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    entry = _entry(record)
    if bytes(entry.tweet):
        record, entry = bytes(entry.tweet), _entry(entry.tweet)
    if not _is_evident(_keys(record)):
        raise OtherFormatError
    status = v1_fields.decode_leniently(record, collector.odd)
    if bytes(entry.deleted_at):
        tweet_id = deleted_id(status.id, status.id_str)
        if tweet_id is None:
            msg = "deletion: no id"
            raise RejectedError(msg)
        collector.deletion(tweet_id)
        return
    text = status.full_text or status.text or ""
    # Long texts are cut too. An export has their end in another file, see `x_export`.
    status.truncated = _CUT.search(text[-_TAIL:]) is not None
    v1_status.report(status, collector)
