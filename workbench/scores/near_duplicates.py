"""Duplicates: threads that begin with the same text, or nearly the same.

On the made pairs of `tests/benchmarks/bench_duplicates.py`, which were used while tuning, words
alone reach a precision of 0.997 and a recall of 0.955. Weakest are texts that differ in hashtags,
of which 0.83 are found, and in two or three edits at once, of which 0.80 are.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from workbench.progress import OnProgress, silent
from workbench.scores import minhash
from workbench.scores.minhash import Flags, Ints, Pairs, Words
from workbench.text import normalize
from workbench.threads.pointer_jumping import follow

#: Fewest distinct words of a text that is compared with others; shorter ones are equal or not.
LEAST = 4
#: Weighted Jaccard from which texts count as the same, see `tests/benchmarks/bench_duplicates.py`.
THRESHOLD = 0.75
#: Cosine from which texts count as the same whatever words they differ in, if their Jaccard is at
#: least `THRESHOLD_WITH`. On made pairs MiniLM finds 5 in 1,000 more and takes 15 in 1,000 wrongly.
COSINE = 0.99
THRESHOLD_WITH = 0.6
#: Rounds of taking members that are too far from their representative into groups of their own.
ROUNDS = 4

#: Gives `tweet_id` and `vector` of those tweets, as `embeddings.vectors` does.
Vectors = Callable[[pl.Series], pl.DataFrame]


def from_threads(
    openings: pl.DataFrame,
    *,
    vectors: Vectors | None = None,
    on_progress: OnProgress = silent,
) -> pl.DataFrame:
    """Group the threads whose first turns say the same.

    Case, mentions, links, numbers, punctuation and hashtags hung on at the end are set aside; what
    is left is compared whole and, from `LEAST` words on, word by word: a word the heavier the
    rarer. Texts are different where a word that matters is in only one of them; a slip of the pen,
    a frequent word more or less, another order make no difference. Every twin resembles its
    representative itself, not by way of others. A thread without a word has no twins.

    The representative is the thread with the most turns; of equals the one with the lowest id.

    Args:
        openings: One row per thread: `thread_id`, `root_id`, `text` of the first turn, and the
            `turns` of the thread.
        vectors: Where the vectors of first turns are read, for pairs that words leave in doubt.
        on_progress: Called with steps done, and in all.

    Returns:
        One row per thread in the order given: `thread_id`, `representative_id` (its own id where it
        stands for itself) and `twins` (other threads of its group).

    Examples:
        >>> from workbench.schemas import Turns
        >>> said = ["@a How do I bake bread?", "how do i bake bread https://t.co/x", "no"]
        >>> turns = Turns.sample(3, overrides={"thread_id": [1, 2, 3], "text": said})
        >>> openings = turns.with_columns(root_id="thread_id", turns=pl.Series([2, 5, 2]))
        >>> from_threads(openings).rows()
        [(1, 2, 1), (2, 2, 1), (3, 3, 0)]
    """
    keyed = openings.select(
        "thread_id", "root_id", "turns", words=normalize.comparison_words("text")
    ).with_columns(key=normalize.comparison_key("words"))
    on_progress(1, 4)
    distinct = _distinct(keyed)
    words = Words.of(distinct["words"].str.split(" ").cast(pl.List(pl.String)))
    pairs = minhash.candidates(words, least=LEAST)
    on_progress(2, 4)
    leader = _groups(words, pairs, roots=distinct["root_id"], vectors=vectors)
    on_progress(3, 4)
    found = _told(keyed, distinct.select("key", group_id=distinct["thread_id"].gather(leader)))
    on_progress(4, 4)
    return found


def _told(keyed: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Tell each thread who stands for it; `groups` has the `group_id` of every `key`."""
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


def _distinct(keyed: pl.DataFrame) -> pl.DataFrame:
    """Give each text once with the best thread that opens with it, the best text first."""
    order = ["turns", "thread_id"]
    return (
        keyed.lazy()
        .drop_nulls("key")
        .sort(order, descending=[True, False])
        .unique("key", keep="first", maintain_order=True)
        .collect()
    )


def _groups(words: Words, pairs: Pairs, *, roots: pl.Series, vectors: Vectors | None) -> Ints:
    """Give each text the row of the text that stands for it; lower rows are better ones."""
    pairs = pairs[_same(words, pairs, roots=roots, vectors=vectors)]
    leader = np.arange(len(words.sizes()))
    for _ in range(ROUNDS):
        found = _components(pairs, size=len(leader))
        members = np.flatnonzero(found != np.arange(len(found)))
        if not len(members):
            break
        to_leader = np.column_stack([found[members], members])
        near = _same(words, to_leader, roots=roots, vectors=vectors)
        leader[members[near]] = found[members[near]]
        open_ = np.zeros(len(leader), dtype=bool)
        open_[members[~near]] = True
        pairs = pairs[open_[pairs].all(axis=1)]
    return leader


def _components(pairs: Pairs, *, size: int) -> Ints:
    """Give each row the lowest row that it is connected with, by pointer jumping."""
    lowest = np.arange(size)
    while True:
        ends = lowest[pairs]
        open_ = ends[:, 0] != ends[:, 1]
        if not open_.any():
            return lowest
        ends = ends[open_]
        np.minimum.at(lowest, ends.max(axis=1), ends.min(axis=1))
        lowest = np.asarray(follow(lowest)[0], dtype=np.int64)


def _same(words: Words, pairs: Pairs, *, roots: pl.Series, vectors: Vectors | None) -> Flags:
    jaccard, same = minhash.compare(words, pairs, threshold=THRESHOLD)
    doubtful = np.flatnonzero(~same & (jaccard >= THRESHOLD_WITH))
    if vectors is not None and len(doubtful):
        same[doubtful] = _cosines(pairs[doubtful], roots=roots, vectors=vectors) >= COSINE
    return same


def _cosines(pairs: Pairs, *, roots: pl.Series, vectors: Vectors) -> minhash.Weights:
    """Compare the vectors of pairs, some at a time; -1 where one of them has none."""
    cosines = np.full(len(pairs), -1, dtype=np.float32)
    for start in range(0, len(pairs), minhash.CHUNK):
        part = pl.DataFrame(pairs[start : start + minhash.CHUNK], schema=["left", "right"])
        ids = part.with_row_index("pair").with_columns(
            pl.lit(roots).gather(pl.col(side)).alias(side) for side in ("left", "right")
        )
        known = vectors(pl.concat([ids["left"], ids["right"]]).unique())
        both = ids.join(known.rename({"tweet_id": "left"}), on="left").join(
            known.rename({"tweet_id": "right"}), on="right", suffix="_right"
        )
        if both.height:
            ours, theirs = (both[name].to_numpy() for name in ("vector", "vector_right"))
            cosines[start + both["pair"].to_numpy()] = np.einsum("ij,ij->i", ours, theirs)
    return cosines
