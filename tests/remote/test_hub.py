import json

import pytest
from huggingface_hub import constants

from workbench.exceptions import BrokenFileError, RemoteError
from workbench.remote import reader
from workbench.remote.files import expand

REPOSITORY = "api/datasets/ann/dumps"


@pytest.fixture
def hub(web, monkeypatch):
    """A repository with two files, as the hub serves it."""
    monkeypatch.setattr(constants, "ENDPOINT", web.address)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    web.put(REPOSITORY, json.dumps({"id": "ann/dumps", "sha": "abc", "siblings": []}).encode())
    rows = [
        {"type": "file", "oid": str(number), "size": 4, "path": path}
        for number, path in enumerate(["july/a 1.tar", "july/b.zip"])
    ]
    web.put(f"{REPOSITORY}/tree/abc", json.dumps(rows).encode())
    web.put(f"{REPOSITORY}/tree/abc/july", json.dumps(rows).encode())
    web.put("datasets/ann/dumps/resolve/abc/july/a%201.tar", b"tar!")
    return web


@pytest.mark.parametrize("pattern", ["july/a 1.tar", "july/*.tar", "**/*.tar"])
def test_file_of_a_repository_is_read_from_its_commit(hub, pattern):
    (file,) = expand(f"hf://datasets/ann/dumps/{pattern}")
    assert str(file) == "hf://datasets/ann/dumps/july/a 1.tar"
    assert reader.open_file(file).read() == b"tar!"


def test_folder_of_a_repository_is_listed(hub):
    (listed,) = expand("hf://datasets/ann/dumps/july")
    assert [listed.inside(file) for file in listed.files] == ["a 1.tar", "b.zip"]


def test_errors_name_the_repository(hub):
    with pytest.raises(BrokenFileError, match=r"dumps/june.tar does not exist"):
        expand("hf://datasets/ann/dumps/june.tar")
    with pytest.raises(RemoteError, match="no repository ann/other of datasets"):
        expand("hf://datasets/ann/other/june.tar")
    with pytest.raises(RemoteError, match="names no repository"):
        expand("hf://datasets/ann")
