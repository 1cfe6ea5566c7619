"""Check that a key is written once, is private, and is never replaced."""

import stat

import pytest

from workbench.exceptions import WorkspaceError
from workbench.storage import Workspace, secret_key


def test_read_creates_a_private_key_and_then_returns_the_same(tmp_path):
    path = tmp_path / "private" / "secret"
    secret = secret_key.read(path)
    assert len(secret) == secret_key.LENGTH
    assert secret_key.read(path) == secret
    assert path.stat().st_mode & 0o077 == 0
    assert [item.name for item in path.parent.iterdir()] == ["secret"]


def test_read_refuses_a_file_of_another_length(tmp_path):
    (tmp_path / "secret").write_bytes(b"short")
    with pytest.raises(WorkspaceError, match="has 5 bytes, not 32"):
        secret_key.read(tmp_path / "secret")


def test_create_leaves_the_key_of_a_faster_process(tmp_path):
    path = tmp_path / "secret"
    first = secret_key.read(path)
    secret_key._create(path)
    assert path.read_bytes() == first


def test_read_says_why_a_key_cannot_be_read(tmp_path):
    (tmp_path / "secret").mkdir()
    with pytest.raises(WorkspaceError, match="cannot be read or written"):
        secret_key.read(tmp_path / "secret")


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
