"""Format numbers, so that pages, charts and reports show the same value with the same digits."""

import math
from collections.abc import Collection
from datetime import datetime

from workbench.schemas.measures import MEASURES

#: Digits of a cosine, a probability or a share from 0 to 1.
SCORE_DIGITS = 2
#: Format of such a score in charts (d3).
SCORE_FORMAT = f".{SCORE_DIGITS}f"
#: Shown for a value that is not known.
UNKNOWN = "-"

Value = float | datetime | bool | str | None


def count(value: float | None) -> str:
    """Format a count with thousands separators.

    Examples:
        >>> count(1234567), count(None)
        ('1,234,567', '-')
    """
    return UNKNOWN if _is_unknown(value) else f"{value:,.0f}"


def score(value: float | None, *, bounds: Collection[float | None] = ()) -> str:
    """Format a cosine, a probability or a share from 0 to 1.

    Args:
        value: The score.
        bounds: Bounds that it is compared with on the screen. If rounding makes the score equal to
            one of them, more digits are shown.

    Examples:
        >>> score(0.8731), score(None), score(0.1796, bounds=[0.18, None]), score(-0.001)
        ('0.87', '-', '0.1796', '0.00')
    """
    if value is None or math.isnan(value):
        return UNKNOWN
    text = f"{value:.{SCORE_DIGITS}f}"
    if any(bound is not None and _is_hidden(value, text, bound) for bound in bounds):
        text = f"{value:.4f}"
    return text.removeprefix("-") if not float(text) else text


def metric(value: float | None) -> str:
    """Format a quality of a classifier, such as an average precision; models differ little.

    Examples:
        >>> metric(0.8731), metric(None)
        ('0.873', '-')
    """
    return UNKNOWN if _is_unknown(value) else f"{value:.3f}"


def measure(value: Value, column: str) -> str:
    """Format a value of a column of the scores.

    Args:
        value: A value of any type that the column can have.
        column: Column of `Scores`.

    Examples:
        >>> measure(0.8731, "suitability"), measure(1200, "likes"), measure(75, "span_seconds")
        ('0.87', '1,200', '1 min 15 s')
    """
    if value is None or isinstance(value, bool):
        return {None: UNKNOWN, True: "yes", False: "no"}[value]
    if isinstance(value, datetime):
        return moment(value)
    if not isinstance(value, int | float):
        return str(value)
    kind = MEASURES[column].kind if column in MEASURES else None
    if kind == "seconds":
        return duration(value)
    is_count = kind == "count" or (kind is None and isinstance(value, int))
    return count(value) if is_count else score(value)


def bound(value: float) -> str:
    """Format a bound as it was chosen, without digits that say nothing.

    Examples:
        >>> bound(0.3), bound(2000), bound(2.0)
        ('0.3', '2,000', '2')
    """
    return f"{value:,.10g}"


def percent(part: float, whole: float) -> str:
    """Format a share with one digit. Only all is 100 %, and only none is 0 %.

    Examples:
        >>> percent(1, 3), percent(0, 5), percent(5, 5), percent(1, 10_000), percent(9999, 10_000)
        ('33.3%', '0%', '100%', '<0.1%', '>99.9%')
        >>> percent(0, 0)
        '-'
    """
    if not whole:
        return UNKNOWN
    share = part / whole
    if share in (0, 1):
        return f"{share:.0%}"
    if share < 0.001:
        return "<0.1%"
    if 0.999 < share < 1:
        return ">99.9%"
    return f"{share:.1%}"


def moment(value: datetime | None) -> str:
    """Format a point in time to the minute; the tables store times in UTC.

    Examples:
        >>> moment(datetime(2019, 7, 3, 6, 29))
        '3 Jul 2019, 06:29 UTC'
    """
    return "time unknown" if value is None else f"{value.day} {value:%b %Y, %H:%M} UTC"


def duration(seconds: float) -> str:
    """Format a duration.

    Examples:
        >>> duration(0.25), duration(75), duration(7300), duration(900_000)
        ('0.2 s', '1 min 15 s', '2 h 1 min', '10 d 10 h')
    """
    if seconds < 10:
        return (
            f"{max(seconds, 0):.0f} s" if isinstance(seconds, int) else f"{max(seconds, 0):.1f} s"
        )
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 2 * 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86_400} d {whole % 86_400 // 3600} h"


def _is_unknown(value: float | None) -> bool:
    return value is None or math.isnan(value)


def _is_hidden(value: float, text: str, bound: float) -> bool:
    """Return whether a rounded value looks equal to a bound that it differs from."""
    return float(text) == bound and not math.isclose(value, bound, rel_tol=1e-6, abs_tol=1e-7)
