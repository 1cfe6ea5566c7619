"""The int8 engine against the exact model, if its packages are installed."""

import importlib.util
import sys

import numpy as np
import pytest

from tests.embeddings.engines.engine_contract import MINILM, TEXTS, EngineContract
from workbench.data import shipped_texts
from workbench.embeddings import embedders
from workbench.embeddings.engines import int8
from workbench.exceptions import StageError

# Quantizes the model.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("shallow")]

needs_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None or importlib.util.find_spec("nncf") is None,
    reason="needs the extra `speed`: pip install -e '.[speed]'",
)


@pytest.fixture(scope="module")
def engine(cache_folder):
    """Load the engine; quantizes the model."""
    return embedders.load(MINILM, engine="int8")


@needs_openvino
class TestInt8(EngineContract):
    """Run the shared tests."""

    kind = "int8"


def cosines(one, other, texts):
    return (one.encode(texts) * other.encode(texts)).sum(axis=1)


@needs_openvino
def test_int8_is_near_the_exact_model(engine, exact):
    near = cosines(engine, exact, shipped_texts.texts()[::9])
    assert near.mean() > 0.99
    assert np.quantile(near, 0.01) > 0.97
    assert cosines(engine, exact, TEXTS).min() > 0.85
    assert engine.space == exact.digest


@needs_openvino
def test_int8_tokenizes_like_the_library(engine, exact):
    texts = [*TEXTS, "\u200b", "", " ", "e\u0301te\u0301 \N{GRINNING FACE}\ufe0f", "日本語です"]
    features = exact.tokenize(texts)
    ids = [
        row[mask.bool()].tolist()
        for row, mask in zip(features["input_ids"], features["attention_mask"], strict=True)
    ]
    assert [encoding.ids for encoding in engine._tokenizer.encode_batch_fast(texts)] == ids


@needs_openvino
def test_int8_sends_no_telemetry(engine):
    # NNCF and OpenVINO use a stub of their own if the package is missing.
    assert "openvino_telemetry" not in sys.modules


@pytest.mark.parametrize("missing", ["openvino", "nncf"])
def test_int8_without_its_extra_says_what_to_install(missing, monkeypatch, cache_folder):
    if missing == "openvino":
        monkeypatch.setitem(sys.modules, "openvino", None)
    else:
        monkeypatch.setattr(int8, "version", _no_version)
        monkeypatch.setitem(sys.modules, "openvino", sys)
    with pytest.raises(StageError, match=r"int8 needs OpenVINO[^$]*thread-workbench\[speed\]"):
        embedders.load(MINILM, engine="int8")


def _no_version(name):
    raise ImportError(name)
