"""Which workspace the pages of a server show."""

import pytest

from workbench.dashboard.session.server import Server
from workbench.exceptions import WorkspaceError
from workbench.storage import VARIABLE, Workspace


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server whose environment names a workspace that does not exist yet."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "named"))
    return Server()


def test_pages_find_a_workspace_that_appears_later(server, tmp_path):
    server.start()
    assert server.find() is None
    with pytest.raises(WorkspaceError):
        server.open()
    Workspace.create(tmp_path / "named")
    assert server.find().root == server.open().root == tmp_path / "named"


def test_start_keeps_the_workspace_of_the_environment(server, tmp_path, monkeypatch):
    Workspace.create(tmp_path / "named")
    server.start()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "other"))
    assert server.folder == tmp_path / "named"


def test_use_changes_the_workspace_but_not_the_environment(server, tmp_path, monkeypatch):
    server.use(Workspace.create(tmp_path / "other"))
    assert server.open().root == tmp_path / "other"
    assert Workspace.place() == tmp_path / "named"
    server.start()
    assert server.folder == tmp_path / "other"


def test_a_damaged_workspace_is_not_taken_for_none(server, tmp_path):
    Workspace.create(tmp_path / "named")
    (tmp_path / "named" / "workspace.json").write_text("{")
    with pytest.raises(WorkspaceError, match="damaged"):
        server.find()
