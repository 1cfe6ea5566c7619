"""Remembering: an embedder that takes the vectors of tweets from the cache."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from workbench.embeddings import vector_cache
from workbench.embeddings.embedders import Embedder
from workbench.progress import OnProgress, silent


class Remembering:
    """An embedder that takes from the cache what it knows, tweets by their ids.

    Args:
        embedder: The one that makes the vectors.
        tweets: Text without mentions and links -> tweet that it is of.
    """

    def __init__(self, embedder: Embedder, *, tweets: Mapping[str, int]) -> None:
        self._embedder, self._tweets = embedder, tweets
        self.name, self.digest = embedder.name, embedder.digest
        self.dimensions = embedder.dimensions

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1."""
        ids = pl.Series([self._tweets.get(text) for text in texts], dtype=pl.Int64)
        return vector_cache.encode(
            texts, embedder=self._embedder, tweet_ids=ids, on_progress=on_progress
        )
