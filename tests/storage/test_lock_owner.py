"""Who writes to a workspace, as others see it."""

import subprocess
import sys

import msgspec
import psutil
import pytest

from workbench.storage import Workspace, lock_owner

#: Locks a workspace until it is told to go on.
WRITER = """
import sys
from workbench.workspace import Workspace
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


def test_holder_is_whoever_locks_the_workspace(workspace):
    assert workspace.holder() is None
    with workspace.locked():
        assert workspace.holder().pid == psutil.Process().pid
    assert workspace.holder() is None


def test_holder_is_another_process_until_it_is_done(workspace, writer):
    found = workspace.holder()
    assert found.pid == writer.pid
    assert found.command == "-c run"
    writer.communicate("\n")
    assert workspace.holder() is None


def test_holder_that_was_killed_holds_nothing(workspace, writer):
    writer.kill()
    writer.wait()
    assert (workspace.root / ".lock").read_bytes() != b""
    assert workspace.holder() is None
    with workspace.locked():
        assert workspace.holder().pid == psutil.Process().pid


def test_find_is_not_taken_in_by_an_id_that_was_given_out_again(workspace):
    with workspace.locked():
        told = workspace.holder()
        path = workspace.root / ".lock"
        older = msgspec.structs.replace(told, born=told.born - 60)
        path.write_bytes(msgspec.json.encode(older))
        assert lock_owner.find(path) is None


@pytest.mark.parametrize("content", [b"", b"{", b'{"pid": "x"}', b"\xff\x00"])
def test_find_takes_a_damaged_file_for_none(tmp_path, content):
    (tmp_path / "lock").write_bytes(content)
    assert lock_owner.find(tmp_path / "lock") is None
    assert lock_owner.find(tmp_path / "none") is None
