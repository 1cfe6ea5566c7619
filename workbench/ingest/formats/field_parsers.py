"""Fields: dates, numbers and marks in texts, as several formats write them."""

import calendar
import re
import time
from datetime import UTC, datetime

#: A text of the longest plain kind whose tail went behind a link.
_CUT = re.compile(r"…\s?https?://\S+$")
_CUT_CHARACTERS = 260
#: Characters at the end of a text that are looked at, a link being shorter: the search takes the
#: square of them.
_TAIL_CHARACTERS = 300

_HASHTAG = re.compile(r"(?<![\w&/])[#＃](\w*[^\W\d_]\w*)")


def moment(text: str | None) -> int | None:
    """Read a date as ms since 1970, UTC; None if it is odd. Without a zone it is taken as UTC.

    It matters for ids before November 2010 only: later ones carry their own time.

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
        found = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return int(aware.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def number(value: int | str | None) -> int | None:
    """Read a whole number that may be written as a string; None if it is anything else.

    Examples:
        >>> number("1371249780974845955"), number(7), number(""), number("1e3")
        (1371249780974845955, 7, None, None)
    """
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else None
    return value


def is_cut(text: str) -> bool:
    """Tell whether a text, of a format that does not say so, looks as if its tail was lost.

    Examples:
        >>> is_cut("x" * 260 + " and you fe… https://t.co/x"), is_cut("so… https://t.co/x")
        (True, False)
    """
    tail = text.rstrip()[-_TAIL_CHARACTERS:]
    return len(text) >= _CUT_CHARACTERS and _CUT.search(tail) is not None


def hashtags_in(text: str) -> list[str]:
    """Find the hashtags of a text, for formats that do not list them.

    Examples:
        >>> hashtags_in("#Help with #9 and &#39; at x/#y #été")
        ['Help', 'été']
    """
    return _HASHTAG.findall(text)
