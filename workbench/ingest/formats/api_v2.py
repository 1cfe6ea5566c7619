"""Read API v2: pages of tweets with their includes, flattened tweets, and stream objects.

Pages come one per line, as one array, or combined as `{"data": {"0": [...]}}`. Most opening
tweets of conversations are in `includes.tweets`. Each version of an edited tweet has its own id,
so each version is a row.
"""

from contextlib import suppress
from functools import partial
from typing import Any

import msgspec

from workbench.ingest.collector import Collector, attempt
from workbench.ingest.formats import v2_errors, v2_tweet
from workbench.ingest.formats.v2_tweet import Tweet, User
from workbench.ingest.tweet_records import RejectedError, is_valid_id

NAME = "api_v2"
ABOUT = "API v2: pages as twarc2 and others write them, flattened tweets, stream objects"


class Includes(msgspec.Struct):
    """Objects that the tweets of a page refer to."""

    tweets: list[msgspec.Raw] | None = None
    users: list[msgspec.Raw] | None = None


class Page(msgspec.Struct):
    """The fields to read of a page, or of an object of the stream."""

    data: msgspec.Raw = msgspec.Raw()
    includes: Includes | None = None
    errors: list[v2_errors.Problem] | None = None
    #: Only in stream objects.
    matching_rules: msgspec.Raw = msgspec.Raw()


_NO_PAGE = v2_tweet.PageContext({})

_user = msgspec.json.Decoder(User, strict=False).decode
_page = msgspec.json.Decoder(Page).decode
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode

_PAGE_KEYS = {"data", "errors", "meta"}
_KEYS_BESIDE_DATA = {"includes", "meta", "errors", "matching_rules", "__twarc"}
_TWEET_KEYS = {"author_id", "author", "conversation_id", "public_metrics", "edit_history_tweet_ids"}
#: Key that no tweet has -> what has it; a page of these is rejected.
_OTHER_OBJECTS = {
    "tweet_count": "counts",
    "username": "users",
    "owner_id": "lists",
    "member_count": "lists",
    "upload_url": "compliance jobs",
}
#: Title of an error -> its kind in notices.
_ERROR_KINDS = {
    "Not Found Error": "not-found",
    "Authorization Error": "not-authorized",
    "Forbidden": "suspended",
}
#: Resource types that notices name; all others are `other`.
_RESOURCES = {"tweet", "user", "media", "poll", "place"}


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    data = sample.get("data")
    if isinstance(data, list | dict):
        first = next(iter(data.values() if isinstance(data, dict) else data), None)
        return (
            bool(_KEYS_BESIDE_DATA & sample.keys())
            or "id" in data
            or isinstance(first, dict | list)
        )
    if "id" in sample and "text" in sample:
        return bool(_TWEET_KEYS & sample.keys())
    meta, errors = sample.get("meta"), sample.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return "title" in errors[0]
    return (isinstance(meta, dict) and "result_count" in meta) or _is_compliance(sample)


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Each error of a page (deleted or protected tweets, suspended users) is a notice, for example
    `missing-tweet:not-found`. Missing tweets are remembered as gone.

    Raises:
        RejectedError: If the record is a page of other objects than tweets.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    fields = _keys(record)
    if _PAGE_KEYS.isdisjoint(fields):
        if "id" in fields and "text" in fields and "user" not in fields:
            _read_tweet(record, collector, context=_NO_PAGE)
            return
        msg = "no tweets: compliance" if _is_compliance(fields) else "no tweet"
        raise RejectedError(msg)
    _read_page(record, collector)


def _read_page(record: bytes, collector: Collector) -> None:
    page = _page(record)
    elements = _elements(page.data)
    _refuse_other_objects(elements)
    includes = page.includes or Includes()
    names = _names(includes.users or [])
    context = v2_tweet.PageContext(names, counts_are_known=not bytes(page.matching_rules))
    for element in elements:
        attempt(partial(_read_element, context=context), element, collector)
    for included in includes.tweets or []:
        # Bad ones are dropped: they are no lines of the ledger.
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            _read_embedded(v2_tweet.decode(included), collector, names=names)
    for problem in page.errors or []:
        resource = problem.resource_type if problem.resource_type in _RESOURCES else "other"
        collector.notice(f"missing-{resource}:{_ERROR_KINDS.get(problem.title or '', 'other')}")
        if gone := v2_errors.gone(problem):
            collector.missing(*gone)


def _read_element(element: bytes, collector: Collector, *, context: v2_tweet.PageContext) -> None:
    if _is_page(element):
        _read_page(element, collector)
    else:
        _read_tweet(element, collector, context=context)


def _is_page(element: bytes) -> bool:
    """Return whether an element is a page itself: pages may be combined in one object."""
    # Few elements contain these bytes; only these are decoded.
    if not any(key in element for key in (b'"data"', b'"errors"', b'"meta"')):
        return False
    fields = _keys(element)
    return "id" not in fields and not _PAGE_KEYS.isdisjoint(fields)


def _is_compliance(fields: dict[str, Any]) -> bool:
    # Rows for users and for tweets look alike, so they do not count as deletions of tweets.
    return {"id", "action", "reason"} <= fields.keys()


def _elements(data: msgspec.Raw) -> list[bytes]:
    """Return the elements of `data`: of a list, of lists in an object, or the object itself."""
    body = bytes(data)
    if body.startswith(b"["):
        return [bytes(element) for element in _list(body)]
    if not body.startswith(b"{"):
        return []
    fields = _keys(body)
    if not fields or "id" in fields or not all(key.isdigit() for key in fields):
        return [body]
    values = fields.values()
    lists = [_list(value) if bytes(value).startswith(b"[") else [value] for value in values]
    return [bytes(element) for each in lists for element in each]


def _refuse_other_objects(elements: list[bytes]) -> None:
    if elements and elements[0].startswith(b"{"):
        fields = _keys(elements[0])
        for key, objects in _OTHER_OBJECTS.items():
            if key in fields and "text" not in fields:
                msg = f"no tweets: {objects}"
                raise RejectedError(msg)


def _names(users: list[msgspec.Raw]) -> dict[int, str]:
    names = {}
    for raw in users:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            user = _user(raw)
            if user.id is not None and user.username:
                names[user.id] = user.username
    return names


def _read_tweet(record: bytes, collector: Collector, *, context: v2_tweet.PageContext) -> None:
    """Report a tweet of its own, and the tweets that are flattened into it."""
    tweet = v2_tweet.decode(record)
    if _is_retweet(tweet):
        collector.carrier()
    else:
        collector.tweet(v2_tweet.tweet_record(tweet, context))
    for reference in tweet.referenced_tweets or []:
        _read_embedded(reference, collector, names=context.names)


def _read_embedded(tweet: Tweet, collector: Collector, *, names: dict[int, str]) -> None:
    if not _is_retweet(tweet) and tweet.text is not None and is_valid_id(tweet.id):
        collector.embedded(v2_tweet.tweet_record(tweet, v2_tweet.PageContext(names)))


def _is_retweet(tweet: Tweet) -> bool:
    return any(reference.type == "retweeted" for reference in tweet.referenced_tweets or [])
