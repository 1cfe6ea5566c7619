"""Run a sentence-transformers model exactly, on a GPU if there is one.

The other engines are fitted to the vectors of this one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from workbench.embeddings.engines import batching, model_files, vocabulary
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from torch import Tensor


def load(
    model: str, *, files: model_files.ModelFiles, device: str | None = None
) -> "TransformerEmbedder":
    """Load a model.

    Args:
        model: Its name in the recipe.
        files: Where its files are.
        device: Where it runs; by default on a GPU if there is one.

    Raises:
        StageError: If it cannot be loaded, or its weights are not the published ones.
    """
    try:
        files = model_files.fetch(files)
        loaded = _loaded(files, device=device)
    except StageError:
        raise
    except Exception as error:
        msg = f"The model {model} cannot be loaded: {type(error).__name__}: {error}."
        hint = f"download it again, or use `{model_files.PACKAGED}`."
        raise StageError(msg, hint=hint) from error
    return TransformerEmbedder(loaded, name=model, digest=files.digest, weights=dict(files.weights))


class TransformerEmbedder:
    """A sentence-transformers model, on a GPU if there is one.

    Returns the same vectors as the model's own `encode`. Batches contain texts of similar length
    and are limited by tokens, not texts, which bounds memory and makes progress even.

    Args:
        model: The loaded model.
        name: Name of the model in the recipe.
        digest: Hash of engine and weights.
        weights: File with weights -> its SHA-256.
    """

    is_slow = True

    def __init__(
        self,
        model: "SentenceTransformer",
        *,
        name: str,
        digest: str,
        weights: dict[str, str] | None = None,
    ) -> None:
        self.model = model.eval()
        self.weights = weights or {}
        self.name = name
        self.digest = digest
        self.dimensions = int(model.get_embedding_dimension() or 0)
        on_cpu = model.device.type == "cpu"
        self._batch_tokens = batching.TOKENS if on_cpu else batching.TOKENS_ON_GPU

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1, the longest texts first."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        done = 0
        for window in batching.windows(texts):
            for rows, batch in self._encode_window([texts[i] for i in window]):
                vectors[window[rows]] = batch
                done += len(batch)
                on_progress(done, len(texts))
        return vectors

    def can_read(self, text: str) -> bool:
        """Return whether the model has a token of a text; any text if its tokenizer is unusual."""
        backend = getattr(self.model.tokenizer, "backend_tokenizer", None)
        return backend is None or vocabulary.has_known_token(backend, text)

    def _encode_window(self, texts: list[str]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield indices of `texts` and their vectors, one batch at a time."""
        features = self.tokenize(texts)
        if not features:
            # The library handles prompts, static models and flattened inputs.
            yield (
                np.arange(len(texts)),
                self.model.encode(texts, show_progress_bar=False, normalize_embeddings=True),
            )
            return
        lengths = features["attention_mask"].sum(dim=1).numpy()
        for rows in batching.batches(lengths, tokens=self._batch_tokens):
            longest = max(1, int(lengths[rows[0]]))
            yield rows, self.run({key: value[rows, :longest] for key, value in features.items()})

    def run(self, features: dict[str, "Tensor"]) -> np.ndarray:
        """Return the vectors of one batch of tokenized texts, shape `(n, dimensions)`."""
        import torch

        on_device = {key: value.to(self.model.device) for key, value in features.items()}
        with torch.inference_mode():
            output = self.model(on_device)["sentence_embedding"].float()
            return np.asarray(torch.nn.functional.normalize(output, dim=1).cpu().numpy())

    def tokenize(self, texts: list[str]) -> dict[str, "Tensor"]:
        """Tokenize and pad texts on the right; return {} unless the model is a plain one.

        A plain model has no default prompt, returns all dimensions, and takes only tensors of shape
        `(texts, tokens)`.
        """
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

    def tokenizer(self) -> "Tokenizer":
        """Return a tokenizer that works without torch; it truncates and does not pad.

        Raises:
            StageError: If the model needs more than tokens and their mask.
        """
        from tokenizers import Tokenizer

        backend = getattr(self.model.tokenizer, "backend_tokenizer", None)
        if backend is None or not self.tokenize(["a", "a a"]):
            msg = f"The model {self.name} needs prompts or its own tokenizer."
            raise StageError(msg, hint="use the engine `exact`.")
        tokenizer = Tokenizer.from_str(backend.to_str())
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.model.max_seq_length or 512)
        return tokenizer


def _loaded(files: model_files.ModelFiles, *, device: str | None) -> "SentenceTransformer":
    # Threads that spin while waiting make a busy machine six times slower. torch reads this
    # variable on its first import.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from sentence_transformers import SentenceTransformer

    with quiet():
        return SentenceTransformer(
            files.source,
            revision=files.revision,
            local_files_only=files.offline,
            device=device,
            # Weights in other files are pickles, which may contain code.
            model_kwargs={"use_safetensors": True},
            trust_remote_code=False,
        )


@contextmanager
def quiet() -> Iterator[None]:
    """Silence the progress bars and log messages of transformers."""
    from transformers.utils import logging

    had_bars, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if had_bars:
            logging.enable_progress_bar()
