"""Turn texts into vectors without a model, for tests and demonstrations."""

import hashlib
import re
from functools import lru_cache

import numpy as np

from workbench.progress import OnProgress, silent

#: Texts between two progress reports.
_WINDOW = 1024


class HashingEmbedder:
    """Count words and their letter trigrams in hashed dimensions.

    Equal words produce equal vectors on every machine. Meaning is ignored. A text without visible
    characters becomes the zero vector.
    """

    name = "hashing"
    digest = hashlib.sha256(b"hashing 1").hexdigest()
    dimensions = 256

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+|[^\w\s]", text.lower()):
                columns, weights = _hashed(word, self.dimensions)
                np.add.at(vectors[row], columns, weights)
            if row % _WINDOW == 0:
                on_progress(row, len(texts))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        on_progress(len(texts), len(texts))
        return vectors / np.where(lengths > 0, lengths, 1)

    def can_read(self, text: str) -> bool:
        """Return whether a text has a visible character."""
        return not text.isspace() and text != ""


@lru_cache(maxsize=2**15)
def _hashed(word: str, dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns of a word and its trigrams, and their signed weights."""
    padded = f"<{word}>"
    features = [word] + [padded[start : start + 3] for start in range(len(padded) - 2)]
    hashes = [
        int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "little")
        for feature in features
    ]
    columns = np.array([number % dimensions for number in hashes])
    signs = np.array([1 if number >> 63 else -1 for number in hashes], dtype=np.float32)
    return columns, signs * np.array([1.0] + [0.4] * (len(features) - 1), dtype=np.float32)
