"""Put texts of similar length into one batch: less padding, bounded memory.

The `exact` and `int8` engines use it.
"""

from collections.abc import Iterator, Sequence

import numpy as np

#: Texts tokenized together, then cut into batches of similar length.
WINDOW = 4096
#: Tokens per batch, padding included. 1,000 to 4,000 measured best on a CPU; a GPU needs more.
TOKENS = 2048
TOKENS_ON_GPU = 65_536


def windows(texts: Sequence[str], *, size: int | None = None) -> Iterator[np.ndarray]:
    """Yield the indices of texts, longest first, `size` (default `WINDOW`) at a time.

    Examples:
        >>> [indices.tolist() for indices in windows(["a", "abc", "ab"], size=2)]
        [[1, 2], [0]]
    """
    order = np.argsort([-len(text) for text in texts], kind="stable")
    rows = size or WINDOW
    for start in range(0, len(order), rows):
        yield order[start : start + rows]


def batches(lengths: np.ndarray, *, tokens: int = TOKENS) -> Iterator[np.ndarray]:
    """Yield the indices of tokenized texts in batches, longest first.

    A text longer than `tokens` is a batch of its own.

    Args:
        lengths: Tokens per text, shape `(n,)`.
        tokens: Maximum tokens per batch, after padding each text to the longest.

    Examples:
        >>> [indices.tolist() for indices in batches(np.array([2, 9, 3, 1]), tokens=6)]
        [[1], [2, 0], [3]]
    """
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        longest = max(1, int(lengths[order[start]]))
        rows = order[start : start + max(1, tokens // longest)]
        yield rows
        start += len(rows)
