"""Find pairs of texts that may be near duplicates, with weighted MinHash.

Comparing all pairs of a million texts is impossible. MinHash finds the pairs worth comparing, and
their number grows with the number of texts only.
"""

import numpy as np
from numpy.typing import NDArray

from workbench.scores.word_sets import Ints, Pairs, Weights, Words, pack, unpack
from workbench.splitmix import scramble
from workbench.threads.id_arrays import distinct

#: Hashes per band, and number of bands. They find 998 of 1,000 pairs with a weighted Jaccard of
#: 0.8, and 961 of 1,000 with 0.7. Of two texts that only share `how do I` they pair 1 in 100,000.
ROWS, BANDS = 4, 12
#: Next texts of a bucket that a text is paired with. It bounds the pairs of a large group.
NEAREST = 3


def candidates(words: Words, *, least: int, seed: int = 0) -> Pairs:
    """Pair the texts that may be near duplicates.

    The minimum of `-log(u) / weight` over the words of a text is equal in two texts with a
    probability of about their weighted Jaccard. A band combines `ROWS` such minima to a bucket.
    Each text is paired with the first and the `NEAREST` next texts of its bucket.

    Args:
        words: The texts.
        least: Texts with fewer words are not paired.
        seed: Seed of the hash functions.

    Returns:
        Distinct pairs of rows, the lower row first.
    """
    texts = np.flatnonzero(words.sizes() >= least)
    if not len(texts):
        return np.empty((0, 2), dtype=np.int64)
    random = np.random.default_rng(seed)
    bands = [_pairs_in_buckets(texts, _buckets(words, texts, random)) for _ in range(BANDS)]
    pairs = np.sort(np.concatenate(bands), axis=1)
    return np.column_stack(unpack(distinct(pack(pairs[:, 0], pairs[:, 1]))))


def _buckets(words: Words, texts: Ints, random: np.random.Generator) -> NDArray[np.uint64]:
    """Compute the bucket of each text in one band."""
    bucket = np.zeros(len(texts), dtype=np.uint64)
    for _ in range(ROWS):
        hashes = random.exponential(size=len(words.weights)).astype(np.float32) / words.weights
        bucket = scramble(bucket ^ _minima(words, hashes)[texts].view(np.uint32))
    return bucket


def _minima(words: Words, hashes: Weights) -> Weights:
    """Find the lowest hash among the words of each text; infinity for a text without words."""
    minima = np.full(len(words.starts) - 1, np.inf, dtype=np.float32)
    has_words = words.sizes() > 0
    minima[has_words] = np.minimum.reduceat(hashes[words.ids], words.starts[:-1][has_words])
    return minima


def _pairs_in_buckets(texts: Ints, buckets: NDArray[np.uint64]) -> Pairs:
    """Pair each text with the first of its bucket and the next few in it."""
    order = np.argsort(buckets, kind="stable")
    texts, buckets = texts[order], buckets[order]
    is_first = np.r_[True, buckets[1:] != buckets[:-1]]
    first = np.maximum.accumulate(np.where(is_first, np.arange(len(buckets)), 0))
    pairs = [np.column_stack([texts[first], texts])[~is_first]]
    for step in range(1, NEAREST + 1):
        in_same_bucket = buckets[step:] == buckets[:-step]
        pairs.append(np.column_stack([texts[:-step], texts[step:]])[in_same_bucket])
    return np.concatenate(pairs)
