"""Batching: texts of like length together, so that little is padding and memory is bounded."""

from collections.abc import Iterator, Sequence

import numpy as np

#: Texts that are tokenised together, and then cut into batches of like length.
WINDOW = 4096
#: Tokens of a batch, padding included: 1,000 to 4,000 measured best on CPU, a GPU wants more.
TOKENS = 2048
TOKENS_ON_GPU = 65_536


def windows(texts: Sequence[str], *, size: int | None = None) -> Iterator[np.ndarray]:
    """Give the places of texts, the longest first, `size` (by default `WINDOW`) at a time.

    Examples:
        >>> [places.tolist() for places in windows(["a", "abc", "ab"], size=2)]
        [[1, 2], [0]]
    """
    order = np.argsort([-len(text) for text in texts], kind="stable")
    rows = size or WINDOW
    for start in range(0, len(order), rows):
        yield order[start : start + rows]


def batches(lengths: np.ndarray, *, tokens: int = TOKENS) -> Iterator[np.ndarray]:
    """Give the places of tokenised texts, the longest first, a batch of so many tokens at a time.

    A text that has more tokens than that is a batch of its own.

    Args:
        lengths: Tokens of each text, shape `(n,)`.
        tokens: Most tokens of a batch once its texts are padded to the longest.

    Examples:
        >>> [places.tolist() for places in batches(np.array([2, 9, 3, 1]), tokens=6)]
        [[1], [2, 0], [3]]
    """
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        longest = max(1, int(lengths[order[start]]))
        rows = order[start : start + max(1, tokens // longest)]
        yield rows
        start += len(rows)
