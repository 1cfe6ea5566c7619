"""Parse dates, numbers, hashtags and truncation marks, as several formats write them."""

import calendar
import re
import time
from datetime import UTC, datetime
from typing import Annotated

import msgspec

#: A truncated text ends in an ellipsis and a link, and has at least so many characters.
_CUT = re.compile(r"…\s?https?://\S+$")
_CUT_CHARACTERS = 260
#: Only this many last characters are searched, because the search needs quadratic time. A link is
#: shorter.
_TAIL_CHARACTERS = 300

#: A count as a number, or in a cell of a table. Another string is a value of a wrong type.
Number = int | Annotated[str, msgspec.Meta(pattern=r"^\d{0,18}(\.0)?$")] | None

#: A 64-bit integer has fewer digits than this.
_TOO_MANY_DIGITS = 20

#: The year 2286: ms since 1970 are larger.
_LATEST_SECONDS = 10_000_000_000

_HASHTAG = re.compile(r"(?<![\w&/])[#＃](\w*[^\W\d_]\w*)")


def moment(text: str | None) -> int | None:
    """Parse a date as ms since 1970, UTC; None if it is unknown. No zone means UTC.

    Only tweets before November 2010 need it: later ids contain their own time.

    Examples:
        >>> moment("Wed Jul 03 06:29:00 +0000 2019"), moment("2019-07-03T06:29:00.000Z")
        (1562135340000, 1562135340000)
        >>> moment("2019-07-03 08:29:00 +0200"), moment("2019-07-03 06:29:00 CET")
        (1562135340000, None)
    """
    if not text:
        return None
    try:
        return calendar.timegm(time.strptime(text, "%a %b %d %H:%M:%S +0000 %Y")) * 1000
    except ValueError:
        pass
    try:
        date = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return int(aware.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def moment_of_seconds(seconds: float | None) -> int | None:
    """Turn seconds since 1970 into ms; None if they are unknown, or no date that a tweet can have.

    Examples:
        >>> moment_of_seconds(1142974214), moment_of_seconds(1e308), moment_of_seconds(None)
        (1142974214000, None, None)
    """
    if seconds is None or not 0 < seconds < _LATEST_SECONDS:
        return None
    return int(seconds * 1000)


def number(value: int | str | None) -> int | None:
    """Parse an integer that may be written as a string; None for anything else.

    Examples:
        >>> number("1371249780974845955"), number(7), number("7.0"), number(""), number("1e3")
        (1371249780974845955, 7, 7, None, None)
    """
    if isinstance(value, str):
        value = value.removesuffix(".0")
        is_number = value.isascii() and value.isdigit() and len(value) < _TOO_MANY_DIGITS
        return int(value) if is_number else None
    return value


def is_cut(text: str) -> bool:
    """Return whether a text looks truncated, for formats that do not mark truncated texts.

    Examples:
        >>> is_cut("x" * 260 + " and you fe… https://t.co/x"), is_cut("so… https://t.co/x")
        (True, False)
    """
    tail = text.rstrip()[-_TAIL_CHARACTERS:]
    return len(text) >= _CUT_CHARACTERS and _CUT.search(tail) is not None


def hashtags_in(text: str) -> list[str]:
    """Return the hashtags of a text, for formats that do not list them.

    Examples:
        >>> hashtags_in("#Help with #9 and &#39; at x/#y #été")
        ['Help', 'été']
    """
    return _HASHTAG.findall(text)
