"""Embedders: text to vectors."""

import hashlib
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np

from workbench import models
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

#: Texts that are tokenised together, and then cut into batches of like length.
_WINDOW = 1024
#: Tokens of a batch, padding included: 1,000 to 4,000 measured best on CPU, a GPU wants more.
_TOKENS = {"cpu": 2048}
_TOKENS_ON_GPU = 65_536


class Embedder(Protocol):
    """What turns texts into vectors of length 1."""

    @property
    def name(self) -> str:
        """The model as the recipe calls it."""

    @property
    def digest(self) -> str:
        """Hash of engine and weights; vectors of different digests are never compared."""

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1, shape `(len(texts), dimensions)`."""


def load(model: str) -> Embedder:
    """Load an embedder by the name that the recipe gives it.

    A path is never looked up in the network, however it is mistyped.

    Args:
        model: `all-MiniLM-L6-v2` (installed with the workbench), `hashing` (no model: for tests
            and demonstrations), the folder of a sentence-transformers model, or its name on the
            Hugging Face hub.

    Raises:
        StageError: If the model is not there, is damaged, or cannot be loaded.

    Examples:
        >>> embedder = load("hashing")
        >>> vectors = embedder.encode(["why is the sky blue?", "Why is the SKY blue?"])
        >>> vectors.shape, float((vectors[0] * vectors[1]).sum().round(3))
        ((2, 256), 1.0)
    """
    if model == "hashing":
        return HashingEmbedder()
    found = models.find(model)
    try:
        loaded = _transformer(found)
    except Exception as error:
        msg = f"The model {model} cannot be loaded: {type(error).__name__}: {error}."
        raise StageError(msg, hint=f"get it anew, or use `{models.PACKAGED}`.") from error
    return TransformerEmbedder(loaded, name=model, digest=found.digest)


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


class TransformerEmbedder:
    """A sentence-transformers model, on a GPU where there is one.

    Gives what its own `encode` gives, in batches of texts of like length that hold a number of
    tokens, not of texts, so that memory is bounded and progress is even.

    Args:
        model: The loaded model.
        name: The model as the recipe calls it.
        digest: Hash of engine and weights.
    """

    def __init__(self, model: "SentenceTransformer", *, name: str, digest: str) -> None:
        self.model = model.eval()
        self.name = name
        self.digest = digest
        self.dimensions = int(model.get_embedding_dimension() or 0)
        self._tokens = _TOKENS.get(model.device.type, _TOKENS_ON_GPU)

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1; the longest come first."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        order = np.argsort([-len(text) for text in texts], kind="stable")
        done = 0
        for start in range(0, len(texts), _WINDOW):
            window = order[start : start + _WINDOW]
            for rows, part in self._encode_window([texts[i] for i in window]):
                vectors[window[rows]] = part
                done += len(part)
                on_progress(done, len(texts))
        return vectors

    def _encode_window(self, texts: list[str]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield (places in `texts`, their vectors), a batch at a time."""
        import torch  # noqa: PLC0415 (seconds to import)

        features = self._tokenised(texts)
        if not features:
            # Prompts, static models, flattened inputs: the library knows how, we do not.
            yield (
                np.arange(len(texts)),
                self.model.encode(texts, show_progress_bar=False, normalize_embeddings=True),
            )
            return
        lengths = features["attention_mask"].sum(dim=1).numpy()
        order = np.argsort(-lengths, kind="stable")
        start = 0
        while start < len(order):
            longest = max(1, int(lengths[order[start]]))
            rows = order[start : start + max(1, self._tokens // longest)]
            batch = {
                key: value[rows, :longest].to(self.model.device) for key, value in features.items()
            }
            with torch.inference_mode():
                output = self.model(batch)["sentence_embedding"].float()
                part = torch.nn.functional.normalize(output, dim=1).cpu().numpy()
            yield rows, part
            start += len(rows)

    def _tokenised(self, texts: list[str]) -> dict[str, "Tensor"]:
        """Tokenise texts of a plain model, padded on the right; nothing for any other model."""
        if (
            self.model.default_prompt_name is not None
            or self.model.truncate_dim is not None
            or getattr(self.model.tokenizer, "padding_side", None) != "right"
        ):
            return {}
        features = self.model.preprocess(texts)
        features.pop("modality", None)
        shape = getattr(features.get("attention_mask"), "shape", ())
        is_plain = len(shape) == 2 and all(
            getattr(feature, "shape", None) == shape for feature in features.values()
        )
        return features if is_plain else {}


def _transformer(found: models.Found) -> "SentenceTransformer":
    # Threads that spin while they wait make a busy machine six times slower; torch reads this
    # when it is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 (seconds to import)
    from transformers.utils import logging  # noqa: PLC0415

    had_bars, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        return SentenceTransformer(
            found.source, revision=found.revision, local_files_only=found.offline
        )
    finally:
        logging.set_verbosity(verbosity)
        if had_bars:
            logging.enable_progress_bar()
