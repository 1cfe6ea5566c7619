"""Only files of exports are served."""

import io
import zipfile
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from tests.support import fakes
from workbench import pipeline
from workbench.dashboard.__main__ import ExportDownloads
from workbench.dashboard.session import download_links
from workbench.dashboard.session.server import SERVER
from workbench.export.manifest import Manifest
from workbench.recipe import Recipe


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = fakes.workspace(tmp_path_factory.mktemp("downloads") / "ws", threads=40)
    fakes.settle(made)
    pipeline.write_export(made, Recipe(), name="first")
    (made.exports_path / "first" / "secret.txt").write_text("secret")
    (made.exports_path / "other").mkdir()
    (made.exports_path / "other" / "a.txt").write_text("secret")
    (made.exports_path / "link").symlink_to(made.exports_path / "first")
    return made


async def page(scope, receive, send):
    """Stand in for marimo."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def client(workspace, *, scopes=("read",)):
    SERVER.use(workspace)
    app = ExportDownloads(page)

    async def with_auth(scope, receive, send):
        scope["auth"] = SimpleNamespace(scopes=list(scopes))
        await app(scope, receive, send)

    return TestClient(with_auth)


def test_files_of_an_export_are_served_as_they_are(workspace):
    folder = workspace.exports_path / "first"
    for entry in Manifest.load(folder).files:
        answer = client(workspace).get("/base/" + download_links.link("first", entry.name))
        assert answer.content == (folder / entry.name).read_bytes()
        assert "attachment" in answer.headers["content-disposition"]


def test_the_zip_has_data_card_manifest_recipe_and_all_data(workspace):
    answer = client(workspace).get("/" + download_links.link("first", "first.zip"))
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    expected = {entry.name for entry in Manifest.load(workspace.exports_path / "first").files}
    assert set(names) == {f"first/{name}" for name in expected | {"manifest.json"}}
    assert {"first/README.md", "first/recipe.toml", "first/messages.jsonl"} <= set(names)


@pytest.mark.parametrize(
    "path",
    ["first/secret.txt", "other/a.txt", "first/..%2Fother%2Fa.txt", "link/README.md", "../x/y"],
)
def test_nothing_else_is_served(workspace, path):
    answer = client(workspace).get(f"/export-files/{path}")
    assert answer.status_code in (404, 418)
    assert b"secret" not in answer.content


def test_other_requests_reach_the_pages(workspace):
    assert client(workspace).get("/").status_code == 418
    assert client(workspace).post("/export-files/first/README.md").status_code == 405


def test_who_lacks_the_token_gets_nothing(workspace):
    answer = client(workspace, scopes=()).get("/export-files/first/README.md")
    assert answer.status_code == 403
