"""Which workspaces may be opened from the bar."""

import pytest

from workbench.dashboard.session.server import SERVER
from workbench.dashboard.shell import workspaces
from workbench.exceptions import WorkspaceError
from workbench.storage import Workspace


@pytest.fixture
def base(tmp_path, monkeypatch):
    """A root with two workspaces in it, one of which is open, and a third elsewhere."""
    base = tmp_path.resolve()
    monkeypatch.setattr(SERVER, "shown", [])
    for name in ["root/july", "root/august", "elsewhere/secret"]:
        Workspace.create(base / name)
    (base / "root" / "empty").mkdir()
    (base / "root" / "link").symlink_to(base / "elsewhere" / "secret")
    SERVER.use(Workspace.open(base / "root" / "july"))
    return base


def test_the_open_one_and_its_neighbours_are_offered(base):
    roots = [base / "root"]
    assert workspaces.offered(roots) == [base / "root" / "july", base / "root" / "august"]


def test_an_earlier_one_is_offered_if_it_is_below_a_root(base):
    SERVER.use(Workspace.open(base / "elsewhere" / "secret"))
    SERVER.use(Workspace.open(base / "root" / "july"))
    assert base / "elsewhere" / "secret" not in workspaces.offered([base / "root"])
    assert base / "elsewhere" / "secret" in workspaces.offered([base / "root", base / "elsewhere"])


def test_opening_changes_the_workspace_of_the_server(base):
    workspaces.open_folder(str(base / "root" / "august"), roots=[base / "root"])
    assert SERVER.folder == base / "root" / "august"


@pytest.mark.parametrize(
    "folder", ["elsewhere/secret", "root/link", "root/empty", "root/../root/july"]
)
def test_what_is_not_offered_is_not_opened(base, folder):
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        workspaces.open_folder(f"{base}/{folder}", roots=[base / "root"])
    assert SERVER.folder == base / "root" / "july"


def test_a_root_that_is_not_a_folder_allows_nothing(base):
    assert workspaces.roots_of([str(base / "none")]) == []
    assert workspaces.offered([]) == [base / "root" / "july"]
