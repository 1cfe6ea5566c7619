"""Encode texts all over the cluster; the driver writes their vectors into the LanceDB table.

The driver cuts the texts into the windows that the local engine encodes together. Workers write the
vectors of each window, and `embeddings.from_threads` reads them instead of encoding the texts.
"""

import sys
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path

import numpy as np
import polars as pl

from workbench import progress
from workbench.cluster import node_files, vector_shards
from workbench.cluster.engine import Engine
from workbench.cluster.vector_shards import VectorShards
from workbench.embeddings import embedders
from workbench.embeddings.embedders import Embedder
from workbench.embeddings.vector_cache import text_hashes
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent
from workbench.recipe import EmbedSettings


class ClusterEmbedder:
    """An embedder whose texts are encoded by the workers of a cluster, if it can prepare for them.

    Texts that it was not prepared for are encoded in this process. Pass `prepare` and the embedder
    itself to `embeddings.from_threads`.

    Args:
        embedder: The embedder of the recipe, as loaded by this process.
        settings: The names of the model and the engine, by which workers load the same.
        engine: Where the workers are.
        folder: Folder for texts and vectors, in the workspace.
        on_progress: Called with texts encoded by workers, and all of them.
    """

    def __init__(
        self,
        embedder: Embedder,
        *,
        settings: EmbedSettings,
        engine: Engine,
        folder: Path,
        on_progress: OnProgress = silent,
    ) -> None:
        self._embedder, self._settings, self._engine = embedder, settings, engine
        self._on_progress = on_progress
        self._shards = VectorShards(folder)
        self.name, self.digest = embedder.name, embedder.digest
        self.dimensions = embedder.dimensions
        self.is_slow = bool(getattr(embedder, "is_slow", False))

    def prepare(self, chunks: Iterable[pl.DataFrame]) -> None:
        """Encode chunks of texts all over the cluster.

        Args:
            chunks: `text_hash` and `text` of each.

        Raises:
            StageError: If a worker fails, or its model has other weights.
        """
        self._shards.drop_texts()
        self._shards.refresh()
        with progress.doing("Writing the texts to encode"):
            shards = dict(shard for texts in chunks for shard in self._shards.add(texts))
        total, done = sum(shards.values()), 0
        self._on_progress(0, total)
        self._engine.share(shards)
        encode = partial(
            _encode,
            model=self._settings.model,
            engine=self._settings.engine,
            digest=self.digest,
        )
        is_exact = self.is_slow and self._settings.engine == "exact"
        for encoded in self._engine.spread(encode, shards, on_gpus=is_exact):
            done += encoded
            self._on_progress(done, total)
        self._shards.refresh()

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Return vectors as float32 rows of length 1."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        is_missing = np.ones(len(texts), dtype=bool)
        for rows, known in self._shards.read(text_hashes(pl.Series(texts, dtype=pl.String))):
            vectors[rows], is_missing[rows] = known, False
        if is_missing.any():
            missing = np.flatnonzero(is_missing)
            vectors[missing] = self._embedder.encode([texts[row] for row in missing])
        on_progress(len(texts), len(texts))
        return vectors

    def can_read(self, text: str) -> bool:
        """Return whether the model knows anything of a text."""
        return self._embedder.can_read(text)

    def close(self) -> None:
        """Remove the files. Call it once the vectors are in the table."""
        self._shards.remove()


def _encode(texts: Path, *, model: str, engine: embedders.Engine, digest: str) -> int:
    """Encode a shard in a worker.

    Raises:
        StageError: If the model of this node has other weights than that of the driver.
    """
    embedder = _loaded(model, engine)
    if embedder.digest != digest:
        msg = f"The model {model} ({engine}) of a node has other weights than that of the driver."
        hint = "copy the same files of the model to every node; they count, not their name."
        raise StageError(msg, hint=hint)
    with node_files.at_hand([texts], writes_to=texts.parent) as written:
        path, number = vector_shards.encode(texts, embedder)
        written.append(path)
    return number


@cache
def _loaded(model: str, engine: embedders.Engine) -> Embedder:
    """Load an embedder once per process; it has one core, like every process of a worker."""
    embedder = embedders.load(model, engine=engine)
    if "torch" in sys.modules:
        import torch

        torch.set_num_threads(1)
    return embedder
