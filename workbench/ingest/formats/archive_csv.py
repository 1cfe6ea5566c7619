"""Read `tweets.csv` of the official archive of 2012 to 2018: the tweets of one account.

It names no author. The same archive contains the tweets once more as Grailbird months, which do.
"""

from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import UNKNOWN_ID, Written
from workbench.ingest.formats.field_parsers import hashtags_in, is_cut, moment
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, RejectedError, TweetRecord
from workbench.schemas import RejectKind

NAME = "archive_csv"
ABOUT = "official archive: tweets.csv"
YEARS = "2012 to 2018"
LACKS = "author, language, counts, conversation ids"

#: Only this file has all of these columns.
_COLUMNS = {"tweet_id", "in_reply_to_status_id", "timestamp", "text", "retweeted_status_id"}


class Row(msgspec.Struct):
    """The columns to read."""

    tweet_id: Written = None
    in_reply_to_status_id: Written = None
    in_reply_to_user_id: Written = None
    timestamp: str | None = None
    text: str | None = None
    retweeted_status_id: Written = None


_row = StructDecoder(Row)


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    return sample.keys() >= _COLUMNS


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a tweet.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    row = _row(record, collector.odd)
    if row.retweeted_status_id not in (None, ""):
        collector.carrier()
        return
    ids = collector.ids.read(
        tweet_id=(row.tweet_id,),
        reply_to_id=(row.in_reply_to_status_id,),
        reply_to_author_id=(row.in_reply_to_user_id,),
    )
    if (tweet_id := ids["tweet_id"]) is None:
        raise RejectedError(UNKNOWN_ID, RejectKind.INVALID_ID)
    if row.text is None:
        msg = "no tweet: no text"
        raise RejectedError(msg)
    collector.tweet(
        TweetRecord(
            tweet_id=tweet_id,
            text=row.text,
            created_at=moment(row.timestamp) if tweet_id < FIRST_SNOWFLAKE else None,
            reply_to_id=ids["reply_to_id"],
            reply_to_author_id=ids["reply_to_author_id"],
            hashtags=hashtags_in(row.text),
            is_truncated=is_cut(row.text),
        )
    )
