"""A small dump and a workspace of it in which all stages have run, copied for each test."""

import shutil

import pytest

from tests.support.command_line import FAST_RECIPE
from workbench import pipeline, sample
from workbench.recipe import Recipe
from workbench.storage import Workspace


@pytest.fixture(scope="session", name="recipe")
def recipe_fixture():
    """A recipe without a model. Hashing separates little, hence its low threshold."""
    return Recipe.from_toml(FAST_RECIPE)


@pytest.fixture(scope="session")
def dump(tmp_path_factory):
    """A dump and the truth about it."""
    path = tmp_path_factory.mktemp("dump") / "sample.tar"
    return path, sample.write(path, lines=3_000)


@pytest.fixture(scope="session")
def finished(tmp_path_factory, dump, recipe):
    """A workspace of the dump in which all stages have run. Tests do not change it."""
    workspace = Workspace.create(tmp_path_factory.mktemp("finished") / "workspace")
    pipeline.ingest(workspace, recipe, paths=[str(dump[0])])
    pipeline.bring_up_to_date(workspace, recipe)
    return workspace


@pytest.fixture
def workspace(tmp_path, finished):
    """A workspace of the dump in which all stages have run."""
    shutil.copytree(finished.root, tmp_path / "workspace")
    return Workspace.open(tmp_path / "workspace")
