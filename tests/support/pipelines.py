"""Fixtures and helpers for tests that run the whole pipeline on a small dump."""

import pytest

from tests.support.command_line import FAST_RECIPE
from workbench import pipeline, sample
from workbench.recipe import Recipe
from workbench.storage import Workspace


@pytest.fixture(scope="module", name="recipe")
def recipe_fixture():
    """A recipe without a model. Hashing separates little, hence its low threshold."""
    return Recipe.from_toml(FAST_RECIPE)


@pytest.fixture(scope="module", name="dump")
def dump_fixture(tmp_path_factory):
    """A dump and the truth about it."""
    path = tmp_path_factory.mktemp("dump") / "sample.tar"
    return path, sample.write(path, lines=3_000)


@pytest.fixture(name="workspace")
def workspace_fixture(tmp_path, dump, recipe):
    """A workspace of the dump in which all stages have run."""
    workspace = Workspace.create(tmp_path / "workspace")
    pipeline.ingest(workspace, recipe, paths=[str(dump[0])])
    pipeline.bring_up_to_date(workspace, recipe)
    return workspace


def stale(workspace, recipe):
    """Return the names of the stale stages."""
    return [state.stage.name for state in pipeline.states(workspace, recipe) if not state.is_fresh]
