"""Encode chunks of turns for the embedding stage; read known vectors from the cache."""

import polars as pl

from workbench.embeddings.embedders import Embedder
from workbench.embeddings.vector_cache import VectorCache
from workbench.progress import OnProgress


class ChunkEncoder:
    """Encode one chunk after another, and count the texts that the cache did not have.

    Args:
        embedder: Encodes texts that the cache does not have.
        cache: Where vectors are read from and kept.
    """

    def __init__(self, embedder: Embedder, cache: VectorCache) -> None:
        self.embedder = embedder
        self.cache = cache
        self.encoded = 0
        self._new = pl.DataFrame()

    def unknown(self, turns: pl.DataFrame) -> pl.DataFrame:
        """Return the turns whose texts the cache does not have, in their order."""
        known = self.cache.read(turns["text_hash"], embedder=self.embedder)
        return turns.join(known, on="text_hash", how="anti", maintain_order="left")

    def encode(self, turns: pl.DataFrame, *, on_progress: OnProgress) -> pl.DataFrame:
        """Return `text_hash` and `vector` of turns with distinct texts."""
        known = self.cache.read(turns["text_hash"], embedder=self.embedder)
        missing = turns.join(known, on="text_hash", how="anti", maintain_order="left")
        vectors = self.embedder.encode(
            missing["text"].to_list(),
            on_progress=lambda done, _: on_progress(known.height + done, turns.height),
        )
        self.encoded += missing.height
        dtype = pl.Array(pl.Float32, vectors.shape[1])
        self._new = missing.select("tweet_id", "text_hash", vector=pl.Series(vectors, dtype=dtype))
        return pl.concat([known, self._new.drop("tweet_id")])

    def cache_last_chunk(self) -> None:
        """Write the new vectors of the last chunk to the cache.

        Call it after the chunk is in the table. If a killed run left vectors in the cache only,
        nothing would ever remove them.
        """
        self.cache.write(self._new, self._new["vector"].to_numpy(), embedder=self.embedder)
