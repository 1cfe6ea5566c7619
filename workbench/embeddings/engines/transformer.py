"""Transformer: the exact engine, a sentence-transformers model on a GPU where there is one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from workbench.embeddings.engines import batching, model_files
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from torch import Tensor


def load(
    model: str, *, found: model_files.Found, device: str | None = None
) -> "TransformerEmbedder":
    """Load a model that was found.

    Args:
        model: Its name in the recipe.
        found: Where it is.
        device: Where it runs; by default on a GPU where there is one.

    Raises:
        StageError: If it cannot be loaded.
    """
    try:
        loaded = _loaded(found, device=device)
    except Exception as error:
        msg = f"The model {model} cannot be loaded: {type(error).__name__}: {error}."
        raise StageError(msg, hint=f"get it anew, or use `{model_files.PACKAGED}`.") from error
    return TransformerEmbedder(loaded, name=model, digest=found.digest)


class TransformerEmbedder:
    """A sentence-transformers model, on a GPU where there is one.

    Gives what its own `encode` gives, in batches of texts of like length that hold a number of
    tokens, not of texts, so that memory is bounded and progress is even.

    Args:
        model: The loaded model.
        name: The model as the recipe calls it.
        digest: Hash of engine and weights.
    """

    is_slow = True

    def __init__(self, model: "SentenceTransformer", *, name: str, digest: str) -> None:
        self.model = model.eval()
        self.name = name
        self.digest = digest
        self.dimensions = int(model.get_embedding_dimension() or 0)
        on_cpu = model.device.type == "cpu"
        self._tokens = batching.TOKENS if on_cpu else batching.TOKENS_ON_GPU

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1; the longest come first."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        done = 0
        for window in batching.windows(texts):
            for rows, part in self._encode_window([texts[i] for i in window]):
                vectors[window[rows]] = part
                done += len(part)
                on_progress(done, len(texts))
        return vectors

    def _encode_window(self, texts: list[str]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield (places in `texts`, their vectors), a batch at a time."""
        features = self.tokenised(texts)
        if not features:
            # Prompts, static models, flattened inputs: the library knows how, we do not.
            yield (
                np.arange(len(texts)),
                self.model.encode(texts, show_progress_bar=False, normalize_embeddings=True),
            )
            return
        lengths = features["attention_mask"].sum(dim=1).numpy()
        for rows in batching.batches(lengths, tokens=self._tokens):
            longest = max(1, int(lengths[rows[0]]))
            yield rows, self.run({key: value[rows, :longest] for key, value in features.items()})

    def run(self, features: dict[str, "Tensor"]) -> np.ndarray:
        """Give the vectors of one batch of tokenised texts."""
        import torch

        on_device = {key: value.to(self.model.device) for key, value in features.items()}
        with torch.inference_mode():
            output = self.model(on_device)["sentence_embedding"].float()
            return np.asarray(torch.nn.functional.normalize(output, dim=1).cpu().numpy())

    def tokenised(self, texts: list[str]) -> dict[str, "Tensor"]:
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

    def tokenizer(self) -> "Tokenizer":
        """Give the tokenizer as one that needs no torch; it cuts, and does not pad.

        Raises:
            StageError: If the model wants more than the tokens of a text and their mask.
        """
        from tokenizers import Tokenizer

        backend = getattr(self.model.tokenizer, "backend_tokenizer", None)
        if backend is None or not self.tokenised(["a", "a a"]):
            msg = f"The model {self.name} wants prompts, or a tokenizer of its own."
            raise StageError(msg, hint="use the engine `exact`.")
        alone = Tokenizer.from_str(backend.to_str())
        alone.no_padding()
        alone.enable_truncation(self.model.max_seq_length or 512)
        return alone


def _loaded(found: model_files.Found, *, device: str | None) -> "SentenceTransformer":
    # Threads that spin while they wait make a busy machine six times slower; torch reads this
    # when it is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from sentence_transformers import SentenceTransformer

    with quiet():
        return SentenceTransformer(
            found.source,
            revision=found.revision,
            local_files_only=found.offline,
            device=device,
        )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers from telling about its work."""
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
