"""Parse the errors of an API v2 page: which tweets are missing, and why."""

import msgspec

from workbench.ingest.exact_ids import IdReader, Written
from workbench.ingest.tweet_records import is_valid_id

#: End of the `type` of an error -> why the tweet is unavailable. Other errors may be temporary,
#: like an outage of the API, so they are not remembered.
REASONS = {
    "resource-not-found": "not-found",
    "not-authorized-for-resource": "protected",
    "disallowed-resource": "withheld",
}

#: The same by `title`, for errors without a type.
TITLES = {
    "Not Found Error": "not-found",
    "Authorization Error": "protected",
    "Forbidden": "protected",
}


class Problem(msgspec.Struct, gc=False):
    """The fields to read of an error."""

    type: str | None = None
    title: str | None = None
    detail: str | None = None
    message: str | None = None
    resource_type: str | None = None
    resource_id: Written = None
    value: Written = None


def gone(problem: Problem) -> tuple[int, str] | None:
    """Return the unavailable tweet and why; None for other errors and temporary ones.

    Examples:
        >>> gone(Problem(resource_type="tweet", resource_id="8", title="Not Found Error"))
        (8, 'not-found')
    """
    kind = (problem.type or "").rpartition("/")[2]
    reason = REASONS.get(kind) or TITLES.get(problem.title or "")
    tweet_id = tweet_id_of(problem.resource_id, problem.value)
    return (tweet_id, reason) if problem.resource_type == "tweet" and reason and tweet_id else None


def tweet_id_of(*copies: Written) -> int | None:
    """Parse the id of a tweet as a page writes it; None if it is not an exact id.

    Args:
        copies: Everything that the page says about the id, best known first.

    Examples:
        >>> tweet_id_of("1371249780974845955"), tweet_id_of("1e3"), tweet_id_of(-1)
        (1371249780974845955, 1000, None)
        >>> tweet_id_of(1371249780974846000) is None
        True
    """
    tweet_id = IdReader().read(tweet_id=copies)["tweet_id"]
    return tweet_id if is_valid_id(tweet_id) else None
