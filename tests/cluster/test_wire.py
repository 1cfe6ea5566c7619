"""Paths of a workspace become those of the machine that receives them; nothing else changes."""

import pickle
from functools import partial
from pathlib import Path

import pytest

from workbench.cluster import wire
from workbench.storage import Workspace


def keep(*args, **kwargs):
    return args, kwargs


def test_paths_in_the_workspace_become_those_of_the_other_machine(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    outside = tmp_path / "dump.tar"
    value = partial(keep, [here / ".shards" / "a b", outside], workspace=Workspace(here))

    (paths,), kwargs = wire.loaded(wire.dumped(value, root=here), root=there)()

    assert paths == [there / ".shards" / "a b", outside]
    assert kwargs["workspace"].root == there


def test_a_link_to_the_workspace_is_the_workspace(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")

    data = wire.dumped(tmp_path / "real" / "a", root=tmp_path / "link")

    assert wire.loaded(data, root=Path("/node")) == Path("/node/a")


def test_without_a_bucket_paths_stay_as_they_are(tmp_path):
    assert wire.loaded(wire.dumped(tmp_path / "a")) == tmp_path / "a"
    assert wire.dumped(tmp_path) == pickle.dumps(tmp_path, protocol=pickle.HIGHEST_PROTOCOL)


def test_a_place_outside_the_workspace_is_refused(tmp_path):
    data = wire.dumped(tmp_path / "x" / ".." / ".." / "a", root=tmp_path)

    with pytest.raises(pickle.UnpicklingError, match="no path of a workspace"):
        wire.loaded(data, root=tmp_path)
