"""The exact engine against sentence-transformers."""

import numpy as np
import pytest

from tests.support.offline import ODD_TEXTS, offline
from workbench.embeddings import embedders
from workbench.embeddings.engines import batching

TEXTS = [
    *ODD_TEXTS,
    *[f"question {i} " + "and then " * (i % 17) for i in range(40)],
]


@pytest.fixture(scope="module")
def minilm():
    with offline():
        return embedders.load("all-MiniLM-L6-v2")


@pytest.mark.slow
def test_encode_equals_sentence_transformers(minilm):
    calls = []
    ours = minilm.encode(TEXTS, on_progress=lambda done, total: calls.append((done, total)))
    theirs = minilm.model.encode(TEXTS, show_progress_bar=False, normalize_embeddings=True)
    assert ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < 1e-5
    assert len(calls) > 1
    assert calls == sorted(calls)
    assert calls[-1] == (len(TEXTS), len(TEXTS))


def test_encode_across_windows_keeps_the_order(minilm, monkeypatch):
    monkeypatch.setattr(batching, "WINDOW", 3)
    some = [text for text in TEXTS if len(text) < 100][:11]
    theirs = minilm.model.encode(some, show_progress_bar=False)
    assert np.abs(minilm.encode(some) - theirs).max() < 1e-5


def test_encode_leaves_prompted_models_to_the_library(minilm, monkeypatch):
    monkeypatch.setitem(minilm.model.prompts, "query", "query: ")
    monkeypatch.setattr(minilm.model, "default_prompt_name", "query")
    prompted = minilm.encode(["blue sky"])
    monkeypatch.undo()
    assert np.abs(prompted - minilm.encode(["query: blue sky"])).max() < 1e-5


def test_minilm_knows_meaning_and_its_name(minilm):
    ask, same, other = minilm.encode(
        ["How do I cook rice?", "what is the way to boil rice", "the match was cancelled"]
    )
    assert ask @ same > 0.6
    assert ask @ other < 0.3
    assert minilm.name == "all-MiniLM-L6-v2"
    assert minilm.dimensions == 384
