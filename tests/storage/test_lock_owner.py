"""Check which process others see as the owner of a workspace's lock."""

import subprocess
import sys

import msgspec
import psutil
import pytest

from workbench.storage import Workspace, lock_owner

#: Script that locks a workspace until it reads a line.
WRITER = """
import sys
from workbench.storage import Workspace
with Workspace.open(sys.argv[2]).locked():
    print("locked", flush=True)
    input()
"""


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "ws")


@pytest.fixture
def writer(workspace):
    words = [sys.executable, "-c", WRITER, "run", str(workspace.root)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "locked\n"
    yield process
    process.kill()
    process.communicate()


def test_lock_owner_is_the_process_that_locks_the_workspace(workspace):
    assert workspace.lock_owner() is None
    with workspace.locked():
        assert workspace.lock_owner().pid == psutil.Process().pid
    assert workspace.lock_owner() is None


def test_lock_owner_is_another_process_until_it_is_done(workspace, writer):
    owner = workspace.lock_owner()
    assert owner.pid == writer.pid
    assert owner.command == "-c run"
    writer.communicate("\n")
    assert workspace.lock_owner() is None


def test_a_killed_process_does_not_own_the_lock(workspace, writer):
    writer.kill()
    writer.wait()
    assert (workspace.root / ".lock").read_bytes() != b""
    assert workspace.lock_owner() is None
    with workspace.locked():
        assert workspace.lock_owner().pid == psutil.Process().pid


def test_find_ignores_another_process_with_the_same_id(workspace):
    with workspace.locked():
        owner = workspace.lock_owner()
        path = workspace.root / ".lock"
        older = msgspec.structs.replace(owner, born=owner.born - 60)
        path.write_bytes(msgspec.json.encode(older))
        assert lock_owner.find(path) is None


@pytest.mark.parametrize("content", [b"", b"{", b'{"pid": "x"}', b"\xff\x00"])
def test_find_ignores_a_damaged_file(tmp_path, content):
    (tmp_path / "lock").write_bytes(content)
    assert lock_owner.find(tmp_path / "lock") is None
    assert lock_owner.find(tmp_path / "none") is None
