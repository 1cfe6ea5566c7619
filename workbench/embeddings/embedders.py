"""Embedders: text to vectors."""

import hashlib
import re
from functools import lru_cache
from typing import Literal, Protocol, get_args

import numpy as np

from workbench.embeddings.engines import int8, model_files, static, transformer
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent

#: `exact` is the model as its makers meant it, `int8` the same in whole numbers of 8 bits (five
#: times as many texts a CPU second), `fast` a table of one vector a token (hundreds of times).
Engine = Literal["exact", "int8", "fast"]

#: Texts between two reports of progress.
_WINDOW = 1024


class Embedder(Protocol):
    """What turns texts into vectors of length 1.

    One whose `is_slow` is true makes vectors that are worth keeping, see `workbench.cache`.
    """

    @property
    def name(self) -> str:
        """The model as the recipe calls it, with the engine where that is not `exact`."""

    @property
    def digest(self) -> str:
        """Hash of engine and weights; vectors of different digests are never compared."""

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1, shape `(len(texts), dimensions)`."""


def load(model: str, *, engine: Engine = "exact", on_progress: OnProgress = silent) -> Embedder:
    """Load an embedder by the names that the recipe gives it.

    A path is never looked up in the network, however it is mistyped. The files of `int8` and
    `fast` are made once from the model, in about a minute, and kept in the cache folder.

    Args:
        model: `all-MiniLM-L6-v2` (installed with the workbench), `hashing` (no model: for tests
            and demonstrations), the folder of a sentence-transformers model, or its name on the
            Hugging Face hub.
        engine: How it is run; `hashing` knows but one way.
        on_progress: Called with texts done and in all where `fast` is fitted to them.

    Raises:
        StageError: If there is no such engine, the model is not there, is damaged, or cannot be
            loaded or run that way, or what the engine needs is not installed.

    Examples:
        >>> embedder = load("hashing")
        >>> vectors = embedder.encode(["why is the sky blue?", "Why is the SKY blue?"])
        >>> vectors.shape, float((vectors[0] * vectors[1]).sum().round(3))
        ((2, 256), 1.0)
    """
    found = check(model, engine=engine)
    if found is None:
        return HashingEmbedder()
    if engine == "exact":
        return transformer.load(model, found=found)
    if engine == "int8":
        return int8.load(model, found=found)
    return static.load(model, found=found, on_progress=on_progress)


def check(model: str, *, engine: Engine = "exact") -> model_files.Found | None:
    """Find a model and what its engine needs, and load nothing; None for `hashing`.

    Raises:
        StageError: As `load` does where one of them is not there.
    """
    if engine not in get_args(Engine):
        msg = f"There is no engine called {engine!r}."
        raise StageError(msg, hint="choose exact, int8 or fast.")
    if model == "hashing":
        return None
    if engine == "int8":
        int8.runtime()
    return model_files.find(model)


class HashingEmbedder:
    """Counts words and their letter trigrams in hashed places; needs no model.

    Equal words give equal vectors on every machine. It knows nothing of meaning. A text without
    a single visible character gives the zero vector.
    """

    name = "hashing"
    digest = hashlib.sha256(b"hashing 1").hexdigest()
    dimensions = 256

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+|[^\w\s]", text.lower()):
                places, weights = _hashed(word, self.dimensions)
                np.add.at(vectors[row], places, weights)
            if row % _WINDOW == 0:
                on_progress(row, len(texts))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        on_progress(len(texts), len(texts))
        return vectors / np.where(lengths > 0, lengths, 1)


@lru_cache(maxsize=2**15)
def _hashed(word: str, dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    padded = f"<{word}>"
    features = [word] + [padded[start : start + 3] for start in range(len(padded) - 2)]
    hashes = [
        int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "little")
        for feature in features
    ]
    places = np.array([number % dimensions for number in hashes])
    signs = np.array([1 if number >> 63 else -1 for number in hashes], dtype=np.float32)
    return places, signs * np.array([1.0] + [0.4] * (len(features) - 1), dtype=np.float32)
