"""Read `tweets.csv` of the official archive of 2012 to 2018: the tweets of one account.

It names no author. The same archive contains the tweets once more as Grailbird months, which do.
"""

from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.formats.field_parsers import hashtags_in, is_cut, moment, number
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, RejectedError, TweetRecord

NAME = "archive_csv"
ABOUT = "official archive of 2012 to 2018: tweets.csv; no author, language or counts"

#: Only this file has all of these columns.
_COLUMNS = {"tweet_id", "in_reply_to_status_id", "timestamp", "text", "retweeted_status_id"}


class Row(msgspec.Struct):
    """The columns to read."""

    tweet_id: str | None = None
    in_reply_to_status_id: str | None = None
    in_reply_to_user_id: str | None = None
    timestamp: str | None = None
    text: str | None = None
    retweeted_status_id: str | None = None


_row = msgspec.json.Decoder(Row).decode


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    return sample.keys() >= _COLUMNS


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record is not a tweet.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    row = _row(record)
    tweet_id = number(row.tweet_id)
    if tweet_id is None or row.text is None:
        msg = f"no tweet: no {'id' if tweet_id is None else 'text'}"
        raise RejectedError(msg)
    if number(row.retweeted_status_id) is not None:
        collector.carrier()
        return
    collector.tweet(
        TweetRecord(
            tweet_id=tweet_id,
            text=row.text,
            created_at=moment(row.timestamp) if tweet_id < FIRST_SNOWFLAKE else None,
            reply_to_id=number(row.in_reply_to_status_id),
            reply_to_author_id=number(row.in_reply_to_user_id),
            hashtags=hashtags_in(row.text),
            is_truncated=is_cut(row.text),
        )
    )
