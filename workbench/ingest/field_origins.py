"""Find out from which keys of a record the fields of its tweets were read.

Formats do not say where they read a field, and many try several keys. So the values of the rows are
looked up among the values of the records: the key that has the value of the field in most records
is its origin. Among equals, a name that speaks of the field wins, then the shortest path. A count
must have such a name, because small numbers are equal by chance.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from workbench.ingest.exact_ids import parse
from workbench.ingest.formats import cells
from workbench.text import entities

#: Rows that are looked up: those of the first records, or some of a page.
MOST_ROWS = 40
#: Values of one record that are looked at, and levels.
MOST_VALUES = 5_000
LEVELS = 10

#: A time in a record is that of the row if they differ by less, in ms. Most are whole seconds.
_SAME_TIME = 1_000

#: Field -> part of the names that speak of it, in lower case.
_SPEAKS = {
    "tweet_id": r"(?:^|\.)(?:tweet_?)?id(?:_?str)?$|rest_id|tweet.?id|status",
    "text": r"text|content|tweet|body",
    "author_name": r"user_?name|screen_?name|handle|from_user|author",
    "author_id": r"(?:user|author|account|from).*id",
    "created_at": r"creat|date|time|posted",
    "lang": r"lang",
    "reply_to_id": r"repl|response|parent|referenced",
    "reply_to_author_id": r"repl|to_user",
    "conversation_id": r"conversation|thread",
    "quoted_id": r"quot|referenced",
    "likes": r"like|fav",
    "retweets": r"retweet|repost",
    "replies": r"repl",
    "quotes": r"quot",
}
#: The fields whose origin can be found.
FIELDS = tuple(_SPEAKS)

_COUNTS = frozenset({"likes", "retweets", "replies", "quotes"})


def origins(
    pairs: Iterable[tuple[Mapping[str, Any], Iterable[Mapping[str, Any]]]],
) -> dict[str, str]:
    """Return the key of each field, as a path; fields whose key is not found are left out.

    Args:
        pairs: Decoded records, each with its rows (columns of `schemas.RawTweets`).

    Examples:
        >>> row = {"tweet_id": 7, "author_name": "ann", "likes": 2}
        >>> origins([({"tid": "7", "by": {"name": "@ann"}, "n": 2}, [row])])
        {'tweet_id': 'tid', 'author_name': 'by.name'}
    """
    equal: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    left = MOST_ROWS
    for record, rows in pairs:
        values = list(walk(record)) if left else []
        for row in itertools.islice(rows, left):
            left -= 1
            for field in FIELDS:
                if row.get(field) is not None:
                    equal[field].update(_paths_with(field, row[field], values))
    chosen = {field: _best(field, counts) for field, counts in equal.items()}
    return {field: path for field, path in chosen.items() if path}


def walk(record: object) -> Iterator[tuple[str, Any]]:
    """Yield the values of a record that are neither objects nor lists, each with its path.

    Examples:
        >>> list(walk({"data": [{"id": 7}, {"id": 8}]}))
        [('data[].id', 7), ('data[].id', 8)]
    """
    left = MOST_VALUES
    open_values: list[tuple[str, Any]] = [("", record)]
    while open_values and left:
        path, value = open_values.pop()
        if isinstance(value, dict):
            inner = [(f"{path}.{key}".lstrip("."), each) for key, each in value.items()]
        elif isinstance(value, list):
            inner = [(f"{path}[]", each) for each in value]
        else:
            left -= 1
            yield path, value
            continue
        if path.count(".") + path.count("[]") < LEVELS:
            open_values += reversed(inner)


def _paths_with(field: str, wanted: object, values: list[tuple[str, Any]]) -> set[str]:
    is_equal = _EQUAL.get(field, _equal_ids)
    return {path for path, value in values if value is not None and is_equal(value, wanted)}


def _best(field: str, counts: Counter[str]) -> str | None:
    speaks = re.compile(_SPEAKS[field])
    ranked = [
        (-count, not speaks.search(path.lower()), path.count("."), len(path), path)
        for path, count in counts.items()
        if field not in _COUNTS or speaks.search(path.lower())
    ]
    return min(ranked)[-1] if ranked else None


def _equal_ids(value: object, wanted: object) -> bool:
    return parse(cells.written_id(value, is_table=True))[0] == wanted


def _equal_texts(value: object, wanted: object) -> bool:
    return isinstance(value, str) and entities.decode(value) == wanted


def _equal_names(value: object, wanted: object) -> bool:
    return cells.name_of(value) == wanted


def _equal_counts(value: object, wanted: object) -> bool:
    return cells.count(value) == wanted


def _equal_times(value: object, wanted: object) -> bool:
    if not isinstance(wanted, datetime) or isinstance(value, bool):
        return False
    milliseconds = cells.time_of(value, None)
    return milliseconds is not None and (abs(milliseconds - wanted.timestamp() * 1000) < _SAME_TIME)


#: Field -> whether a value of a record is that of a row. The others are ids.
_EQUAL: dict[str, Callable[[object, object], bool]] = {
    **dict.fromkeys(["text"], _equal_texts),
    **dict.fromkeys(["author_name", "lang"], _equal_names),
    **dict.fromkeys(_COUNTS, _equal_counts),
    "created_at": _equal_times,
}
