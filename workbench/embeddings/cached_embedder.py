"""Encode a few texts with the shared vector cache: instructions, labelled texts, tweets.

The embedding stage encodes whole workspaces with `chunk_encoder` instead.
"""

from collections.abc import Mapping

import dataframely as dy
import numpy as np
import polars as pl

from workbench.embeddings import vector_cache
from workbench.embeddings.embedders import Embedder
from workbench.progress import OnProgress, silent
from workbench.schemas import Instructions


class CachedEmbedder:
    """An embedder that looks up texts in the shared cache first.

    Args:
        embedder: Encodes texts that the cache does not have.
        tweets: Text without mentions and links -> id of its tweet.
    """

    def __init__(self, embedder: Embedder, *, tweets: Mapping[str, int]) -> None:
        self._embedder, self._tweets = embedder, tweets
        self.name, self.digest = embedder.name, embedder.digest
        self.dimensions = embedder.dimensions

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1."""
        tweet_ids = pl.Series([self._tweets.get(text) for text in texts], dtype=pl.Int64)
        return encode(texts, embedder=self._embedder, tweet_ids=tweet_ids, on_progress=on_progress)

    def can_read(self, text: str) -> bool:
        """Return whether the model knows anything of a text."""
        return self._embedder.can_read(text)


def encode(
    texts: list[str],
    *,
    embedder: Embedder,
    tweet_ids: pl.Series | None = None,
    on_progress: OnProgress = silent,
) -> np.ndarray:
    """Encode texts, or read their vectors from the shared cache; shape `(n, dimensions)`.

    Args:
        texts: Any texts.
        embedder: See `workbench.embeddings.embedders.load`.
        tweet_ids: Tweet of each text, null for other texts; by default none is from a tweet. When
            a tweet is deleted, the cache forgets its vector by this id.
        on_progress: Called with texts done and total texts.
    """
    if not vector_cache.is_worth_caching(embedder):
        return embedder.encode(texts, on_progress=on_progress)
    cache = vector_cache.shared()
    hashes = vector_cache.text_hashes(pl.Series(texts, dtype=pl.String))
    rows = pl.DataFrame({"text_hash": hashes}).with_columns(
        tweet_id=pl.lit(0) if tweet_ids is None else tweet_ids.fill_null(0)
    )
    known = cache.read(rows["text_hash"].drop_nulls(), embedder=embedder)
    cached = rows.with_row_index("row").join(known, on="text_hash")
    vectors = np.zeros((len(texts), embedder.dimensions), dtype=np.float32)
    vectors[cached["row"].to_numpy()] = cached["vector"].to_numpy()
    missing = np.setdiff1d(np.arange(len(texts)), cached["row"].to_numpy())
    vectors[missing] = embedder.encode([texts[row] for row in missing], on_progress=on_progress)
    new = rows[missing]
    has_hash = new["text_hash"].is_not_null()
    cache.write(new.filter(has_hash), vectors[missing][has_hash.to_numpy()], embedder=embedder)
    return vectors


def encode_instructions(
    instructions: dy.DataFrame[Instructions], *, embedder: Embedder
) -> np.ndarray:
    """Encode known instructions with the shared cache; shape `(m, dimensions)`."""
    return encode(
        instructions["text"].to_list(), embedder=embedder, tweet_ids=instructions["tweet_id"]
    )
