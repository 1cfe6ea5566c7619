"""Compare pairs of texts word by word, and decide whether they are near duplicates.

Two texts are near duplicates if their words overlap enough and no word that matters is in one of
them only. A single typo does not matter.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.scores.word_sets import (
    LETTERS,
    Flags,
    Ints,
    Letters,
    Pairs,
    Weights,
    Words,
    pack,
    unpack,
)

#: Pairs that are compared in one pass.
CHUNK = 200_000
#: A word matters if its weight is above this share of the weight of a word that only one text
#: contains. Such a word is in fewer than 2,000 of a million texts.
HEAVY = 0.45
#: Texts that differ by one typo only need this share of the threshold: a typo changes a whole word.
TYPO_ALLOWANCE = 0.5
#: Shortest word, in letters, that can have a typo; a missing letter may make it one shorter.
TYPO_LENGTH = 5

#: Avoids a division by zero for two texts without words.
_TINY_WEIGHT = 1e-9


class _Entries(NamedTuple):
    """The words of both texts of each pair, sorted by pair and word.

    A word of both texts has two entries in a row.

    Args:
        pair: Row of the pair.
        word: Number of the word.
        is_right: True for words of the second text.
        is_repeat: True for the second entry of a word of both texts.
        is_shared: True for both entries of a word of both texts.
    """

    pair: Ints
    word: Ints
    is_right: Flags
    is_repeat: Flags
    is_shared: Flags


def compare(words: Words, pairs: Pairs, *, threshold: float) -> tuple[Weights, Flags]:
    """Compare pairs of texts.

    Args:
        words: The texts.
        pairs: Rows of texts.
        threshold: Lowest weighted Jaccard of near duplicates.

    Returns:
        The weighted Jaccard of each pair, 0 to 1, and whether the texts are near duplicates.

    Examples:
        >>> import polars as pl
        >>> texts = ["how do i bake bread", "how do i bake braed", "how do i bake cake"]
        >>> words = Words.from_lists(pl.Series(texts).str.split(" "))
        >>> compare(words, np.array([[0, 1], [0, 2]]), threshold=0.75)[1].tolist()
        [True, False]
    """
    jaccard = np.empty(len(pairs), dtype=np.float32)
    is_same = np.empty(len(pairs), dtype=bool)
    for start in range(0, len(pairs), CHUNK):
        chunk = slice(start, start + CHUNK)
        jaccard[chunk], is_same[chunk] = _compare(words, pairs[chunk], threshold)
    return jaccard, is_same


def _compare(words: Words, pairs: Pairs, threshold: float) -> tuple[Weights, Flags]:
    entries = _side_by_side(words, pairs)
    jaccard = _jaccard(words, entries, pairs=len(pairs))
    differs = _differs_in_heavy_word(words, entries, pairs=len(pairs))
    has_typo = _differs_by_typo(words, entries, pairs=len(pairs))
    is_same = (jaccard >= threshold) & ~differs
    is_same |= (jaccard >= threshold * TYPO_ALLOWANCE) & has_typo
    return jaccard.astype(np.float32), is_same


def _side_by_side(words: Words, pairs: Pairs) -> _Entries:
    """List the words of both texts of each pair."""
    left, right = (_words_of(words, pairs[:, side]) for side in (0, 1))
    packed = np.concatenate([left, right])
    is_right = np.arange(len(packed)) >= len(left)
    order = np.argsort(packed, kind="stable")
    packed, is_right = packed[order], is_right[order]
    is_repeat = np.zeros(len(packed), dtype=bool)
    is_repeat[1:] = packed[1:] == packed[:-1]
    is_shared = is_repeat.copy()
    is_shared[:-1] |= is_repeat[1:]
    return _Entries(*unpack(packed), is_right, is_repeat, is_shared)


def _words_of(words: Words, texts: Ints) -> Ints:
    """List the words of some texts, each packed with the place of its text in the list."""
    sizes = words.sizes()[texts]
    ends = np.cumsum(sizes)
    offset = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
    word_ids = words.ids[np.repeat(words.starts[texts], sizes) + offset]
    return pack(np.repeat(np.arange(len(texts)), sizes), word_ids)


def _jaccard(words: Words, entries: _Entries, *, pairs: int) -> NDArray[np.float64]:
    """Divide the weight of the shared words by the weight of all words."""
    weight, is_repeat = words.weights[entries.word], entries.is_repeat
    both_texts = np.bincount(entries.pair, weight, pairs)
    shared = np.bincount(entries.pair[is_repeat], weight[is_repeat], pairs)
    return shared / np.maximum(both_texts - shared, _TINY_WEIGHT)


def _differs_in_heavy_word(words: Words, entries: _Entries, *, pairs: int) -> Flags:
    """Mark the pairs with a heavy word that is in one of the texts only."""
    is_heavy = words.weights[entries.word] > HEAVY * words.highest_weight()
    pair = entries.pair[is_heavy & ~entries.is_shared]
    return np.bincount(pair, minlength=pairs) > 0


def _differs_by_typo(words: Words, entries: _Entries, *, pairs: int) -> Flags:
    """Mark the pairs that differ in one word on each side, if one word is a typo of the other."""
    own_word = np.zeros((2, pairs), dtype=np.int64)
    has_one = np.ones(pairs, dtype=bool)
    for side, is_on_side in enumerate((~entries.is_right, entries.is_right)):
        is_own = is_on_side & ~entries.is_shared
        has_one &= np.bincount(entries.pair[is_own], minlength=pairs) == 1
        own_word[side, entries.pair[is_own]] = entries.word[is_own]
    has_typo = np.zeros(pairs, dtype=bool)
    left, right = own_word[:, has_one]
    has_typo[has_one] = _is_typo(words.letters[left], words.letters[right])
    return has_typo


def _is_typo(left: Letters, right: Letters) -> Flags:
    """Check which words differ by one letter that is added, dropped, replaced or swapped.

    The first letter must be equal, and one of the words must have `TYPO_LENGTH` letters.
    """
    left_length, right_length = (left > 0).sum(axis=1), (right > 0).sum(axis=1)
    shorter = np.minimum(left_length, right_length)
    longer = np.maximum(left_length, right_length)
    prefix = _common_prefix(left, right).clip(max=shorter)
    suffix = _common_prefix(_reversed(left, left_length), _reversed(right, right_length))
    changed = longer - prefix - suffix
    one_letter = (changed <= 1) & (longer - shorter <= 1)
    swapped = (changed <= 2) & (longer == shorter) & _is_swapped(left, right, at=prefix)
    is_long = (longer >= TYPO_LENGTH) & (shorter >= TYPO_LENGTH - 1)
    return is_long & (prefix > 0) & (one_letter | swapped)


def _common_prefix(left: Letters, right: Letters) -> Ints:
    """Count the equal letters at the start."""
    return np.cumprod(left == right, axis=1).sum(axis=1)


def _reversed(letters: Letters, length: Ints) -> Letters:
    """Write the letters of each word backwards."""
    at = length[:, None] - 1 - np.arange(LETTERS)
    return np.where(at >= 0, np.take_along_axis(letters, at.clip(min=0), axis=1), 0)


def _is_swapped(left: Letters, right: Letters, *, at: Ints) -> Flags:
    """Check whether two neighbouring letters are swapped, from the first different letter on."""
    row = np.arange(len(left))
    here, after = at.clip(max=LETTERS - 2), (at + 1).clip(max=LETTERS - 1)
    return (left[row, here] == right[row, after]) & (left[row, after] == right[row, here])
