"""Answers: what a page of the API v2 tells of the tweets that were asked for."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import msgspec

from workbench.ingest.formats import v2_errors
from workbench.ingest.formats.v2_errors import Problem

#: A tweet that answers is never a plain retweet; asked for by id, it gives no row of its own.
RETWEET = "retweet"


class Reference(msgspec.Struct, gc=False):
    """A tweet that another one names."""

    type: str = ""
    id: str | int = ""


class Found(msgspec.Struct):
    """What is read of a tweet that came."""

    id: str | int = ""
    referenced_tweets: list[Reference] | None = None

    @property
    def sources(self) -> set[int]:
        """The tweets whose words these are: itself and, of a retweet, what it repeats."""
        repeated = [r.id for r in self.referenced_tweets or [] if r.type == "retweeted"]
        return {known for named in (self.id, *repeated) if (known := v2_errors.tweet_id_of(named))}


class Included(msgspec.Struct):
    """What is read of what stands beside the tweets."""

    tweets: list[Found] = []


class Meta(msgspec.Struct, gc=False):
    """What is read of a page's own facts."""

    next_token: str | None = None
    result_count: int | None = None


class Page(msgspec.Struct):
    """What is read of a page, or of an answer that is none."""

    data: list[Found] | None = None
    includes: Included | None = None
    errors: list[Problem] | None = None
    meta: Meta | None = None
    type: str = ""
    title: str = ""
    detail: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What a page tells.

    Args:
        present: Tweets that came, on their own or beside others.
        gone: Tweets that do not come, with the reason; only what is final.
        told: Tweets whose words the page holds, those of retweets included.
        next_token: Where the next page begins; None on the last.
    """

    present: set[int]
    gone: dict[int, str]
    told: set[int]
    next_token: str | None


_page = msgspec.json.Decoder(Page, strict=False).decode
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def read(page: bytes) -> Answer:
    """Read what a page tells.

    Raises:
        msgspec.DecodeError: If it is no page of the API.

    Examples:
        >>> page = (
        ...     b'{"data": [{"id": "7"}], "errors": [{"resource_type": "tweet", "resource_id": "8",'
        ...     b' "type": "https://api.twitter.com/2/problems/resource-not-found"}]}'
        ... )
        >>> answer = read(page)
        >>> answer.present, answer.gone
        ({7}, {8: 'not-found'})
    """
    found = _page(page)
    present, gone, told = set(), {}, set()
    for tweet in (found.data or []) + (found.includes.tweets if found.includes else []):
        told |= tweet.sources
        if (tweet_id := v2_errors.tweet_id_of(tweet.id)) is None:
            continue
        if any(reference.type == "retweeted" for reference in tweet.referenced_tweets or []):
            gone[tweet_id] = RETWEET
        else:
            present.add(tweet_id)
    for problem in found.errors or []:
        lacking = v2_errors.gone(problem)
        if lacking and lacking[0] not in present:
            gone.setdefault(*lacking)
    return Answer(present, gone, told, found.meta.next_token if found.meta else None)


def without(page: bytes, tweet_ids: Iterable[int], *, was: str) -> bytes:
    """Leave some tweets, and the retweets of them, out of a page; the rest keeps its bytes.

    Args:
        page: The page.
        tweet_ids: What to leave out.
        was: Hash of the content as it came, written into the page, so that two pages of which
            nothing is left are not the same; one that stands there already stays.

    Examples:
        >>> without(b'{"data": [{"id": "7", "text": "a"}, {"id":  "8"}]}', [7], was="c0ffee")
        b'{"data":[{"id":  "8"}],"was":"c0ffee"}'
    """
    found, whole, lost = _page(page), dict[str, Any](_keys(page)), set(tweet_ids)

    def kept(raw: msgspec.Raw, tweets: list[Found]) -> list[msgspec.Raw]:
        pairs = zip(_list(raw), tweets, strict=True)
        return [each for each, tweet in pairs if lost.isdisjoint(tweet.sources)]

    if found.data:
        whole["data"] = kept(whole["data"], found.data)
    if found.includes and found.includes.tweets:
        beside = dict[str, Any](_keys(whole["includes"]))
        whole["includes"] = beside | {"tweets": kept(beside["tweets"], found.includes.tweets)}
    whole.setdefault("was", was)
    return msgspec.json.encode(whole)


def is_page(body: bytes) -> bool:
    """Tell whether a body is a whole page: JSON with tweets, problems or the count of tweets."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        page = _page(body)
        has_count = page.meta is not None and page.meta.result_count is not None
        return page.data is not None or bool(page.errors) or has_count
    return False


def is_capped(body: bytes) -> bool:
    """Tell whether a refusal is for a quota of weeks, and not of minutes."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        page = _page(body)
        return "usage-capped" in page.type or page.title == "UsageCapExceeded"
    return False


def detail(body: bytes) -> str:
    """Give the sentence with which the API refuses; empty where there is none."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        page = _page(body)
        first = page.errors[0] if page.errors else Problem()
        said = [page.detail, first.detail, first.message, page.title, first.title]
        return next((text for text in said if text), "")
    return ""
