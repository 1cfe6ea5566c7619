"""API v2: pages of tweets with their includes, flattened tweets, and objects of the v2 stream.

Pages come one a line, as one array, or gathered as `{"data": {"0": [...]}}`. The opening tweets
of conversations stand mostly in `includes.tweets`. Edited tweets have an id a version, so that
each version is a row.
"""

from contextlib import suppress
from functools import partial
from typing import Any

import msgspec

from workbench.ingest.collector import Collector, attempt
from workbench.ingest.formats import v2_errors, v2_tweet
from workbench.ingest.formats.v2_tweet import Tweet, User
from workbench.ingest.tweet_records import RejectedError

NAME = "api_v2"
ABOUT = "API v2: pages as twarc2 and others write them, flattened tweets, stream objects"


class Includes(msgspec.Struct):
    """What stands beside the tweets of a page."""

    tweets: list[msgspec.Raw] | None = None
    users: list[msgspec.Raw] | None = None


class Page(msgspec.Struct):
    """What is read of a page, or of an object of the stream."""

    data: msgspec.Raw = msgspec.Raw()
    includes: Includes | None = None
    errors: list[v2_errors.Problem] | None = None
    #: Only in objects of the stream.
    matching_rules: msgspec.Raw = msgspec.Raw()


_ALONE = v2_tweet.Surroundings({})

_user = msgspec.json.Decoder(User, strict=False).decode
_page = msgspec.json.Decoder(Page).decode
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode

_OF_A_PAGE = {"data", "errors", "meta"}
_BESIDE_DATA = {"includes", "meta", "errors", "matching_rules", "__twarc"}
_OF_A_TWEET = {"author_id", "author", "conversation_id", "public_metrics", "edit_history_tweet_ids"}
#: Keys that only things other than tweets have; a page of these is rejected.
_OTHER_THINGS = {
    "tweet_count": "counts",
    "username": "users",
    "owner_id": "lists",
    "member_count": "lists",
    "upload_url": "compliance jobs",
}
_TITLES = {
    "Not Found Error": "not-found",
    "Authorization Error": "not-authorized",
    "Forbidden": "suspended",
}
_RESOURCES = {"tweet", "user", "media", "poll", "place"}


def matches(sample: dict[str, Any]) -> bool:
    """Tell whether a decoded record is of this format."""
    data = sample.get("data")
    if isinstance(data, list | dict):
        first = next(iter(data.values() if isinstance(data, dict) else data), None)
        return bool(_BESIDE_DATA & sample.keys()) or "id" in data or isinstance(first, dict | list)
    if "id" in sample and "text" in sample:
        return bool(_OF_A_TWEET & sample.keys())
    meta, errors = sample.get("meta"), sample.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return "title" in errors[0]
    return (isinstance(meta, dict) and "result_count" in meta) or _is_compliance(sample)


def read(record: bytes, sink: Collector) -> None:
    """Give what one record holds to the sink.

    What a page says it lacks (deleted or protected tweets, suspended users) is counted as
    notices, `missing-tweet:not-found` and the like; tweets among it are known to be gone.

    Raises:
        RejectedError: If the record is a page of other things than tweets.
        msgspec.DecodeError: If it is no JSON or a field is of a wrong type.
    """
    found = _keys(record)
    if _OF_A_PAGE.isdisjoint(found):
        if "id" in found and "text" in found and "user" not in found:
            _give(record, sink, around=_ALONE)
            return
        msg = "no tweets: compliance" if _is_compliance(found) else "no tweet"
        raise RejectedError(msg)
    _read_page(record, sink)


def _read_page(record: bytes, sink: Collector) -> None:
    page = _page(record)
    elements = _elements(page.data)
    _refuse_other_things(elements)
    includes = page.includes or Includes()
    names = _names(includes.users or [])
    around = v2_tweet.Surroundings(names, counts_are_known=not bytes(page.matching_rules))
    for element in elements:
        attempt(partial(_read_element, around=around), element, sink)
    for included in includes.tweets or []:
        # Odd ones are left out: they are no lines of the ledger.
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            _give_embedded(v2_tweet.decode(included), sink, names=names)
    for problem in page.errors or []:
        what = problem.resource_type if problem.resource_type in _RESOURCES else "other"
        sink.notice(f"missing-{what}:{_TITLES.get(problem.title or '', 'other')}")
        if lacking := v2_errors.gone(problem):
            sink.missing(*lacking)


def _read_element(element: bytes, sink: Collector, *, around: v2_tweet.Surroundings) -> None:
    if _is_page(element):
        _read_page(element, sink)
    else:
        _give(element, sink, around=around)


def _is_page(element: bytes) -> bool:
    """Tell whether an element is a page itself: pages may be gathered in one object."""
    # Few elements hold these bytes, and their keys are told apart only then.
    if not any(key in element for key in (b'"data"', b'"errors"', b'"meta"')):
        return False
    found = _keys(element)
    return "id" not in found and not _OF_A_PAGE.isdisjoint(found)


def _is_compliance(found: dict[str, Any]) -> bool:
    # Rows of users and of tweets are alike, so they are not taken for deletions of tweets.
    return {"id", "action", "reason"} <= found.keys()


def _elements(data: msgspec.Raw) -> list[bytes]:
    """Give the elements of `data`: of a list, of lists in an object, or the one object."""
    body = bytes(data)
    if body.startswith(b"["):
        return [bytes(element) for element in _list(body)]
    if not body.startswith(b"{"):
        return []
    found = _keys(body)
    if not found or "id" in found or not all(key.isdigit() for key in found):
        return [body]
    lists = [_list(value) if bytes(value).startswith(b"[") else [value] for value in found.values()]
    return [bytes(element) for each in lists for element in each]


def _refuse_other_things(elements: list[bytes]) -> None:
    if elements and elements[0].startswith(b"{"):
        found = _keys(elements[0])
        for key, things in _OTHER_THINGS.items():
            if key in found and "text" not in found:
                msg = f"no tweets: {things}"
                raise RejectedError(msg)


def _names(users: list[msgspec.Raw]) -> dict[int, str]:
    names = {}
    for raw in users:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            user = _user(raw)
            if user.id is not None and user.username:
                names[user.id] = user.username
    return names


def _give(record: bytes, sink: Collector, *, around: v2_tweet.Surroundings) -> None:
    """Give a tweet of its own, and those that are flattened into it, to the sink."""
    tweet = v2_tweet.decode(record)
    references = tweet.referenced_tweets or []
    if any(reference.type == "retweeted" for reference in references):
        sink.carrier()
    else:
        sink.tweet(v2_tweet.tweet_record(tweet, around))
    for reference in references:
        _give_embedded(reference, sink, names=around.names)


def _give_embedded(tweet: Tweet, sink: Collector, *, names: dict[int, str]) -> None:
    inner = tweet.referenced_tweets or []
    is_retweet = any(reference.type == "retweeted" for reference in inner)
    if not is_retweet and tweet.text is not None and tweet.id and 0 < tweet.id < 2**63:
        sink.embedded(v2_tweet.tweet_record(tweet, v2_tweet.Surroundings(names)))
