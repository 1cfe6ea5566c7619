"""Folders of shards: one per stage, and none when it is finished."""

import pytest

from workbench.cluster import shard_folders
from workbench.pipeline.doctor import leftovers
from workbench.storage import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "workspace")


def test_only_the_folder_of_the_last_key_of_a_stage_stays(workspace):
    old = shard_folders.folder(workspace, "export", key="a" * 64)
    other = shard_folders.folder(workspace, "embed", key="a" * 64)
    for folder in (old, other):
        folder.mkdir(parents=True)

    new = shard_folders.folder(workspace, "export", key="b" * 64)

    assert new != old
    assert (old.exists(), other.exists()) == (False, True)


def test_the_parent_goes_with_the_last_folder(workspace):
    one, two = (shard_folders.folder(workspace, name, key="a") for name in ("embed", "export"))
    for folder in (one, two):
        folder.mkdir(parents=True)

    shard_folders.remove(one)
    assert two.exists()
    shard_folders.remove(two)

    assert not two.parent.exists()


def test_the_doctor_finds_and_removes_the_shards_of_a_killed_run(workspace):
    folder = shard_folders.folder(workspace, "export", key="a")
    folder.mkdir(parents=True)

    (fault,) = leftovers.faults(workspace)

    assert "same command again" in fault.advice
    fault.fix()
    assert list(leftovers.faults(workspace)) == []
