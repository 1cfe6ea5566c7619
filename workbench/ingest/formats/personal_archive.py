"""Personal archive: the tweets of one account, as the platform hands them to their author.

Since 2018 they are `window.YTD.tweets.part0 = [...]`, with numbers as strings and no author. The
older `Grailbird.data...` months hold statuses with an author, which `twitterstream` reads.
"""

from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.formats import v1_status
from workbench.ingest.tweet_records import RejectedError

NAME = "personal_archive"
ABOUT = "personal archive: tweets.js, tweet.js, deleted-tweets.js"


class Entry(msgspec.Struct):
    """What is read of an element of the array, with the tweet inside it or laid out flat."""

    tweet: msgspec.Raw = msgspec.Raw()
    deleted_at: msgspec.Raw = msgspec.Raw()


_entry = msgspec.json.Decoder(Entry).decode


def matches(sample: dict[str, Any]) -> bool:
    """Tell whether a decoded record is of this format."""
    inner = sample.get("tweet", sample)
    if not isinstance(inner, dict) or "user" in inner:
        return False
    return ("full_text" in inner or "text" in inner) and ("id_str" in inner or "id" in inner)


def read(record: bytes, sink: Collector) -> None:
    """Give what one record holds to the sink.

    Retweets have no original here, so that they stay rows; where their text was cut at 140
    characters they are marked as truncated. Tweets that the author deleted become deletions.

    Raises:
        RejectedError: If the record is no tweet.
        msgspec.DecodeError: If it is no JSON or a field is of a wrong type.
    """
    entry = _entry(record)
    if bytes(entry.tweet):
        record, entry = bytes(entry.tweet), _entry(entry.tweet)
    status = v1_status.lenient(record)
    if status.id is None:
        msg = "no tweet: no id"
        raise RejectedError(msg)
    if bytes(entry.deleted_at):
        sink.deletion(status.id)
        return
    if (status.full_text or status.text or "").startswith("RT @"):
        status.truncated = (status.full_text or status.text or "").endswith("…")
    v1_status.give(status, sink)
