"""Letters and the ways to write them: with accents, in full width, with marks after them.

`search_query` uses it to find "café" for "cafe".
"""

import unicodedata
from collections import defaultdict
from functools import lru_cache

#: Marks that may follow a letter, first and last of each range: accents of Latin, Greek and
#: Cyrillic, points of Hebrew, vowels of Arabic.
_MARKS = [("\u0300", "\u036f"), ("\u0591", "\u05c7"), ("\u064b", "\u065f"), ("\u0670", "\u0670")]

#: Any number of them, for polars and for `re`.
MARKS = f"[{''.join(f'{first}-{last}' for first, last in _MARKS)}]*"

#: Blocks whose letters are other letters with accents, or full-width copies of ASCII. Not the
#: Japanese ones: there a mark makes another letter.
_BLOCKS = [(0xC0, 0x250), (0x370, 0x530), (0x620, 0x6D4), (0x1E00, 0x2000), (0xFF01, 0xFF5F)]

#: Letters that Unicode does not decompose.
_STROKES = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "\u0131": "i"}

#: What a picture may have after it: the wish to be drawn in colour.
_VARIATION = "\ufe0f"


def fold(text: str) -> str:
    """Write a text in lower case and without accents.

    Examples:
        >>> fold("Crème BRÛLÉE ＠Ann 한글 が ❤️") == "creme brulee @ann 한글 が ❤"
        True
    """
    return "".join(map(_base, unicodedata.normalize("NFC", text).lower()))


def variants(letter: str) -> str:
    """Return all ways to write a folded letter, itself first, in lower case.

    Examples:
        >>> variants("e")[:4], variants("日")
        ('eèéê', '日')
    """
    return letter + _copies().get(letter, "")


@lru_cache(maxsize=4096)
def _base(letter: str) -> str:
    """Return a letter without its accent; nothing for a mark on its own."""
    if letter == _VARIATION or _is_mark(letter):
        return ""
    is_foldable = any(low <= ord(letter) < high for low, high in _BLOCKS)
    whole = unicodedata.normalize("NFKD", letter) if is_foldable else letter
    base = "".join(part for part in whole if not _is_mark(part)).lower()
    return _STROKES.get(letter, base if len(base) == 1 else letter)


def _is_mark(letter: str) -> bool:
    return any(first <= letter <= last for first, last in _MARKS)


@lru_cache(maxsize=1)
def _copies() -> dict[str, str]:
    copies: dict[str, str] = defaultdict(str)
    for low, high in _BLOCKS:
        for code in range(low, high):
            letter = chr(code)
            if letter == letter.lower() and (base := _base(letter)) not in {letter, ""}:
                copies[base] += letter
    return copies
