"""Load embedders by their names in the recipe."""

import subprocess
import sys
from typing import get_args

import pytest

from tests.support.offline import offline
from workbench.embeddings import embedders
from workbench.exceptions import StageError
from workbench.recipe import EmbedSettings


@pytest.fixture(scope="module")
def minilm():
    with offline():
        return embedders.load("all-MiniLM-L6-v2")


def test_encode_of_no_texts_is_empty(minilm):
    assert minilm.encode([]).shape == (0, 384)
    assert embedders.load("hashing").encode([]).shape == (0, 256)


def test_load_prints_nothing(minilm, capfd):
    same = embedders.load("sentence-transformers/all-MiniLM-L6-v2")
    assert capfd.readouterr() == ("", "")
    assert same.digest == minilm.digest


def test_a_recipe_accepts_every_engine():
    annotation = EmbedSettings.model_fields["engine"].annotation
    assert get_args(annotation) == get_args(embedders.Engine)


def test_an_unknown_engine_is_refused():
    with pytest.raises(StageError, match=r"no engine called 'int4'[^$]*exact, int8 or fast"):
        embedders.load("all-MiniLM-L6-v2", engine="int4")


def test_importing_the_package_loads_no_slow_library():
    slow = "{'lancedb', 'openvino', 'pyarrow', 'sentence_transformers', 'sklearn', 'torch'}"
    code = f"import sys, workbench.embeddings; print(sorted({slow} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
