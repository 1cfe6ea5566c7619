"""Encode texts with the shared cache."""

import numpy as np
import polars as pl

from tests.support.embedding import HASHING, RecordingEmbedder
from workbench.embeddings import cached_embedder, vector_cache


def ids(*tweet_ids):
    return pl.LazyFrame({"tweet_id": tweet_ids}, schema={"tweet_id": pl.Int64})


def test_a_disabled_cache_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cached_embedder.encode(["a b"], embedder=RecordingEmbedder(is_slow=True))
    assert list(tmp_path.iterdir()) == []


def test_the_environment_variable_sets_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "mine"))
    cached_embedder.encode(["a b"], embedder=RecordingEmbedder(is_slow=True))
    again = RecordingEmbedder(is_slow=True)
    cached_embedder.encode(["a b"], embedder=again)
    assert again.texts == []
    assert [path.name for path in tmp_path.rglob("*.sqlite")] == ["vectors.sqlite"]
    assert (tmp_path / "mine" / "vectors.sqlite").exists()


def test_encode_looks_up_known_texts(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("WORKBENCH_CACHE")
    texts = ["c d", "", "a b", "c d"]
    assert np.array_equal(
        cached_embedder.encode(texts, embedder=RecordingEmbedder(is_slow=True)),
        HASHING.encode(texts),
    )
    again = RecordingEmbedder(is_slow=True)
    texts = ["e f", "c d", "", "a b"]
    assert np.array_equal(cached_embedder.encode(texts, embedder=again), HASHING.encode(texts))
    assert sorted(again.texts) == ["", "e f"]
    cheap = RecordingEmbedder("c" * 64, is_slow=True)
    cheap.is_slow = False
    cached_embedder.encode(["a b"], embedder=cheap)
    assert vector_cache.shared().read([0], embedder=cheap).is_empty()
    # These texts are not tweets, so deleting tweets does not remove them.
    assert vector_cache.shared().forget(ids(0, 1, 2)) == 0


def test_cached_embedder_returns_the_vectors_of_its_embedder():
    texts = ["why?", "how?"]
    cached = cached_embedder.CachedEmbedder(HASHING, tweets={"why?": 5})
    assert np.array_equal(cached.encode(texts), HASHING.encode(texts))
