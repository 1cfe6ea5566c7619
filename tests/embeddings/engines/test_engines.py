"""Engines: int8 and fast against the exact model, where their packages are installed."""

import importlib.util
import sys
from typing import get_args

import numpy as np
import pytest

from tests.support.offline import ODD_TEXTS, no_network, offline
from workbench import embeddings, instructions
from workbench.data import shipped_texts
from workbench.embeddings import embedders, lance_table
from workbench.embeddings.engines import int8, static, transformer, user_cache
from workbench.exceptions import StageError
from workbench.recipe import EmbedSettings

MINILM = "all-MiniLM-L6-v2"
TEXTS = [
    *ODD_TEXTS,
    *[f"my {kind} broke, how do I mend it" for kind in ("bike", "phone", "heart", "zip")],
    *["the match was cancelled because of rain", "vote for our boys!! 200 votes each"],
]
has_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None or importlib.util.find_spec("nncf") is None,
    reason="needs the extra `speed`: pip install -e '.[speed]'",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Cache folder of this module: each engine is made once."""
    folder = tmp_path_factory.mktemp("cache")
    with offline() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder / "thread-workbench"


@pytest.fixture(scope="module")
def exact():
    return embedders.load(MINILM)


@pytest.fixture(scope="module", params=["fast", pytest.param("int8", marks=has_openvino)])
def engine(request, home):
    return embedders.load(MINILM, engine=request.param)


@pytest.fixture(scope="module")
def quantised(home):
    return embedders.load(MINILM, engine="int8")


@pytest.fixture(scope="module")
def fast(home):
    return embedders.load(MINILM, engine="fast")


def test_load_tells_how_far_the_making_of_fast_is(tmp_path, monkeypatch):
    def fit(folder, *, on_progress, **kwargs):
        on_progress(1, 2)
        raise OSError

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(static, "_fit", fit)
    told = []
    with pytest.raises(StageError, match="cannot be written"):
        embedders.load(MINILM, engine="fast", on_progress=lambda *call: told.append(call))
    assert told == [(1, 2)]


def cosines(one, other, texts):
    return (one.encode(texts) * other.encode(texts)).sum(axis=1)


def test_encode_gives_unit_rows_in_order_whatever_stands_beside(engine):
    calls = []
    together = engine.encode(TEXTS, on_progress=lambda *call: calls.append(call))
    assert together.shape == (len(TEXTS), 384)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([engine.encode([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.99
    assert calls[-1] == (len(TEXTS), len(TEXTS))
    assert engine.encode([]).shape == (0, 384)


def test_each_engine_has_a_name_and_a_digest_of_its_own(engine, exact):
    assert engine.name in {f"{MINILM} (int8)", f"{MINILM} (fast)"}
    assert engine.digest != exact.digest
    again = embedders.load(MINILM, engine=engine.name.split("(")[1][:-1])
    assert again.digest == engine.digest


def test_engines_are_made_once_and_hold_no_tweet(engine, home, monkeypatch):
    made = {path.name for path in home.iterdir()}
    assert made <= {"int8", "fast"}
    monkeypatch.setattr(transformer, "load", no_network)
    assert embedders.load(MINILM, engine=engine.name.split("(")[1][:-1]).dimensions == 384


@has_openvino
def test_int8_is_near_the_exact_model(quantised, exact):
    texts = shipped_texts.texts()[::9]
    near = cosines(quantised, exact, texts)
    assert near.mean() > 0.99
    assert np.quantile(near, 0.01) > 0.97
    assert cosines(quantised, exact, TEXTS).min() > 0.85
    assert quantised.space == exact.digest


@has_openvino
def test_int8_tokenises_like_the_library(quantised, exact):
    texts = [*TEXTS, "\u200b", "", " ", "e\u0301te\u0301 \N{GRINNING FACE}\ufe0f", "日本語です"]
    theirs = exact.tokenised(texts)
    ids = [
        row[mask.bool()].tolist()
        for row, mask in zip(theirs["input_ids"], theirs["attention_mask"], strict=True)
    ]
    assert [encoding.ids for encoding in quantised._tokenizer.encode_batch_fast(texts)] == ids


@has_openvino
def test_int8_tells_nobody(quantised):
    # NNCF and OpenVINO take their own stub of it where it is not there.
    assert "openvino_telemetry" not in sys.modules


@pytest.mark.parametrize("missing", ["openvino", "nncf"])
def test_int8_without_its_extra_says_what_to_install(missing, monkeypatch, home):
    if missing == "openvino":
        monkeypatch.setitem(sys.modules, "openvino", None)
    else:
        monkeypatch.setattr(int8, "version", _no_version)
        monkeypatch.setitem(sys.modules, "openvino", sys)
    with pytest.raises(StageError, match=r"int8 needs OpenVINO[^$]*thread-workbench\[speed\]"):
        embedders.load(MINILM, engine="int8")


def _no_version(name):
    raise ImportError(name)


def test_models_that_want_prompts_are_left_to_the_exact_engine(exact, monkeypatch, home, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(exact.model, "default_prompt_name", "query")
    monkeypatch.setattr(transformer, "load", lambda *args, **kwargs: exact)
    with pytest.raises(StageError, match=r"wants prompts[^$]*use the engine `exact`"):
        embedders.load(MINILM, engine="fast")
    assert list((user_cache.folder() / "fast").iterdir()) == []


def test_fast_vectors_lie_in_the_space_of_the_model(fast, exact):
    texts = ["a recipe for tomato soup", "python list index error", "my bike has a flat tyre"]
    near = fast.encode(texts) @ exact.encode(texts).T
    assert near.argmax(axis=1).tolist() == [0, 1, 2]
    assert near.diagonal().min() > 0.5
    nothing = fast.encode(["", "\u200b"])
    assert np.linalg.norm(nothing, axis=1).tolist() == [1, 1]
    assert (nothing @ exact.encode(texts).T).max() < 0.3


def test_fast_tells_requests_of_real_tweets(fast, exact, real_data):
    held_out = [
        "anyone know how to get red wine out of a white carpet??",
        "what's the best way to learn spanish in three months",
        "lol same",
        "GOAL!!! what a strike",
    ]
    known = exact.encode(["How do I remove a red wine stain?", "How can I learn a language fast?"])
    similarity = (fast.encode(held_out) @ known.T).max(axis=1)
    assert similarity[:2].min() > similarity[2:].max() + 0.2


def test_fast_is_far_faster_than_the_model(fast, exact):
    from time import process_time

    texts = shipped_texts.texts()[:2000]
    began = process_time()
    fast.encode(texts)
    took = process_time() - began
    began = process_time()
    exact.encode(texts[::20])
    assert took < (process_time() - began) * 20 / 25


def test_a_recipe_knows_every_engine():
    told = EmbedSettings.model_fields["engine"].annotation
    assert get_args(told) == get_args(embedders.Engine)


def test_an_unknown_engine_is_refused():
    with pytest.raises(StageError, match=r"no engine called 'int4'[^$]*exact, int8 or fast"):
        embedders.load(MINILM, engine="int4")


def test_a_table_remembers_its_engine(engine, exact, tmp_path):
    import polars as pl

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
    with pytest.raises(StageError, match=rf"made by {MINILM} \((int8|fast)\) and cannot"):
        lance_table.open_table(path, embedder=exact)


def test_the_ridge_solves_its_equations():
    chance = np.random.default_rng(0)
    features, slopes = chance.standard_normal((200, 5)), chance.standard_normal((5, 3))
    found = static._ridge(features, features @ slopes)
    gram = features.T @ features
    shrunk = np.linalg.inv(gram + np.eye(5) * 0.03 * np.trace(gram) / 5) @ gram @ slopes
    assert np.allclose(found, shrunk)


def test_the_corpus_holds_each_known_instruction_once():
    texts = shipped_texts.texts()
    assert len(texts) == len(set(texts))
    assert set(instructions.starter()["text"]) <= set(texts)
