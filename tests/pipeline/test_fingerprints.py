"""Check what a fingerprint depends on, and in which order."""

import pytest

from tests.support.pipelines import dump_fixture, recipe_fixture, stale, workspace_fixture  # noqa: F401 (fixtures)
from workbench.pipeline import fingerprints, stages
from workbench.recipe import Recipe
from workbench.storage import Workspace


@pytest.mark.parametrize("setting", ["instructions", "profanity", "detector", "replies"])
def test_fingerprint_follows_a_file_in_the_home_folder(tmp_path, monkeypatch, setting):
    monkeypatch.setenv("HOME", str(tmp_path))
    workspace = Workspace.create(tmp_path / "workspace")
    own = Recipe.from_toml(f"[score]\n{setting} = '~/mine'")
    hashes = set()
    for content in ["one", "two"]:
        (tmp_path / "mine").write_text(content)
        values = fingerprints.inputs(workspace, own, stages.BY_NAME["score"])
        hashes.add(fingerprints.of(own, stages.BY_NAME["score"], values))
    assert len(hashes) == 2
