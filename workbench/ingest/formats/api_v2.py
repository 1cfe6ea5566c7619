"""Read API v2: pages of tweets with their includes, flattened tweets, and stream objects.

Pages come one per line, as one array, or gathered as `{"data": {"0": [...]}}`. Most opening tweets
of conversations are in `includes.tweets`. Includes may be a record of their own: then `merge`
names the authors of other records.
"""

from contextlib import suppress
from functools import partial
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.formats import v2_errors, v2_events, v2_pages, v2_tweet
from workbench.ingest.formats.v2_pages import Includes, Page
from workbench.ingest.formats.v2_tweet import Tweet
from workbench.ingest.record_reader import attempt
from workbench.ingest.tweet_records import OtherFormatError, RejectedError
from workbench.schemas import RejectKind

NAME = "api_v2"
ABOUT = (
    "API v2: pages of twarc2 and others, flattened tweets, streams, search-tweets-python, "
    "academictwitteR, compliance events"
)
YEARS = "since 2020"
LACKS = ""


_NO_PAGE = v2_tweet.PageContext({})

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode

_KEYS_BESIDE_DATA = {"includes", "meta", "errors", "matching_rules", "__twarc"}
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
    if v2_events.name(sample) or v2_pages.is_includes(sample) or v2_pages.is_meta(sample):
        return True
    data = sample.get("data")
    if isinstance(data, list | dict):
        if isinstance(data, dict) and data and "id" not in data:
            return all(map(str.isdecimal, data))
        return (
            bool(_KEYS_BESIDE_DATA & sample.keys())
            or "id" in data
            or (isinstance(data, list) and bool(data) and isinstance(data[0], dict | list))
        )
    if "id" in sample and "text" in sample:
        return v2_tweet.is_evident(sample)
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
    if v2_events.name(fields):
        v2_events.read(fields, collector)
    elif not v2_pages.KEYS.isdisjoint(fields):
        _read_pages(v2_pages.pages(fields, record, collector.odd), collector)
    elif v2_tweet.is_evident(fields):
        _read_tweet(record, collector, context=_NO_PAGE)
    elif v2_pages.is_includes(fields):
        _read_includes(v2_pages.decode_includes(record, collector.odd), collector)
    elif v2_pages.is_meta(fields):
        collector.notice("page-meta")
    elif _is_compliance(fields):
        msg = "no tweets: compliance"
        raise RejectedError(msg, RejectKind.NO_TWEETS)
    else:
        raise OtherFormatError


def _read_pages(pages: list[Page], collector: Collector) -> None:
    users = [user for page in pages if page.includes for user in page.includes.users or ()]
    names = v2_pages.names(users, collector.odd_values)
    for page in pages:
        _read_page(page, collector, names=names)


def _read_page(page: Page, collector: Collector, *, names: dict[int, str]) -> None:
    elements = _elements(page.data)
    _refuse_other_objects(elements)
    context = v2_tweet.PageContext(names, counts_are_known=not bytes(page.matching_rules))
    for element in elements:
        attempt(partial(_read_element, context=context), element, collector)
    _read_included(page.includes or Includes(), collector, names=names)
    for problem in page.errors or []:
        resource = problem.resource_type if problem.resource_type in _RESOURCES else "other"
        collector.notice(f"missing-{resource}:{_ERROR_KINDS.get(problem.title or '', 'other')}")
        if gone := v2_errors.gone(problem):
            collector.missing(*gone)


def _read_includes(includes: Includes, collector: Collector) -> None:
    """Report includes on a line of their own: their tweets, and the names of authors."""
    names = v2_pages.names(includes.users or [], collector.odd_values)
    collector.authors(names)
    _read_included(includes, collector, names=names)
    collector.carrier()


def _read_included(includes: Includes, collector: Collector, *, names: dict[int, str]) -> None:
    for included in includes.tweets or []:
        # Bad ones are dropped: they are no lines of the ledger.
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            tweet = v2_tweet.decode(included, collector.odd_values)
            _read_embedded(tweet, collector, names=names)


def _read_element(element: bytes, collector: Collector, *, context: v2_tweet.PageContext) -> None:
    if _is_page(element):
        _read_pages(v2_pages.pages(_keys(element), element, collector.odd), collector)
    else:
        _read_tweet(element, collector, context=context)


def _is_page(element: bytes) -> bool:
    """Return whether an element is a page itself: pages may be combined in one object."""
    # Few elements contain these bytes; only these are decoded.
    if not any(key in element for key in (b'"data"', b'"errors"', b'"meta"')):
        return False
    fields = _keys(element)
    return "id" not in fields and not v2_pages.KEYS.isdisjoint(fields)


def _is_compliance(fields: dict[str, Any]) -> bool:
    # Rows for users and for tweets look alike, so they do not count as deletions of tweets.
    return {"id", "action", "reason"} <= fields.keys()


def _elements(data: msgspec.Raw) -> list[bytes]:
    """Return the elements of `data`: those of a list, or the object itself."""
    body = bytes(data)
    if body.startswith(b"["):
        return [bytes(element) for element in _list(body)]
    return [body] if body.startswith(b"{") and body[1:].lstrip() != b"}" else []


def _refuse_other_objects(elements: list[bytes]) -> None:
    if elements and elements[0].startswith(b"{"):
        fields = _keys(elements[0])
        for key, objects in _OTHER_OBJECTS.items():
            if key in fields and "text" not in fields:
                msg = f"no tweets: {objects}"
                raise RejectedError(msg, RejectKind.NO_TWEETS)


def _read_tweet(record: bytes, collector: Collector, *, context: v2_tweet.PageContext) -> None:
    """Report a tweet of its own, and the tweets that are flattened into it."""
    tweet = v2_tweet.decode(record, collector.odd)
    if _is_retweet(tweet):
        collector.carrier()
    else:
        tweet_record = v2_tweet.tweet_record(tweet, context, reader=collector.ids)
        collector.tweet(tweet_record)
        collector.edit_history(tweet_record.tweet_id, tweet.edit_history_tweet_ids)
    for reference in tweet.referenced_tweets or []:
        _read_embedded(reference, collector, names=context.names)


def _read_embedded(tweet: Tweet, collector: Collector, *, names: dict[int, str]) -> None:
    if not _is_retweet(tweet) and tweet.text is not None:
        context = v2_tweet.PageContext(names)
        with suppress(RejectedError):
            tweet_record = v2_tweet.tweet_record(tweet, context, reader=collector.ids)
            collector.embedded(tweet_record)
            collector.edit_history(tweet_record.tweet_id, tweet.edit_history_tweet_ids)


def _is_retweet(tweet: Tweet) -> bool:
    return any(reference.type == "retweeted" for reference in tweet.referenced_tweets or [])
