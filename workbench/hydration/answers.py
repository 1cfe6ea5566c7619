"""Answers: what a page of the API v2 tells of the tweets that were asked for."""

from contextlib import suppress

import msgspec

#: Ends of the `type` of a problem -> why a tweet is not to be had. Others, such as an outage of a
#: part of the API, may pass, so they are not remembered.
REASONS = {
    "resource-not-found": "not-found",
    "not-authorized-for-resource": "protected",
    "disallowed-resource": "withheld",
}

#: The same by `title`, where there is no type.
TITLES = {
    "Not Found Error": "not-found",
    "Authorization Error": "protected",
    "Forbidden": "protected",
}

#: A tweet that answers is never a plain retweet; asked for by id, it gives no row of its own.
RETWEET = "retweet"


class Reference(msgspec.Struct, gc=False):
    """A tweet that another one names."""

    type: str = ""


class Found(msgspec.Struct):
    """What is read of a tweet that came."""

    id: str | int = ""
    referenced_tweets: list[Reference] | None = None


class Problem(msgspec.Struct, gc=False):
    """What is read of something that did not come."""

    type: str = ""
    title: str = ""
    detail: str = ""
    message: str = ""
    resource_type: str = ""
    resource_id: str | int = ""
    value: msgspec.Raw = msgspec.Raw()


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
        next_token: Where the next page begins; None on the last.
    """

    present: set[int]
    gone: dict[int, str]
    next_token: str | None


_page = msgspec.json.Decoder(Page, strict=False).decode


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
    present, gone = set(), {}
    for tweet in (found.data or []) + (found.includes.tweets if found.includes else []):
        if (tweet_id := _id(tweet.id)) is None:
            continue
        if any(reference.type == "retweeted" for reference in tweet.referenced_tweets or []):
            gone[tweet_id] = RETWEET
        else:
            present.add(tweet_id)
    for problem in found.errors or []:
        reason = REASONS.get(problem.type.rpartition("/")[2]) or TITLES.get(problem.title)
        named = problem.resource_id or bytes(problem.value).decode("utf-8", "replace").strip('"')
        tweet_id = _id(named)
        if problem.resource_type == "tweet" and reason and tweet_id and tweet_id not in present:
            gone.setdefault(tweet_id, reason)
    return Answer(present, gone, found.meta.next_token if found.meta else None)


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


def _id(named: str | int) -> int | None:
    text = str(named)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    return number if 0 < number < 2**63 else None
