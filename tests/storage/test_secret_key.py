"""The secret key of a workspace."""

import stat

import pytest

from workbench.exceptions import WorkspaceError
from workbench.storage import Workspace


def test_secret_is_made_once_and_readable_only_by_its_owner(tmp_path):
    workspace = Workspace.create(tmp_path / "w")
    secret = workspace.secret
    assert len(secret) == 32
    assert Workspace.open(tmp_path / "w").secret == secret
    (path,) = (tmp_path / "w" / "private").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Workspace.create(tmp_path / "v").secret != secret


def test_a_damaged_secret_is_not_replaced(tmp_path):
    workspace = Workspace.create(tmp_path / "w")
    assert workspace.secret
    (tmp_path / "w" / "private" / "secret").write_bytes(b"short")
    with pytest.raises(WorkspaceError, match="5 bytes, not 32"):
        _ = workspace.secret
