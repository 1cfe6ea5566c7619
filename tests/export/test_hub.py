"""Push exports to a stand-in of the hub: what arrives, and what is refused before anything does."""

import polars as pl
import pytest
from huggingface_hub import HfApi

from tests.support import hub_server
from tests.support.hub_server import TOKEN, Repository
from workbench.exceptions import ExportError
from workbench.export import hub

pytestmark = pytest.mark.slow  # serves a hub


@pytest.fixture
def server():
    with hub_server.serving() as serving:
        yield serving


def push(pack, server, *, deleted=(), token=TOKEN, repo="ann/questions", **options):
    api = HfApi(endpoint=server.address, token=token)
    ids = pl.LazyFrame({"tweet_id": deleted}, schema={"tweet_id": pl.Int64})
    return hub.push(pack, repo=repo, deleted=ids, api=api, **options)


@pytest.mark.parametrize("is_public", [False, True])
def test_push_uploads_every_file_and_is_private_by_default(pack, server, is_public):
    address = push(pack, server, is_public=is_public)
    assert address == f"{server.address}/datasets/ann/questions/commit/abc"
    repository = server.repositories["ann/questions"]
    assert repository.is_private is not is_public
    assert repository.files == {path.name: path.read_bytes() for path in pack.iterdir()}


def test_push_replaces_what_an_earlier_push_left(pack, server):
    old = {".gitattributes": b"a", "messages.train.jsonl": b"deleted tweets"}
    server.repositories["ann/questions"] = Repository(is_private=True, files=old)
    push(pack, server)
    names = server.repositories["ann/questions"].files.keys()
    assert names == {".gitattributes", *(path.name for path in pack.iterdir())}


def test_push_of_ids_uploads_no_text(pack, server):
    push(pack, server, ids_only=True)
    files = server.repositories["ann/questions"].files
    assert files.keys() == {"README.md", "ids.txt"}
    assert files["ids.txt"] == (pack / "ids.txt").read_bytes()
    assert b"as ids only" in files["README.md"]
    assert b"messages.jsonl" not in files["README.md"]


def test_push_refuses_deleted_tweets(pack, server):
    with pytest.raises(ExportError, match=r"(?s)2 tweets? deleted.*workbench run"):
        push(pack, server, deleted=[5, 31, 99])
    assert not server.repositories


def test_push_refuses_a_damaged_export(pack, server):
    (pack / "messages.jsonl").write_text("{}\n")
    with pytest.raises(ExportError, match=r"(?s)damaged.*messages.jsonl: 3 bytes"):
        push(pack, server)
    assert not server.repositories


def test_push_leaves_a_public_repository_alone_unless_told(pack, server):
    server.repositories["ann/questions"] = Repository(is_private=False)
    with pytest.raises(ExportError, match="is public"):
        push(pack, server)
    assert not server.commits
    push(pack, server, is_public=True)
    assert server.commits == ["Push an export"]


@pytest.mark.parametrize("repo", ["a/b/c", "ann/../x", "ann/ "])
def test_push_refuses_what_is_no_name_of_a_repository(pack, server, repo):
    with pytest.raises(ExportError, match="user/name"):
        push(pack, server, repo=repo)


def test_push_says_how_to_log_in(pack, server):
    with pytest.raises(ExportError, match=r"(?s)HTTP 401.*hf auth login"):
        push(pack, server, token="hf_wrong")


def test_push_says_if_the_hub_cannot_be_reached(pack, server):
    server.address = "http://127.0.0.1:9"
    with pytest.raises(ExportError, match="cannot be reached"):
        push(pack, server)
