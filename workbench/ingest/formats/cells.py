"""Look up the columns of a record, and parse their cells."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from workbench.ingest.exact_ids import Written, in_link
from workbench.ingest.formats import written_objects
from workbench.ingest.formats.field_parsers import moment

#: The value of a column that a record lacks.
ABSENT = object()

#: What tools write for "nothing", in lower case. A text is never one of these.
NULLS = frozenset({"", "nan", "none", "null", "na", "n/a", "<na>", "nat", "\\n"})

#: Levels of nested objects that a name with dots or a list of paths descends.
LEVELS = 6

#: Numbers since 1970 below each of these are seconds, milliseconds, microseconds, nanoseconds.
_UNITS_PER_MS = ((10**11, 1e-3), (10**14, 1), (10**17, 1e3), (10**20, 1e6))
_UNIT_OF = {"seconds": 1e-3, "milliseconds": 1.0}
#: The year 2286, in ms.
_LATEST = 10_000_000_000_000

#: Excel keeps all digits of a number that is written like this.
_FORMULA = re.compile(r'="?\'?(\d+)"?')
#: An id as rtweet writes it: the letter keeps spreadsheets from rounding it.
_PREFIXED = re.compile(r"x([0-9]{1,19})")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_NUMBER = re.compile(r"\d{1,18}(?:\.0*)?")
_ZONE = re.compile(r"\s*(?:UTC|GMT)$")
#: A link to an account.
_PROFILE = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/@?(\w{1,50})/?")
_LONGEST_NAME = 100
_WORD = re.compile(r"\w+")

_TRUE = frozenset({"true", "1", "1.0", "t", "yes", "y"})
_FALSE = frozenset({"false", "0", "0.0", "f", "no", "n"})


def lookup(record: Mapping[str, Any], name: str) -> object:
    """Return the value of a column, or `ABSENT`. A name with dots may be a path.

    A path leads into nested objects, and into cells that contain an object as text. If there is
    nothing where a path needs an object, the value is None.

    Examples:
        >>> record = {"id": "7", "user": {"name": "ann"}, "author.id": "8"}
        >>> lookup(record, "user.name"), lookup(record, "author.id"), lookup(record, "x") is ABSENT
        ('ann', '8', True)
        >>> lookup({"user": "{'name': 'ann'}"}, "user.name"), lookup({"user": ""}, "user.name")
        ('ann', None)
    """
    if name in record:
        return record[name]
    is_null = False
    head, dot, rest = name.partition(".")
    while dot:
        inner = record.get(head, ABSENT)
        if isinstance(inner, str):
            inner = written_objects.read(inner)
        if isinstance(inner, dict):
            if (value := lookup(inner, rest)) is not ABSENT:
                return value
        else:
            is_null |= inner is not ABSENT
        more, dot, rest = rest.partition(".")
        head = f"{head}.{more}"
    return None if is_null else ABSENT


def leaves(
    record: Mapping[str, Any], prefix: str = "", level: int = 0
) -> Iterator[tuple[str, Any]]:
    """Yield the values of a record that are no objects, each with its path.

    Examples:
        >>> list(leaves({"id": 7, "user": {"name": "ann"}}))
        [('id', 7), ('user.name', 'ann')]
    """
    for key, value in record.items():
        if isinstance(value, dict) and level < LEVELS:
            yield from leaves(value, f"{prefix}{key}.", level + 1)
        else:
            yield f"{prefix}{key}", value


def is_null(value: object) -> bool:
    """Return whether a cell means "nothing".

    Examples:
        >>> [is_null(value) for value in (None, "", " NaN", "<NA>", 0, "no")]
        [True, True, True, True, False, False]
    """
    if isinstance(value, str):
        return value.strip().lower() in NULLS
    return value is None or value is ABSENT


def written_id(value: object, *, is_table: bool) -> Written:
    """Return what a cell says about an id, for `exact_ids.IdReader`.

    A link to a tweet gives the id in it. In a table every number is text, so digits are no proof
    that an id is exact: spreadsheets round long numbers. They are returned as a number.

    Args:
        value: The cell.
        is_table: True if all cells of the record are text.

    Examples:
        >>> written_id("https://x.com/ann/status/1669700100971536389", is_table=True)
        '1669700100971536389'
        >>> written_id("1669700100971536389", is_table=True), written_id("7", is_table=False)
        (1669700100971536389, '7')
        >>> written_id('="1669700100971536389"', is_table=True), written_id("1.7e18", is_table=True)
        ('1669700100971536389', '1.7e18')
        >>> written_id("x1669700100971536389", is_table=True)
        '1669700100971536389'
    """
    if is_null(value):
        return None
    if not isinstance(value, str):
        return value
    text = value.strip()
    if (link := in_link(text)) is not None:
        return link
    if guarded := _FORMULA.fullmatch(text) or _PREFIXED.fullmatch(text):
        return guarded[1]
    return int(text) if is_table and text.isascii() and text.isdigit() and len(text) < 20 else text


def count(value: object) -> int | None:
    """Parse a number of likes and the like; None if it is none.

    Examples:
        >>> [count(value) for value in ("5", "5.0", "1,234", 5.0, "many", True)]
        [5, 5, 1234, 5, None, None]
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    return int(float(text)) if _NUMBER.fullmatch(text) else None


def time_of(value: object, pattern: str | None) -> int | None:
    """Parse a time as ms since 1970; None if it is none. Times without a zone are UTC.

    Args:
        value: The cell.
        pattern: `ColumnMap.created_at_format`.

    Examples:
        >>> time_of("03/07/2019 06:29", "%d/%m/%Y %H:%M"), time_of("2019-07-03 06:29 UTC", None)
        (1562135340000, 1562135340000)
        >>> time_of(1562135340, None), time_of("1562135340000", None), time_of("today", None)
        (1562135340000, 1562135340000, None)
    """
    text = str(value).strip()
    if pattern is None and not isinstance(value, bool):
        return moment(_ZONE.sub("", text)) or _time_of_number(text, None)
    if pattern in _UNIT_OF:
        return _time_of_number(text, pattern)
    try:
        date = datetime.strptime(text, pattern or "")
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return int(aware.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _time_of_number(text: str, pattern: str | None) -> int | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not 0 < number < 10**20:
        return None
    by_size = next(unit for limit, unit in _UNITS_PER_MS if number < limit)
    milliseconds = number / _UNIT_OF.get(pattern or "", by_size)
    return round(milliseconds) if milliseconds < _LATEST else None


def name_of(value: object) -> str | None:
    """Parse the name of a user; None if it is none.

    Examples:
        >>> name_of(" @ann"), name_of(105834), name_of("https://twitter.com/ann"), name_of("{}")
        ('ann', '105834', 'ann', None)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return None
    name = value.strip().removeprefix("@")
    if link := _PROFILE.fullmatch(name):
        return link[1]
    return name if name and len(name) <= _LONGEST_NAME and not name.startswith(("{", "[")) else None


def truth(value: object) -> bool | None:
    """Parse a truth value; None if it is none.

    Examples:
        >>> truth("True"), truth(0), truth("maybe")
        (True, False, None)
    """
    text = str(value).strip().lower()
    return True if text in _TRUE else False if text in _FALSE else None


def is_filled(value: object) -> bool:
    """Return whether a cell contains anything: not an empty list, and no "false".

    Examples:
        >>> [is_filled(value) for value in ("https://t.co/x", "[]", [], False, "['a']")]
        [True, False, False, False, True]
    """
    if isinstance(value, str):
        return value.strip().lower() not in _FALSE and _WORD.search(value) is not None
    return bool(value)


def tags_of(value: object) -> list[str] | None:
    """Parse a list of hashtags, or a text with them; None if it is neither.

    Examples:
        >>> tags_of(["Help"]), tags_of("#Help  #été"), tags_of("['Help', 'me']"), tags_of("a b")
        (['Help'], ['Help', 'été'], ['Help', 'me'], ['a', 'b'])
    """
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    return _WORD.findall(value) if isinstance(value, str) else None
