"""Remembering: an embedder that takes the vectors of tweets from the cache."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from workbench.embeddings.embedders import Embedder
from workbench.embeddings.vector_cache import VectorCache, hashes, is_worth, shared
from workbench.progress import OnProgress, silent


class CachedEmbedder:
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
        return encode(texts, embedder=self._embedder, tweet_ids=ids, on_progress=on_progress)


class VectorSource:
    """Where vectors come from: the cache, else the embedder, whose texts are counted."""

    def __init__(self, embedder: Embedder, cache: VectorCache) -> None:
        self.embedder = embedder
        self.cache = cache
        self.encoded = 0
        self._made = pl.DataFrame()

    def vectors(self, turns: pl.DataFrame, *, on_progress: OnProgress) -> pl.DataFrame:
        """Give `text_hash` and `vector` of distinct texts."""
        known = self.cache.read(turns["text_hash"], embedder=self.embedder)
        new = turns.join(known, on="text_hash", how="anti", maintain_order="left")
        before = known.height
        vectors = self.embedder.encode(
            new["text"].to_list(),
            on_progress=lambda done, _: on_progress(before + done, turns.height),
        )
        self.encoded += new.height
        kind = pl.Array(pl.Float32, vectors.shape[1])
        self._made = new.select("tweet_id", "text_hash", vector=pl.Series(vectors, dtype=kind))
        return pl.concat([known, self._made.drop("tweet_id")])

    def keep(self) -> None:
        """Put what was encoded last into the cache.

        After the table has it: what a killed run left in the cache alone, nobody would remove.
        """
        self.cache.write(self._made, self._made["vector"].to_numpy(), embedder=self.embedder)


def encode(
    said: list[str],
    *,
    embedder: Embedder,
    tweet_ids: pl.Series | None = None,
    on_progress: OnProgress = silent,
) -> np.ndarray:
    """Encode a few texts with the help of the shared cache.

    Args:
        said: Texts. For a tweet's give its id: the cache forgets its vector by that.
        embedder: See `workbench.embedders.load`.
        tweet_ids: Of each text the tweet that it is of, null where it is none; by default none is.
        on_progress: Called with texts done, and in all.
    """
    if not is_worth(embedder):
        return embedder.encode(said, on_progress=on_progress)
    cache = shared()
    rows = pl.DataFrame({"text_hash": hashes(pl.Series(said, dtype=pl.String))}).with_columns(
        tweet_id=pl.lit(0) if tweet_ids is None else tweet_ids.fill_null(0)
    )
    known = cache.read(rows["text_hash"].drop_nulls(), embedder=embedder)
    found = rows.with_row_index("place").join(known, on="text_hash")
    vectors = np.zeros((len(said), embedder.dimensions), dtype=np.float32)
    vectors[found["place"].to_numpy()] = found["vector"].to_numpy()
    left = np.setdiff1d(np.arange(len(said)), found["place"].to_numpy())
    vectors[left] = embedder.encode([said[place] for place in left], on_progress=on_progress)
    new = rows[left]
    has_hash = new["text_hash"].is_not_null()
    cache.write(new.filter(has_hash), vectors[left][has_hash.to_numpy()], embedder=embedder)
    return vectors
