"""Group the threads that begin with the same or nearly the same text.

On the generated pairs of `tests/benchmarks/bench_duplicates.py`, which were used for tuning, words
alone reach a precision of 0.997 and a recall of 0.955. The weakest pairs are texts that differ in
hashtags (0.83 are found) and in two or three edits at once (0.80 are found).
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from workbench.progress import OnProgress, silent
from workbench.scores import minhash, word_comparison
from workbench.scores.word_sets import Flags, Ints, Pairs, Weights, Words
from workbench.text import normalize
from workbench.threads.pointer_jumping import follow

#: Fewest distinct words of a text that is compared word by word; shorter texts must be equal.
LEAST = 4
#: Lowest weighted Jaccard of near duplicates, see `tests/benchmarks/bench_duplicates.py`.
THRESHOLD = 0.75
#: Texts with at least `THRESHOLD_WITH` are near duplicates too if their cosine reaches `COSINE`.
#: On generated pairs, MiniLM finds 5 more in 1,000 that way and accepts 15 wrong ones in 1,000.
COSINE = 0.99
THRESHOLD_WITH = 0.6
#: Rounds of regrouping the members that are too far from their representative.
ROUNDS = 4

#: Steps that the progress counts: normalize, pair, group, list the results.
_STEPS = 4

#: Reads `tweet_id` and `vector` of the given tweets, like `embeddings.vectors`.
Vectors = Callable[[pl.Series], pl.DataFrame]


def from_threads(
    openings: pl.DataFrame,
    *,
    vectors: Vectors | None = None,
    on_progress: OnProgress = silent,
) -> pl.DataFrame:
    """Group the threads whose first turns say the same.

    Case, mentions, links, numbers, punctuation and trailing hashtags are ignored. Two texts that
    are then equal are near duplicates. Texts with at least `LEAST` words are also compared word by
    word, where rare words weigh more. They differ if a word that matters is in one of them only.
    A typo, another frequent word or another order makes no difference.

    Every near duplicate resembles its representative directly, not through a chain of others. A
    thread without words has none. The representative is the thread with the most turns; among
    equals, the one with the lowest id.

    Args:
        openings: One row per thread: `thread_id`, `root_id`, `text` of the first turn, and the
            `turns` of the thread.
        vectors: Reads the vectors of first turns, for pairs that words leave in doubt.
        on_progress: Called with the steps done and all steps.

    Returns:
        One row per thread in the order of `openings`: `thread_id`, `representative_id` (the own id
        of a representative) and `twins` (number of other threads in its group).

    Examples:
        >>> from workbench.schemas import Turns
        >>> texts = ["@a How do I bake bread?", "how do i bake bread https://t.co/x", "no"]
        >>> turns = Turns.sample(3, overrides={"thread_id": [1, 2, 3], "text": texts})
        >>> openings = turns.with_columns(root_id="thread_id", turns=pl.Series([2, 5, 2]))
        >>> from_threads(openings).rows()
        [(1, 2, 1), (2, 2, 1), (3, 3, 0)]
    """
    keyed = openings.select(
        "thread_id", "root_id", "turns", words=normalize.comparison_words("text")
    ).with_columns(key=normalize.comparison_key("words"))
    on_progress(1, _STEPS)
    texts = _distinct_texts(keyed)
    words = Words.from_lists(texts["words"].str.split(" ").cast(pl.List(pl.String)))
    pairs = minhash.candidates(words, least=LEAST)
    on_progress(2, _STEPS)
    representative = _representatives(words, pairs, roots=texts["root_id"], vectors=vectors)
    on_progress(3, _STEPS)
    groups = texts.select("key", group_id=texts["thread_id"].gather(representative))
    result = _by_thread(keyed, groups)
    on_progress(4, _STEPS)
    return result


def _distinct_texts(keyed: pl.DataFrame) -> pl.DataFrame:
    """Keep the best thread of each text, the best one first."""
    return (
        keyed.lazy()
        .drop_nulls("key")
        .sort(["turns", "thread_id"], descending=[True, False])
        .unique("key", keep="first", maintain_order=True)
        .collect()
    )


def _by_thread(keyed: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Look up the `group_id` of each thread by its `key`, and count its group."""
    group = pl.coalesce("group_id", "thread_id")
    return (
        keyed.select("thread_id", "key")
        .join(groups, on="key", how="left", maintain_order="left")
        .select(
            "thread_id",
            representative_id=group,
            twins=(pl.len().over(group) - 1).cast(pl.UInt32),
        )
    )


def _representatives(
    words: Words, pairs: Pairs, *, roots: pl.Series, vectors: Vectors | None
) -> Ints:
    """Choose a representative for each text; texts in lower rows are better ones.

    Connected texts form a group, whose best text is the representative. Members that do not
    resemble it leave the group, and are grouped among themselves in the next round.
    """
    pairs = pairs[_is_same(words, pairs, roots=roots, vectors=vectors)]
    representative = np.arange(len(words.sizes()))
    for _ in range(ROUNDS):
        best = _components(pairs, size=len(representative))
        members = np.flatnonzero(best != np.arange(len(best)))
        if not len(members):
            break
        with_best = np.column_stack([best[members], members])
        is_near = _is_same(words, with_best, roots=roots, vectors=vectors)
        representative[members[is_near]] = best[members[is_near]]
        is_left_over = np.zeros(len(representative), dtype=bool)
        is_left_over[members[~is_near]] = True
        pairs = pairs[is_left_over[pairs].all(axis=1)]
    return representative


def _components(pairs: Pairs, *, size: int) -> Ints:
    """Find the lowest row that each row is connected with, by pointer jumping."""
    lowest = np.arange(size)
    while True:
        ends = lowest[pairs]
        is_apart = ends[:, 0] != ends[:, 1]
        if not is_apart.any():
            return lowest
        ends = ends[is_apart]
        np.minimum.at(lowest, ends.max(axis=1), ends.min(axis=1))
        lowest = np.asarray(follow(lowest)[0], dtype=np.int64)


def _is_same(words: Words, pairs: Pairs, *, roots: pl.Series, vectors: Vectors | None) -> Flags:
    """Compare pairs by their words, and doubtful ones by their vectors too."""
    jaccard, is_same = word_comparison.compare(words, pairs, threshold=THRESHOLD)
    doubtful = np.flatnonzero(~is_same & (jaccard >= THRESHOLD_WITH))
    if vectors is not None and len(doubtful):
        is_same[doubtful] = _cosines(pairs[doubtful], roots=roots, vectors=vectors) >= COSINE
    return is_same


def _cosines(pairs: Pairs, *, roots: pl.Series, vectors: Vectors) -> Weights:
    """Compute the cosine of each pair, chunk by chunk; -1 if a vector is missing."""
    cosines = np.full(len(pairs), -1, dtype=np.float32)
    for start in range(0, len(pairs), word_comparison.CHUNK):
        chunk = pairs[start : start + word_comparison.CHUNK]
        ids = (
            pl.DataFrame(chunk, schema=["left", "right"])
            .with_row_index("pair")
            .with_columns(
                pl.lit(roots).gather(pl.col(side)).alias(side) for side in ("left", "right")
            )
        )
        known = vectors(pl.concat([ids["left"], ids["right"]]).unique())
        both = ids.join(known.rename({"tweet_id": "left"}), on="left").join(
            known.rename({"tweet_id": "right"}), on="right", suffix="_right"
        )
        if both.height:
            left, right = (both[name].to_numpy() for name in ("vector", "vector_right"))
            cosines[start + both["pair"].to_numpy()] = np.einsum("ij,ij->i", left, right)
    return cosines
