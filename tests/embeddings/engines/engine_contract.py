"""Tests that every engine fitted to the exact model must pass.

A test module subclasses `EngineContract` and defines the fixture `engine`.
"""

import numpy as np
import polars as pl
import pytest

from tests.support.offline import ODD_TEXTS, no_network
from workbench import embeddings
from workbench.embeddings import embedders, lance_table
from workbench.embeddings.engines import transformer
from workbench.exceptions import StageError
from workbench.recipe import EmbedSettings

MINILM = "all-MiniLM-L6-v2"
TEXTS = [
    *ODD_TEXTS,
    *[f"my {kind} broke, how do I mend it" for kind in ("bike", "phone", "heart", "zip")],
    *["the match was cancelled because of rain", "vote for our boys!! 200 votes each"],
]


class EngineContract:
    """Shared tests; `kind` is the name of the engine in a recipe."""

    kind: str

    def test_encode_returns_unit_rows_in_order_in_any_batch(self, engine):
        calls = []
        together = engine.encode(TEXTS, on_progress=lambda *call: calls.append(call))
        assert together.shape == (len(TEXTS), 384)
        assert together.dtype == np.float32
        assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
        alone = np.concatenate([engine.encode([text]) for text in TEXTS])
        assert (together * alone).sum(axis=1).min() > 0.99
        assert calls[-1] == (len(TEXTS), len(TEXTS))
        assert engine.encode([]).shape == (0, 384)

    def test_an_emoji_cannot_be_read(self, engine, exact):
        texts = ["hello", "so 😂", "😂", "👍🏽🎉", ""]
        assert [engine.can_read(text) for text in texts] == [True, True, False, False, False]
        assert [exact.can_read(text) for text in texts] == [True, True, False, False, False]

    def test_each_engine_has_its_own_name_and_digest(self, engine, exact):
        assert engine.name == f"{MINILM} ({self.kind})"
        assert engine.digest != exact.digest
        again = embedders.load(MINILM, engine=self.kind)
        assert again.digest == engine.digest

    def test_files_are_made_once_and_contain_no_tweet(self, engine, cache_folder, monkeypatch):
        assert [path.name for path in cache_folder.iterdir()] == [self.kind]
        monkeypatch.setattr(transformer, "load", no_network)
        assert embedders.load(MINILM, engine=self.kind).dimensions == 384

    def test_a_table_remembers_its_engine(self, engine, exact, tmp_path):
        turns = pl.DataFrame(
            {"tweet_id": [1], "thread_id": [1], "position": [0], "lang": ["en"], "text": ["why?"]}
        )
        path = tmp_path / "3_embeddings.lance"
        settings = EmbedSettings()
        embeddings.from_threads(turns, embedder=exact, path=path, settings=settings)
        with pytest.raises(StageError, match=rf"made by {MINILM} and cannot be compared"):
            lance_table.open_table(path, embedder=engine)
        counts = embeddings.from_threads(turns, embedder=engine, path=path, settings=settings)
        assert (counts["another_model"], counts["vectors"]) == (1, 1)
        with pytest.raises(StageError, match=rf"made by {MINILM} \({self.kind}\) and cannot"):
            lance_table.open_table(path, embedder=exact)
