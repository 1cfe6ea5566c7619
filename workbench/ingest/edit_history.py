"""Read the ids of all versions of an edited tweet; `collector` calls this module.

Since 2022 each version of a tweet is a tweet with an id of its own, and each names all versions
that existed when it was fetched. Every source has another shape for this:

- API v2: `"edit_history_tweet_ids": ["7", "8"]`; as a CSV cell, the same list as text.
- API v1.1: `"edit_history": {"initial_tweet_id": "7", "edit_tweet_ids": ["7", "8"]}`.
- X's web client: `"edit_control": {"edit_tweet_ids": [...]}`, or in later versions
  `{"initial_tweet_id": "7", "edit_control_initial": {"edit_tweet_ids": [...]}}`.
- Personal archives: `"edit_info": {"initial": {"editTweetIds": [...]}}`, or in later versions
  `{"edit": {"initialTweetId": "7", "editControlInitial": {"editTweetIds": [...]}}}`.
"""

import re
from collections.abc import Iterator

from workbench.ingest import exact_ids, rounded_numbers

#: Keys that contain ids, in any of these shapes.
_KEYS = (
    *("edit_tweet_ids", "editTweetIds", "initial_tweet_id", "initialTweetId"),
    *("edit_control_initial", "editControlInitial", "initial", "edit"),
)

#: No shape is nested more deeply.
_DEEPEST = 4

_DIGITS = re.compile(r"\d+")

#: The platform permits 5 edits within an hour. A history beyond these limits is not one.
_MOST_VERSIONS = 100
_LONGEST_MS = 24 * 60 * 60 * 1000
#: An id contains its time in ms above so many bits.
_TIME_SHIFT = 22


def versions(tweet_id: int, history: object) -> list[int]:
    """Return the ids of all versions of a tweet, ascending, the own one included.

    Args:
        tweet_id: The version whose record contains the history.
        history: The decoded value of one of the fields above.

    Returns:
        The ids, only the own one if the tweet is not edited.

    Raises:
        ValueError: If the history lacks the tweet itself, contains a rounded id, or spans more
            versions or time than edits can.

    Examples:
        >>> versions(8, ["7", "8"]), versions(8, "['7', '8']"), versions(8, ["8"])
        ([7, 8], [7, 8], [8])
        >>> versions(8, {"edit": {"initialTweetId": "7", "editControlInitial": {}}})
        [7, 8]
        >>> versions(8, ["5", "7"])
        Traceback (most recent call last):
        ValueError: the edit history of tweet 8 does not contain it
    """
    ids = {number for written in _written(history, depth=0) if (number := _id(written))}
    if isinstance(history, dict):  # A later version may only name the first one.
        ids.add(tweet_id)
    if ids and tweet_id not in ids:
        msg = f"the edit history of tweet {tweet_id} does not contain it"
        raise ValueError(msg)
    ordered = sorted(ids or {tweet_id})
    span = (ordered[-1] >> _TIME_SHIFT) - (ordered[0] >> _TIME_SHIFT)
    if len(ordered) > _MOST_VERSIONS or span > _LONGEST_MS:
        msg = f"the edit history of tweet {tweet_id} is too long: {len(ordered)} ids in {span} ms"
        raise ValueError(msg)
    return ordered


def _written(value: object, *, depth: int) -> Iterator[object]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for element in value:
            yield from _written(element, depth=depth + 1)
    elif isinstance(value, dict):
        for key in _KEYS:
            if key in value:
                yield from _written(value[key], depth=depth + 1)
    elif isinstance(value, str):
        yield from _DIGITS.findall(value)
    else:
        yield value


def _id(written: object) -> int | None:
    number, is_exact = exact_ids.parse(written)
    is_rounded = not is_exact and (number is None or rounded_numbers.looks_printed(number))
    if is_rounded or (number is not None and number < 0):
        msg = f"no exact id of a version: {written!r}"
        raise ValueError(msg)
    return number
