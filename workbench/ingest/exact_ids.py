"""Tell exact ids from rounded ones, so that no tweet gets or answers a wrong id.

Ids have 64 bits. JavaScript, jq, R and pandas keep numbers as doubles, which have 53, so they
change the last digits of an id. These rules decide, in this order:

1. An exact copy wins over a number: a string of digits, a field like `id_str`, the id in a link.
2. A number with a decimal point or an exponent is exact up to 2**53. Above it is unknown, unless
   another id of the record rounds to it: most parents that pandas rounds open the conversation.
3. A number that no double prints is exact. Rounding changes every number of a record, so one such
   number shows that the others are exact, too.
4. A number that another field has, too, has the same exact copy. If an exact copy contradicts a
   number of the record, its numbers were rounded: those that doubles print are unknown.
5. Else the first records of the member decide, see `rounded_numbers`. Without a clue, only numbers
   that end in zeros like the text of a double are unknown: 1 in 100 real ids does, but most
   rounded ones do.

A number that is itself a double, as pandas writes it, is no clue: six of ten real ids end in so
many zero bits.

An unknown parent is null and counted in the ledger. A tweet whose own id is unknown is rejected.
"""

import re
from collections import Counter
from typing import Any

from workbench.ingest.rounded_numbers import LARGEST, SAFE, Numbers, looks_printed, looks_rounded

#: An id as a record writes it: a number, a string, `{"$numberLong": "..."}` or nothing.
Written = Any

#: Why a tweet is rejected.
UNKNOWN_ID = "no tweet: its id is missing or rounded, and it has no exact copy of it"

#: Fields of a tweet whose ids differ.
_NEVER_EQUAL = ({"tweet_id", "reply_to_id"}, {"tweet_id", "quoted_id"})

_MOST_DIGITS = 19
#: What tools write into the cell of an id that does not exist.
_NOTHING = {"", "nan", "null", "none", "na", "n/a", "<na>", "-1"}

_FLOAT = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_STATUS = re.compile(r"/status(?:es)?/(\d{1,19})(?!\d)")
_EXTENDED_JSON = ("$numberLong", "$numberInt", "$numberDouble", "$numberDecimal")


def in_link(link: object) -> str | None:
    """Return the id of a tweet in the link to it.

    Examples:
        >>> in_link("https://twitter.com/ann/status/1669700100971536389?s=20"), in_link(None)
        ('1669700100971536389', None)
    """
    match = _STATUS.search(link) if isinstance(link, str) else None
    return match[1] if match else None


class IdReader:
    """Read the ids of the records of one member.

    Args:
        numbers: What its first records show.
    """

    def __init__(self, numbers: Numbers = Numbers.UNKNOWN) -> None:
        self._numbers = numbers
        #: Field -> how often its id was unknown because of rounding.
        self.unknown: Counter[str] = Counter()
        #: Field -> how often it contained something that is no id, like `{}` or a name.
        self.odd: Counter[str] = Counter()

    def read(self, **fields: tuple[Written, ...]) -> dict[str, int | None]:
        """Return the exact id of each field of a record, or None.

        Args:
            fields: Everything that the record says about the id of a field, best known first. The
                field `tweet_id` is not counted in `unknown` and `odd`, because its record is
                rejected.

        Examples:
            >>> reader = IdReader()
            >>> reader.read(tweet_id=(1308628999915187700, "1308628999915187733"), reply_to_id=(7,))
            {'tweet_id': 1308628999915187733, 'reply_to_id': 7}
            >>> reader.read(tweet_id=(1e3, "1308628999915187733"))
            {'tweet_id': 1308628999915187733}
            >>> reader.read(reply_to_id=(1.146303338e18,)), reader.unknown
            ({'reply_to_id': None}, Counter({'reply_to_id': 1}))
            >>> reader.read(reply_to_id=("1.6697001009715364e+18",), root=("1669700100971536389",))
            {'reply_to_id': 1669700100971536389, 'root': 1669700100971536389}
        """
        exact: dict[str, int | None] = {}
        doubtful: dict[str, int] = {}
        #: Number -> its exact copy.
        copied: dict[int, int] = {}
        lost: dict[str, tuple[Written, ...]] = {}
        for field, copies in fields.items():
            number, witness, is_lost = _parts(copies)
            exact[field] = number if witness is None else witness
            if number is not None and witness is not None:
                copied[number] = witness
            elif number is not None and SAFE < number <= LARGEST:
                doubtful[field] = number
            elif exact[field] is None and is_lost:
                lost[field] = copies
            elif exact[field] is None:
                self._count(field, copies, is_lost=False)
        if doubtful:
            self._settle(exact, doubtful=doubtful, copied=copied)
        if lost:
            self._recover(exact, lost=lost)
        return exact

    def _recover(
        self, exact: dict[str, int | None], *, lost: dict[str, tuple[Written, ...]]
    ) -> None:
        """Fill in the ids that were rounded to the double of another id of the record."""
        for field, copies in lost.items():
            doubles = {_double(copy) for copy in copies}
            others = {
                number
                for other, number in exact.items()
                # No tweet answers or quotes itself.
                if number is not None and number > SAFE and {field, other} not in _NEVER_EQUAL
            }
            rounded = [number for number in others if float(number) in doubles]
            if len(rounded) == 1:
                exact[field] = rounded[0]
            else:
                self._count(field, copies, is_lost=True)

    def _settle(
        self, exact: dict[str, int | None], *, doubtful: dict[str, int], copied: dict[int, int]
    ) -> None:
        """Correct or remove the numbers that have no exact copy in their field."""
        same = [number for number, copy in copied.items() if number == copy]
        large = [number for number in (*same, *doubtful.values()) if number > SAFE]
        if not all(map(looks_rounded, large)):
            return
        is_contradicted = len(same) < len(copied)
        for field, number in doubtful.items():
            is_itself = {field, "tweet_id"} in _NEVER_EQUAL and (
                copied.get(number) == exact.get("tweet_id")
            )
            if number in copied and not is_itself:
                exact[field] = copied[number]
            elif not self._trusts(number, is_contradicted=is_contradicted):
                exact[field] = None
                self._count(field, (), is_lost=True)

    def _trusts(self, number: int, *, is_contradicted: bool) -> bool:
        if is_contradicted or self._numbers is Numbers.ROUNDED:
            return False
        return self._numbers is Numbers.EXACT or not looks_printed(number)

    def _count(self, field: str, copies: tuple[Written, ...], *, is_lost: bool) -> None:
        """Count an id that is unknown, unless the record says that there is none."""
        if field == "tweet_id":
            return
        if is_lost:
            self.unknown[field] += 1
        elif not all(map(is_nothing, copies)):
            self.odd[field] += 1


def parse(written: Written) -> tuple[int | None, bool]:
    """Parse an id; return it and whether it is exact.

    A value that is an id, but lost its last digits, gives `(None, False)`; no id `(None, True)`.

    Examples:
        >>> parse("1371249780974845955"), parse(1371249780974846000), parse({"$numberLong": "7"})
        ((1371249780974845955, True), (1371249780974846000, False), (7, True))
        >>> parse("1.37e18"), parse(7.0), parse("nan"), parse(None)
        ((None, False), (7, True), (None, True), (None, True))
    """
    if type(written) is int:
        return written, abs(written) <= SAFE
    if isinstance(written, dict):
        inner = next((written[key] for key in _EXTENDED_JSON if key in written), None)
        return (None, True) if isinstance(inner, dict) else parse(inner)
    if isinstance(written, str):
        text = written.strip().strip("'\"")
        if text.isascii() and text.isdigit():
            return (int(text), True) if len(text) <= _MOST_DIGITS else (None, True)
        if len(text) > 2 * _MOST_DIGITS or not _FLOAT.fullmatch(text):
            return None, True
        written = float(text)
    if not isinstance(written, float) or not written.is_integer():
        return None, True
    return (int(written), True) if abs(written) <= SAFE else (None, False)


def _double(written: Written) -> float | None:
    """Return the double that is all that is left of an id."""
    if parse(written) != (None, False):
        return None
    if isinstance(written, dict):
        written = next(written[key] for key in _EXTENDED_JSON if key in written)
    return float(written.strip(" '\"") if isinstance(written, str) else written)


def is_nothing(written: Written) -> bool:
    """Return whether a value says that there is no id: null, `NaN`, an empty cell and the like.

    Examples:
        >>> is_nothing(None), is_nothing("nan"), is_nothing({}), is_nothing("ann")
        (True, True, False, False)
    """
    if written is None or written != written:  # noqa: PLR0124 (only NaN is not itself)
        return True
    return isinstance(written, str) and written.strip().lower() in _NOTHING


def _parts(copies: tuple[Written, ...]) -> tuple[int | None, int | None, bool]:
    """Return the number and the exact copy among everything said about an id.

    The third value is true if a copy lost its last digits.
    """
    number = witness = None
    is_lost = False
    for copy in copies:
        value, is_exact = parse(copy)
        if value is None:
            is_lost |= not is_exact
        elif not _is_written_out(copy):
            number = value if number is None else number
        elif witness is None:
            witness = value
    return number, witness, is_lost


def _is_written_out(written: Written) -> bool:
    """Return whether an id is written with all of its digits, and not as a number."""
    return isinstance(written, dict) or (
        isinstance(written, str) and written.strip().strip("'\"").isdigit()
    )


def deleted_id(*copies: Written) -> int | None:
    """Return the id of a deleted tweet. A number counts as exact if there is no copy of it.

    A deletion of a wrong id removes nothing, and one that is missed keeps what must go.

    Examples:
        >>> deleted_id(1308628999915187700, "1308628999915187733"), deleted_id(1308628999915187700)
        (1308628999915187733, 1308628999915187700)
    """
    number, witness, _ = _parts(copies)
    return number if witness is None else witness
