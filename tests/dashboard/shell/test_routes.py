"""The requests of the bar, and who may make them."""

import pytest
from starlette.authentication import AuthCredentials
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from tests.support.jobs import begun
from workbench.dashboard.session import jobs
from workbench.dashboard.session.server import SERVER
from workbench.dashboard.shell.routes import ShellRoutes


@pytest.fixture
def ask(workspace):
    """Return a function that makes a client, with or without a login."""
    SERVER.use(workspace)

    def client(*scopes):
        routes = ShellRoutes(PlainTextResponse("marimo"), roots=[str(workspace.root.parent)])

        async def app(scope, receive, send):
            await routes({**scope, "auth": AuthCredentials(scopes)}, receive, send)

        return TestClient(app)

    return client


def test_the_bar_reads_the_workspace_and_its_job(ask, workspace):
    client = ask("read")
    state = client.get("/workbench/header").json()
    assert state["workspace"]["name"] == "ws"
    assert state["job"] is None
    begun(workspace, "wait")
    assert client.get("/workbench/header").json()["job"]["number"] == "1"
    listed = client.get("/workbench/workspaces").json()
    assert listed == [{"name": "ws", "folder": str(workspace.root.resolve()), "isOpen": True}]


def test_a_job_is_stopped_by_its_number(ask, workspace):
    client = ask("read")
    begun(workspace, "wait")
    answer = client.post("/workbench/stop", json={"number": "7"})
    assert answer.status_code == 409
    assert "Another job" in answer.json()["error"]
    assert jobs.last(workspace).is_running
    assert client.post("/workbench/stop", json={"number": "1"}).status_code == 200
    assert jobs.last(workspace).status == "stopped"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
def test_no_other_site_stops_a_job(ask, workspace, headers):
    begun(workspace, "wait")
    answer = ask("read").post("/workbench/stop", json={"number": "1"}, headers=headers)
    assert answer.status_code == 403
    assert jobs.last(workspace).is_running


@pytest.mark.parametrize("path", ["header", "workspaces", "stop", "open"])
def test_nothing_is_answered_without_a_login(ask, workspace, path):
    begun(workspace, "wait")
    client = ask()
    for answer in [client.get(f"/workbench/{path}"), client.post(f"/workbench/{path}", json={})]:
        assert answer.status_code == 401
        assert str(workspace.root) not in answer.text
    assert jobs.last(workspace).is_running


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"number": 1}', b" " * 20_000 + b"{}"])
def test_a_body_that_cannot_be_read_does_nothing(ask, workspace, body):
    begun(workspace, "wait")
    assert ask("read").post("/workbench/stop", content=body).status_code == 400
    assert jobs.last(workspace).is_running


def test_actions_need_post_and_a_known_name(ask):
    client = ask("read")
    assert client.get("/workbench/stop").status_code == 404
    assert client.post("/workbench/header").status_code == 404
    assert client.get("/workbench/other").status_code == 404


def test_another_folder_is_not_opened(ask, tmp_path):
    answer = ask("read").post("/workbench/open", json={"folder": str(tmp_path)})
    assert answer.status_code == 409
    assert SERVER.folder == tmp_path / "ws"


def test_browsers_keep_the_scripts_of_marimo_only(ask):
    client = ask("read")
    assert "immutable" in client.get("/assets/index-abc.js").headers["cache-control"]
    other = client.get("/")
    assert other.text == "marimo"
    assert "cache-control" not in other.headers
