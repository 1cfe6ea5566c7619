"""Shingles: texts as sets of weighted words, and which of them are much the same."""

from typing import NamedTuple, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.splitmix import scramble

Ints = NDArray[np.int64]
Pairs = NDArray[np.int64]
Weights = NDArray[np.float32]
Flags = NDArray[np.bool_]

#: Rows a band, and bands. Of a pair whose weighted Jaccard is 0.8 they find 998 in 1,000, of one
#: at 0.7 they find 961; of two texts that share nothing but `how do I` they pair 1 in 100,000.
ROWS, BANDS = 4, 12
#: Neighbours that a text is paired with in a band: more would make a heavy group all its pairs.
NEAREST = 3
#: Pairs that are compared at once.
CHUNK = 200_000
#: Weight, as a share of that of a word that stands in one text only, above which a word is one
#: that matters: of a million texts it stands in fewer than 2,000.
HEAVY = 0.45
#: Words that are frequent and yet matter.
NEGATIONS = frozenset(
    {
        *("not", "no", "never", "none", "nobody", "nothing", "without", "cannot"),
        *("arent", "cant", "couldnt", "didnt", "doesnt", "dont", "hadnt", "hasnt", "havent"),
        *("isnt", "shouldnt", "wasnt", "werent", "wont", "wouldnt"),
    }
)
#: What `texts.folded` makes of every number; it weighs as if it stood in every text.
NUMBER = "0"
#: Letters of a word that are looked at for slips of the pen.
LETTERS = 24


class Words(NamedTuple):
    """Texts as sets of words; the words of text `i` are `ids[starts[i]:starts[i + 1]]`.

    Args:
        ids: Numbers of words, ascending within a text.
        starts: Where each text begins, and the end.
        weights: Weight of each word: the rarer the heavier.
        letters: Letters of each word as code points, 0 after its end, shape `(words, LETTERS)`.
    """

    ids: Ints
    starts: Ints
    weights: Weights
    letters: NDArray[np.uint32]

    @classmethod
    def of(cls, lists: pl.Series) -> Self:
        """Number and weigh the words of texts, given as lists of words.

        A character of a script without spaces counts together with the next one of its kind: by
        single characters all longer texts in Thai are alike.
        """
        # The scripts without spaces lie from Thai, U+0E00, on.
        is_sign = (pl.col("word").str.len_chars() == 1) & (pl.col("word") >= "\u0e00")
        goes_on = is_sign & is_sign.shift(-1) & (pl.col("text") == pl.col("text").shift(-1))
        both = pl.col("word") + pl.col("word").shift(-1)
        spread = (
            pl.DataFrame({"word": lists})
            .with_row_index("text")
            .explode("word", empty_as_null=False, keep_nulls=False)
            .with_columns(word=pl.when(goes_on).then(both).otherwise("word"))
        )
        names = spread["word"].unique().sort()
        number = spread["word"].cast(pl.Enum(names)).to_physical().cast(pl.Int64)
        keys = _once((spread["text"].cast(pl.Int64).to_numpy() << 32) + number.to_numpy())
        ids, counts = keys & 0xFFFFFFFF, np.bincount(keys >> 32, minlength=len(lists))
        starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
        weights = np.log1p(len(counts) / np.bincount(ids, minlength=len(names)))
        weights[names.is_in(sorted(NEGATIONS)).to_numpy()] = np.log1p(len(counts))
        weights[(names == NUMBER).to_numpy()] = np.log1p(1)
        padded = names.str.slice(0, LETTERS).str.pad_end(LETTERS, "\0")
        letters = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32)
        return cls(ids, starts, weights.astype(np.float32), letters.reshape(-1, LETTERS))

    def sizes(self) -> Ints:
        """Count the distinct words of each text."""
        return np.diff(self.starts)


def candidates(words: Words, *, least: int, seed: int = 0) -> Pairs:
    """Pair the texts that may be much the same, by weighted MinHash in bands.

    The least of `-log(u) / weight` over the words of a text is the same in two texts as often as
    their weighted Jaccard says. A text is paired with the first and the `NEAREST` next texts of its
    bucket only, so that the pairs grow as the texts do, whatever they hold.

    Args:
        words: The texts.
        least: Texts of fewer words are paired with none.
        seed: Start of the hash functions.

    Returns:
        Pairs of rows, the lower first, each once, shape `(n, 2)`.
    """
    rows = np.flatnonzero(words.sizes() >= least)
    if not len(rows):
        return np.empty((0, 2), dtype=np.int64)
    draw = np.random.default_rng(seed)
    begins, filled = words.starts[:-1][words.sizes() > 0], words.sizes() > 0
    place = np.cumsum(filled) - 1
    found = []
    for _ in range(BANDS):
        key = np.zeros(len(rows), dtype=np.uint64)
        for _ in range(ROWS):
            ticket = draw.exponential(size=len(words.weights)).astype(np.float32) / words.weights
            least_ticket = np.minimum.reduceat(ticket[words.ids], begins)[place[rows]]
            key = scramble(key ^ least_ticket.view(np.uint32))
        found.append(_neighbours(rows, key))
    pairs = np.sort(np.concatenate(found), axis=1)
    return _distinct(pairs)


def compare(words: Words, pairs: Pairs, *, threshold: float) -> tuple[Weights, Flags]:
    """Compare pairs of texts word by word.

    Args:
        words: The texts.
        pairs: Rows of texts, shape `(n, 2)`.
        threshold: Weighted Jaccard from which two texts may count as the same.

    Returns:
        Weighted Jaccard of each pair, 0 to 1, and whether the texts count as the same: they reach
        the threshold, and no word that matters is in only one of them, but for a slip of the pen.
    """
    jaccard = np.empty(len(pairs), dtype=np.float32)
    same = np.empty(len(pairs), dtype=bool)
    for start in range(0, len(pairs), CHUNK):
        part = slice(start, start + CHUNK)
        jaccard[part], same[part] = _compare(words, pairs[part], threshold)
    return jaccard, same


def _compare(words: Words, pairs: Pairs, threshold: float) -> tuple[Weights, Flags]:
    pair, word, side = _laid_out(words, pairs)
    twice = np.zeros(len(pair), dtype=bool)
    twice[1:] = (pair[1:] == pair[:-1]) & (word[1:] == word[:-1])
    both = twice.copy()
    both[:-1] |= twice[1:]
    weight = words.weights[word]
    # Words are heavy in proportion to what a word of one text only weighs.
    heavy = ~both & (weight > HEAVY * np.log1p(len(words.starts) - 1))
    slips = _slips(words, pair, word, side=side, alone=~both, size=len(pairs))
    total = np.bincount(pair, weight, len(pairs))
    shared = np.bincount(pair[twice], weight[twice], len(pairs))
    jaccard = shared / np.maximum(total - shared, 1e-9)
    differs = np.bincount(pair[heavy], minlength=len(pairs)) > 0
    same = (jaccard >= threshold) & ~differs | slips & (jaccard >= threshold / 2)
    return jaccard.astype(np.float32), same


def _laid_out(words: Words, pairs: Pairs) -> tuple[Ints, Ints, NDArray[np.int8]]:
    """Lay the words of both texts of each pair side by side, in order of pair and word."""
    parts, sides = [], []
    for side in (0, 1):
        sizes = words.sizes()[pairs[:, side]]
        ends = np.cumsum(sizes)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
        at = np.repeat(words.starts[pairs[:, side]], sizes) + within
        parts.append((np.repeat(np.arange(len(pairs)), sizes) << 32) + words.ids[at])
        sides.append(np.full(len(at), side, dtype=np.int8))
    both = np.concatenate(parts)
    order = np.argsort(both, kind="stable")
    both = both[order]
    return both >> 32, both & 0xFFFFFFFF, np.concatenate(sides)[order]


def _slips(
    words: Words, pair: Ints, word: Ints, *, side: NDArray[np.int8], alone: Flags, size: int
) -> Flags:
    """Mark the pairs that differ in one word on each side, by one slip of the pen.

    A slip is one letter too much, too little, other or changed with the next, in a word of five
    letters or more, behind its first letter.
    """
    ours = np.zeros((2, size), dtype=np.int64)
    single = np.ones(size, dtype=bool)
    for number in (0, 1):
        own = alone & (side == number)
        single &= np.bincount(pair[own], minlength=size) == 1
        ours[number, pair[own]] = word[own]
    marked = np.zeros(size, dtype=bool)
    at = np.flatnonzero(single)
    marked[at] = _is_slip(words.letters[ours[0, at]], words.letters[ours[1, at]])
    return marked


def _is_slip(ours: NDArray[np.uint32], theirs: NDArray[np.uint32]) -> Flags:
    lengths = [(letters > 0).sum(axis=1) for letters in (ours, theirs)]
    shorter, longer = np.minimum(*lengths), np.maximum(*lengths)
    prefix = np.cumprod(ours == theirs, axis=1).sum(axis=1).clip(max=shorter)
    ends = [_from_the_end(*both) for both in zip((ours, theirs), lengths, strict=True)]
    suffix = np.cumprod(ends[0] == ends[1], axis=1).sum(axis=1)
    one_letter = (prefix + suffix >= longer - 1) & (longer - shorter <= 1)
    row = np.arange(len(ours))
    here, after = prefix.clip(max=LETTERS - 2), (prefix + 1).clip(max=LETTERS - 1)
    swapped = (ours[row, here] == theirs[row, after]) & (ours[row, after] == theirs[row, here])
    changed = swapped & (lengths[0] == lengths[1]) & (prefix + suffix >= longer - 2)
    return (prefix > 0) & (shorter >= 4) & (longer >= 5) & (one_letter | changed)


def _from_the_end(letters: NDArray[np.uint32], length: Ints) -> NDArray[np.uint32]:
    at = length[:, None] - 1 - np.arange(LETTERS)
    return np.where(at >= 0, np.take_along_axis(letters, at.clip(min=0), axis=1), 0)


def _neighbours(rows: Ints, key: NDArray[np.uint64]) -> Pairs:
    """Pair each row with the first of its bucket and the next few in it."""
    order = np.argsort(key, kind="stable")
    rows, key = rows[order], key[order]
    begins = np.r_[True, key[1:] != key[:-1]]
    first = np.maximum.accumulate(np.where(begins, np.arange(len(key)), 0))
    pairs = [np.column_stack([rows[first], rows])[~begins]]
    for step in range(1, NEAREST + 1):
        near = key[step:] == key[:-step]
        pairs.append(np.column_stack([rows[:-step], rows[step:]])[near])
    return np.concatenate(pairs)


def _distinct(pairs: Pairs) -> Pairs:
    packed = _once((pairs[:, 0] << 32) + pairs[:, 1])
    return np.column_stack([packed >> 32, packed & 0xFFFFFFFF])


def _once(keys: Ints) -> Ints:
    """Sort and drop doubles."""
    keys = np.sort(keys)
    return keys[np.r_[True, keys[1:] != keys[:-1]]] if len(keys) else keys
