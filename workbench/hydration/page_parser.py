"""Read pages of the API v2: which requested tweets came, and which are gone."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import msgspec

from workbench.ingest.formats import v2_errors
from workbench.ingest.formats.v2_errors import Problem

#: Reason why a plain retweet counts as gone: it never replies and has no row of its own.
RETWEET = "retweet"


class Reference(msgspec.Struct, gc=False):
    """Reference from one tweet to another."""

    type: str = ""
    id: str | int = ""


class PageTweet(msgspec.Struct):
    """Fields of a tweet that are read here."""

    id: str | int = ""
    referenced_tweets: list[Reference] | None = None

    @property
    def sources(self) -> set[int]:
        """Tweets whose text this is: the tweet itself and, for a retweet, the original."""
        repeated = [r.id for r in self.referenced_tweets or [] if r.type == "retweeted"]
        ids = map(v2_errors.tweet_id_of, (self.id, *repeated))
        return {tweet_id for tweet_id in ids if tweet_id}


class Included(msgspec.Struct):
    """Tweets that come along with the requested ones."""

    tweets: list[PageTweet] = []


class Meta(msgspec.Struct, gc=False):
    """Fields about the page itself."""

    next_token: str | None = None
    result_count: int | None = None


class Page(msgspec.Struct):
    """Fields of a page, or of an error answer."""

    data: list[PageTweet] | None = None
    includes: Included | None = None
    errors: list[Problem] | None = None
    meta: Meta | None = None
    type: str = ""
    title: str = ""
    detail: str = ""


class Answer(msgspec.Struct, frozen=True):
    """Content of a page.

    Args:
        present: Tweets that came, requested or along with others.
        gone: Tweets that will never come: id -> reason.
        sources: Tweets whose text the page contains, originals of retweets included.
        next_token: Token of the next page; None on the last page.
    """

    present: set[int]
    gone: dict[int, str]
    sources: set[int]
    next_token: str | None


_page = msgspec.json.Decoder(Page, strict=False).decode
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def read(page: bytes) -> Answer:
    """Read which tweets a page contains and which it reports as gone.

    Raises:
        msgspec.DecodeError: If it is not a page of the API.

    Examples:
        >>> page = (
        ...     b'{"data": [{"id": "7"}], "errors": [{"resource_type": "tweet", "resource_id": "8",'
        ...     b' "type": "https://api.twitter.com/2/problems/resource-not-found"}]}'
        ... )
        >>> answer = read(page)
        >>> answer.present, answer.gone
        ({7}, {8: 'not-found'})
    """
    content = _page(page)
    present, gone, sources = set(), {}, set()
    for tweet in (content.data or []) + (content.includes.tweets if content.includes else []):
        sources |= tweet.sources
        if (tweet_id := v2_errors.tweet_id_of(tweet.id)) is None:
            continue
        if any(reference.type == "retweeted" for reference in tweet.referenced_tweets or []):
            gone[tweet_id] = RETWEET
        else:
            present.add(tweet_id)
    for problem in content.errors or []:
        lost = v2_errors.gone(problem)
        if lost and lost[0] not in present:
            gone.setdefault(*lost)
    return Answer(present, gone, sources, content.meta.next_token if content.meta else None)


def without(page: bytes, tweet_ids: Iterable[int], *, was: str) -> bytes:
    """Remove some tweets and their retweets from a page; the other tweets keep their bytes.

    Args:
        page: The page.
        tweet_ids: Tweets to remove.
        was: Hash of the original content. It is written into the page, so that two pages without
            any tweets left still differ. A hash that is already there stays.

    Examples:
        >>> without(b'{"data": [{"id": "7", "text": "a"}, {"id":  "8"}]}', [7], was="c0ffee")
        b'{"data":[{"id":  "8"}],"was":"c0ffee"}'
    """
    content, raw_page, removed = _page(page), dict[str, Any](_keys(page)), set(tweet_ids)

    def kept(raw: msgspec.Raw, tweets: list[PageTweet]) -> list[msgspec.Raw]:
        pairs = zip(_list(raw), tweets, strict=True)
        return [each for each, tweet in pairs if removed.isdisjoint(tweet.sources)]

    if content.data:
        raw_page["data"] = kept(raw_page["data"], content.data)
    if content.includes and content.includes.tweets:
        includes = dict[str, Any](_keys(raw_page["includes"]))
        tweets = kept(includes["tweets"], content.includes.tweets)
        raw_page["includes"] = includes | {"tweets": tweets}
    raw_page.setdefault("was", was)
    return msgspec.json.encode(raw_page)


def is_page(body: bytes) -> bool:
    """Return whether a body is a complete page: JSON with tweets, errors or a count of tweets."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        page = _page(body)
        has_count = page.meta is not None and page.meta.result_count is not None
        return page.data is not None or bool(page.errors) or has_count
    return False


def is_capped(body: bytes) -> bool:
    """Return whether a refusal is for a quota of weeks rather than minutes."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        page = _page(body)
        return "usage-capped" in page.type or page.title == "UsageCapExceeded"
    return False


def detail(body: bytes) -> str:
    """Return the sentence with which the API refuses; empty if there is none."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        page = _page(body)
        first = page.errors[0] if page.errors else Problem()
        texts = [page.detail, first.detail, first.message, page.title, first.title]
        return next((text for text in texts if text), "")
    return ""
