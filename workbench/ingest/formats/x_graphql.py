"""Read GraphQL responses of the web client, as browsers and twscrape's raw mode save them.

A response nests tweets in timelines: instructions, entries, modules. Every `tweet_results` in it
is a tweet of its own, in whatever place. Single tweets (`{"rest_id": ..., "legacy": ...}`) are
read too. Tombstones and unavailable tweets become notices.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.formats import graphql_tweet
from workbench.ingest.record_reader import attempt
from workbench.ingest.records import outline
from workbench.ingest.tweet_records import RejectedError
from workbench.schemas import RejectKind

NAME = "x_graphql"
ABOUT = "X's web client: GraphQL responses, also twscrape's raw ones"
YEARS = "since 2021"
LACKS = ""

#: Keys that contain a tweet as their `result`, in timelines and for single tweets.
_TWEET_KEYS = frozenset({"tweet_results", "tweetResult", "tweet_result", "tweetResults"})

#: Keys under `data` in the responses that contain tweets.
_OPERATIONS = frozenset(
    {
        *("user", "users", "user_result", "user_result_by_screen_name", "viewer", "viewer_v2"),
        *("search_by_raw_query", "threaded_conversation_with_injections", "home", "list"),
        *("threaded_conversation_with_injections_v2", "tweetResult", "tweet_results"),
        *("tweetResults", "bookmark_timeline", "bookmark_timeline_v2", "communityResults"),
        *("favoriters_timeline", "retweeters_timeline", "timeline_response", "tweet_result"),
        *("tweet_result_by_rest_id", "bookmark_collection_timeline", "search"),
    }
)

#: Part of a timeline -> keys of its elements that only the web client writes.
_TIMELINE_PARTS = {"instructions": {"entries", "moduleItems"}, "entries": {"entryId"}}

#: Type of a result without a tweet -> its kind in notices.
_ABSENT = {"TweetTombstone": "tombstone", "TweetUnavailable": "tweet-unavailable"}

#: A response nests its tweets in fewer objects and lists.
_LEVELS = 40

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_NOTHING = msgspec.Raw(b"null")


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format: a response, a part of it, or a tweet."""
    data = sample.get("data")
    if isinstance(data, dict) and data:
        return data.keys() <= _OPERATIONS and any(map(_is_answer, data.values()))
    if _is_tweet(sample) or ("__typename" in sample and _is_tweet(sample.get("tweet"))):
        return True
    return _is_timeline(sample) or (
        "entryId" in sample and {"content", "item"} & sample.keys() != set()
    )


def _is_tweet(value: object) -> bool:
    return isinstance(value, dict) and {"rest_id", "legacy", "core"} <= value.keys()


def _is_answer(value: object) -> bool:
    """Return whether this is what an operation returns: a timeline or a result."""
    if isinstance(value, list):
        return bool(value) and _is_answer(value[0])
    if not isinstance(value, dict):
        return False
    return bool({"result", "instructions"} & value.keys()) or any(
        "timeline" in key for key in value
    )


def _is_timeline(sample: dict[str, Any]) -> bool:
    """Return whether this is a timeline that was saved alone, without the response around it."""
    for key, marks in _TIMELINE_PARTS.items():
        elements = sample.get(key)
        first = elements[0] if isinstance(elements, list) and elements else None
        # Detection does not decode the elements of large lists.
        if isinstance(first, dict) and (not first or marks & first.keys()):
            return True
    return False


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    A retweet gives its original. A response without tweets carries nothing.

    Raises:
        RejectedError: If the record is not a response or a tweet.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    keys = _keys(record)
    fields = outline.fields(record)
    if fields is None or not matches(fields):
        msg = "no response of the web client"
        raise RejectedError(msg, RejectKind.UNKNOWN_FORMAT)
    if "rest_id" in keys or "tweet" in keys:
        _read_result(record, collector)
        return
    for result in _results(record):
        attempt(_read_result, result, collector)


def _results(value: bytes, levels: int = _LEVELS) -> Iterator[bytes]:
    """Yield the result of each tweet in a response, in order; those inside tweets are left."""
    if not levels:
        return
    if value.startswith(b"["):
        for element in _list(value):
            yield from _results(bytes(element), levels - 1)
    elif value.startswith(b"{"):
        for key, raw in _keys(value).items():
            inner = bytes(raw)
            if key not in _TWEET_KEYS:
                yield from _results(inner, levels - 1)
            elif inner.startswith(b"["):  # `tweetResults` of several ids
                yield from (_result(bytes(element)) for element in _list(inner))
            else:
                yield _result(inner)


def _result(inner: bytes) -> bytes:
    return bytes(_keys(inner).get("result", _NOTHING)) if inner.startswith(b"{") else inner


def _read_result(result: bytes, collector: Collector) -> None:
    """Report a tweet, or a notice in its place."""
    fields = _keys(result) if result.startswith(b"{") else {}
    kind = bytes(fields.get("__typename", _NOTHING)).strip(b'"').decode("utf-8", "replace")
    if not fields:
        collector.notice("tweet-unavailable")
    elif kind in _ABSENT:
        collector.notice(_ABSENT[kind])
    else:
        graphql_tweet.report(result, collector)
