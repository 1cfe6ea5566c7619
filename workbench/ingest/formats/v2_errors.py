"""Problems: what a page of the API v2 says that it lacks, and why."""

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


class Problem(msgspec.Struct, gc=False):
    """What is read of something that a page should have held, and does not."""

    type: str | None = None
    title: str | None = None
    detail: str | None = None
    message: str | None = None
    resource_type: str | None = None
    resource_id: str | int | None = None
    value: msgspec.Raw = msgspec.Raw()


def gone(problem: Problem) -> tuple[int, str] | None:
    """Give the tweet that is not to be had, and why; None if it is no tweet, or that may pass.

    Examples:
        >>> gone(Problem(resource_type="tweet", resource_id="8", title="Not Found Error"))
        (8, 'not-found')
    """
    kind = (problem.type or "").rpartition("/")[2]
    reason = REASONS.get(kind) or TITLES.get(problem.title or "")
    named = problem.resource_id or bytes(problem.value).decode("utf-8", "replace").strip('"')
    tweet_id = tweet_id_of(named)
    return (tweet_id, reason) if problem.resource_type == "tweet" and reason and tweet_id else None


def tweet_id_of(named: str | int) -> int | None:
    """Read the id of a tweet as a page writes it; None if it is none.

    Examples:
        >>> tweet_id_of("1371249780974845955"), tweet_id_of("1e3"), tweet_id_of(-1)
        (1371249780974845955, None, None)
    """
    text = str(named)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    return number if 0 < number < 2**63 else None
