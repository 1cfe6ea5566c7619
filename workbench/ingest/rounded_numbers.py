"""Recognize numbers that were rounded to doubles, for `exact_ids`.

Also judge the numeric ids of a member by its first records.
"""

import re
from collections.abc import Iterable
from enum import Enum, auto

#: Doubles contain every integer up to this.
SAFE = 2**53
#: Largest id.
LARGEST = 2**63 - 1

#: So many numbers that are the text of a double, and none that no double prints, show that the
#: numbers of a member were rounded.
FEWEST_PRINTED = 4

#: Doubles are written with up to 17 significant digits, at least 15 of which are right.
_PRINTED_DIGITS = range(15, 18)

_ID_KEY = re.compile(r"(?:^|_|[a-z])[iI]d$")


class Numbers(Enum):
    """What the first records of a member show about its numeric ids."""

    #: One is a number that no double prints.
    EXACT = auto()
    #: No number is like that, and several are the text of a double.
    ROUNDED = auto()
    #: There is no such number, or there are too few.
    UNKNOWN = auto()


def looks_printed(number: int) -> bool:
    """Return whether a number is the text of a double that is another number.

    Examples:
        >>> looks_printed(1308628999915187700), looks_printed(1308628999915187733)
        (True, False)
    """
    digits = len(str(number).rstrip("0"))
    return digits in _PRINTED_DIGITS and looks_rounded(number) and int(float(number)) != number


def looks_rounded(number: int) -> bool:
    """Return whether a number above 2**53 is a double, or the text of one.

    Examples:
        >>> looks_rounded(1308628999915187712), looks_rounded(1308628999915187733)
        (True, False)
    """
    if not SAFE < number <= LARGEST:
        return False
    double = float(number)
    return number in (int(double), _integer(repr(double)), _integer(f"{double:.16e}"))


def _integer(text: str) -> int:
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    return int((whole + fraction).ljust(len(whole) + int(exponent or 0), "0"))


def of_sample(records: Iterable[object]) -> Numbers:
    """Judge the numeric ids of a member by its first records, decoded.

    Examples:
        >>> of_sample([{"id": 1308628999915187733}]), of_sample([{"id": 7}])
        (<Numbers.EXACT: 1>, <Numbers.UNKNOWN: 3>)
    """
    ids = (number for record in records for number in _ids_in(record))
    numbers = {number for number in ids if SAFE < number <= LARGEST}
    if not all(map(looks_rounded, numbers)):
        return Numbers.EXACT
    is_rounded = sum(map(looks_printed, numbers)) >= FEWEST_PRINTED
    return Numbers.ROUNDED if is_rounded else Numbers.UNKNOWN


def _ids_in(value: object) -> Iterable[int]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if type(inner) is int and _ID_KEY.search(key):
                yield inner
            else:
                yield from _ids_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids_in(inner)
