"""Use vectors that a frame has already, and make only the others."""

import numpy as np
import polars as pl

from workbench.embeddings.embedders import Embedder
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent
from workbench.text import normalize


class KnownVectors:
    """An embedder that looks up the vectors that are there already.

    Args:
        embedder: Encodes the other texts.
        turns: Table `Turns`.
        vectors: `tweet_id` and `vector` of some of these turns.
    """

    def __init__(self, embedder: Embedder, turns: pl.DataFrame, vectors: pl.DataFrame) -> None:
        self._embedder = embedder
        self.name, self.digest = embedder.name, embedder.digest
        self.dimensions = embedder.dimensions
        known = turns.select("tweet_id", text=normalize.bare("text")).join(vectors, on="tweet_id")
        rows = known["vector"].to_numpy() if known.height else np.zeros((0, self.dimensions))
        if rows.shape[1:] != (self.dimensions,):
            msg = f"The vectors have {rows.shape[1:]} numbers, those of {self.name} have "
            msg += f"{self.dimensions}."
            raise StageError(msg, hint="make them with the same recipe: `stages.embed`.")
        self._vectors = dict(zip(known["text"], rows, strict=True))

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Look texts up, and encode the others."""
        result = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        missing = [place for place, text in enumerate(texts) if text not in self._vectors]
        for place, text in enumerate(texts):
            if text in self._vectors:
                result[place] = self._vectors[text]
        if missing:
            result[missing] = self._embedder.encode(
                [texts[place] for place in missing], on_progress=on_progress
            )
        return result

    def can_read(self, text: str) -> bool:
        """Return whether the model knows anything of a text."""
        return self._embedder.can_read(text)
