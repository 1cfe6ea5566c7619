"""Weights of the hub are loaded only if they are the published ones."""

import hashlib
from pathlib import Path
from types import SimpleNamespace

import huggingface_hub
import pytest

from workbench.embeddings.engines import model_files, transformer, weight_files
from workbench.exceptions import StageError

CONTENT = b"weights"
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def snapshot(tmp_path, monkeypatch):
    """Make a model as the hub's cache keeps it, and let no network be needed."""
    folder, blobs = tmp_path / "snapshots" / "abc", tmp_path / "blobs"
    (folder / "2_Dense").mkdir(parents=True)
    blobs.mkdir()
    (folder / "modules.json").write_text("[]")
    for name in ("model.safetensors", "2_Dense/model.safetensors"):
        (blobs / SHA).write_bytes(CONTENT)
        (folder / name).symlink_to(blobs / SHA)
    asked = []

    def snapshot_download(name, **options):
        asked.append(options)
        return str(folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    return SimpleNamespace(folder=folder, blob=blobs / SHA, asked=asked)


@pytest.fixture
def online(monkeypatch):
    """Let the hub name the hash of one of the files."""
    lfs = SimpleNamespace(sha256=SHA)
    siblings = [
        SimpleNamespace(rfilename="model.safetensors", lfs=lfs),
        SimpleNamespace(rfilename="modules.json", lfs=None),
    ]
    info = SimpleNamespace(sha="abc", siblings=siblings)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda *_, **__: info)


@pytest.fixture
def offline(monkeypatch):
    def fails(*args, **options):
        raise OSError

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", fails)


@pytest.fixture
def loaded(monkeypatch):
    """Note what is loaded instead of loading it."""
    files = []

    def load(found, *, device):
        files.append(found)
        return SimpleNamespace(
            eval=lambda: files[-1],
            get_embedding_dimension=lambda: 3,
            device=SimpleNamespace(type="cpu"),
        )

    monkeypatch.setattr(transformer, "_loaded", load)
    return files


def load():
    return transformer.load("an/owner", files=model_files.find("an/owner"))


@pytest.mark.parametrize("network", ["online", "offline"])
def test_what_is_loaded_is_the_folder_whose_weights_were_checked(network, request, snapshot):
    request.getfixturevalue(network)
    of_hub = model_files.find("an/owner")
    files = model_files.fetch(of_hub)
    assert (files.source, files.offline) == (str(snapshot.folder), True)
    assert files.weights == {"model.safetensors": SHA, "2_Dense/model.safetensors": SHA}
    assert files.digest == of_hub.digest
    assert snapshot.asked[-1]["revision"] == "abc"
    assert snapshot.asked[-1]["local_files_only"] == (network == "offline")
    # Offline, files that were left out would count as missing.
    assert all("*.bin" in options["ignore_patterns"] for options in snapshot.asked)


@pytest.mark.parametrize("network", ["online", "offline"])
def test_other_weights_are_refused_before_they_are_loaded(network, request, snapshot, loaded):
    request.getfixturevalue(network)
    snapshot.blob.write_bytes(b"other weights")
    with pytest.raises(
        StageError, match=rf"not the published ones[^$]*{SHA}[^$]*move that file away"
    ):
        load()
    assert loaded == []


def test_a_copy_whose_hash_the_hub_names_is_checked_without_a_link(online, snapshot, loaded):
    (snapshot.folder / "model.safetensors").unlink()
    (snapshot.folder / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(StageError, match="not the published ones"):
        load()
    assert loaded == []


def test_weights_without_a_published_hash_are_recorded(offline, snapshot):
    (snapshot.folder / "model.safetensors").unlink()
    (snapshot.folder / "model.safetensors").write_bytes(b"my own")
    files = model_files.fetch(model_files.find("an/owner"))
    assert files.weights["model.safetensors"] == hashlib.sha256(b"my own").hexdigest()


def test_a_file_is_hashed_again_only_if_it_changed(tmp_path, monkeypatch):
    path, reads = tmp_path / "a.safetensors", []
    path.write_bytes(CONTENT)
    digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda *args: reads.append(1) or digest(*args))
    assert [weight_files.sha256(path), weight_files.sha256(path)] == [SHA, SHA]
    assert len(reads) == 1
    path.write_bytes(b"other weights")
    assert weight_files.sha256(path) != SHA
    assert len(reads) == 2
    assert weight_files.hashes(Path(tmp_path)) == {"a.safetensors": weight_files.sha256(path)}
