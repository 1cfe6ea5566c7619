"""The static engine against the exact model."""

import numpy as np
import pytest

from tests.embeddings.engines.engine_contract import MINILM, EngineContract
from workbench.data import shipped_texts
from workbench.embeddings import embedders
from workbench.embeddings.engines import static, transformer, user_cache
from workbench.exceptions import StageError

# Fits a table of word vectors.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("shallow", "few_texts")]


@pytest.fixture(scope="module")
def few_texts():
    """Fit to a quarter of the texts."""
    few = shipped_texts.texts()[::4]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shipped_texts, "texts", lambda: few)
        yield


@pytest.fixture(scope="module")
def engine(cache_folder):
    """Load the engine; fits its table."""
    return embedders.load(MINILM, engine="fast")


class TestStatic(EngineContract):
    """Run the shared tests."""

    kind = "fast"


def test_load_reports_the_progress_of_the_fit(tmp_path, monkeypatch):
    def fit(folder, *, on_progress, **kwargs):
        on_progress(1, 2)
        raise OSError

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(static, "_fit", fit)
    calls = []
    with pytest.raises(StageError, match="Cannot write to the cache folder"):
        embedders.load(MINILM, engine="fast", on_progress=lambda *call: calls.append(call))
    assert calls == [(1, 2)]


def test_models_with_prompts_need_the_exact_engine(exact, monkeypatch, cache_folder, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(exact.model, "default_prompt_name", "query")
    monkeypatch.setattr(transformer, "load", lambda *args, **kwargs: exact)
    with pytest.raises(StageError, match=r"needs prompts[^$]*use the engine `exact`"):
        embedders.load(MINILM, engine="fast")
    assert list((user_cache.folder() / "fast").iterdir()) == []


def test_vectors_are_in_the_space_of_the_model(engine, exact):
    texts = ["a recipe for tomato soup", "python list index error", "my bike has a flat tyre"]
    near = engine.encode(texts) @ exact.encode(texts).T
    assert near.argmax(axis=1).tolist() == [0, 1, 2]
    assert near.diagonal().min() > 0.5
    nothing = engine.encode(["", "\u200b"])
    assert np.linalg.norm(nothing, axis=1).tolist() == [1, 1]
    assert (nothing @ exact.encode(texts).T).max() < 0.3


def test_requests_rank_above_other_real_tweets(engine, exact, real_data):
    held_out = [
        "anyone know how to get red wine out of a white carpet??",
        "what's the best way to learn spanish in three months",
        "lol same",
        "GOAL!!! what a strike",
    ]
    known = exact.encode(["How do I remove a red wine stain?", "How can I learn a language fast?"])
    similarity = (engine.encode(held_out) @ known.T).max(axis=1)
    assert similarity[:2].min() > similarity[2:].max() + 0.2


def test_encode_is_far_faster_than_the_model(engine, exact):
    from time import process_time

    texts = shipped_texts.texts()[:1500]
    began = process_time()
    engine.encode(texts)
    took = process_time() - began
    began = process_time()
    exact.encode(texts[::20])
    # The whole model takes three times as long as its first layers.
    assert took < (process_time() - began) * 20 / 10


def test_ridge_solves_its_equations():
    random = np.random.default_rng(0)
    features, slopes = random.standard_normal((200, 5)), random.standard_normal((5, 3))
    fitted = static._ridge(features, features @ slopes)
    gram = features.T @ features
    shrunk = np.linalg.inv(gram + np.eye(5) * 0.03 * np.trace(gram) / 5) @ gram @ slopes
    assert np.allclose(fitted, shrunk)
