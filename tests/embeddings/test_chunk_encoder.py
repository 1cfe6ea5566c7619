"""Share vectors between workspaces through the cache."""

import numpy as np
import pytest

from tests.support.embedding import HASHING, RecordingEmbedder, embed, make_turns
from workbench import embeddings
from workbench.embeddings import lance_table
from workbench.embeddings.vector_cache import VectorCache


@pytest.fixture
def cache(tmp_path):
    return VectorCache(tmp_path / "a" / "vectors.sqlite")


def stored_vectors(path, embedder):
    """Read all vectors in the order of tweet ids."""
    ids, vectors = zip(*embeddings.batches(path, embedder=embedder), strict=True)
    order = np.concatenate(ids).argsort()
    return np.concatenate(vectors)[order]


def test_another_workspace_encodes_only_new_texts(cache, tmp_path):
    first, second = RecordingEmbedder(is_slow=True), RecordingEmbedder(is_slow=True)
    embed(make_turns(["a b", "c d", "a b"]), tmp_path / "one.lance", embedder=first, cache=cache)
    calls = []
    counts, _ = embed(
        make_turns(["c d", "e f", "@x a b"]),
        tmp_path / "two.lance",
        embedder=second,
        cache=cache,
        on_progress=lambda *call: calls.append(call),
    )
    assert second.texts == ["e f"]
    assert (counts["encoded"], counts["cached"], counts["added"]) == (1, 2, 3)
    assert calls[-1] == (3, 3)
    assert np.array_equal(
        stored_vectors(tmp_path / "two.lance", second), HASHING.encode(["c d", "e f", "a b"])
    )


def test_a_killed_run_caches_nothing_that_its_table_lacks(cache, tmp_path, monkeypatch):
    def fail(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(lance_table, "write", fail)
    turns = make_turns(["a b"])
    with pytest.raises(KeyboardInterrupt):
        embed(turns, tmp_path / "one.lance", embedder=RecordingEmbedder(is_slow=True), cache=cache)
    assert not cache.path.exists() or cache.forget(turns.lazy().select("tweet_id")) == 0
