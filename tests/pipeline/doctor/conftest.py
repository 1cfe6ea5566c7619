"""A workspace in which all stages have run, copied for each test."""

import shutil

import pytest

from tests.support.command_line import FAST_RECIPE
from workbench import pipeline, sample
from workbench.recipe import Recipe
from workbench.storage import Workspace


@pytest.fixture(scope="session", name="recipe")
def recipe_fixture():
    return Recipe.from_toml(FAST_RECIPE)


@pytest.fixture(scope="session")
def finished(tmp_path_factory, recipe):
    folder = tmp_path_factory.mktemp("finished")
    sample.write(folder / "a.tar", lines=1_000)
    workspace = Workspace.create(folder / "ws")
    pipeline.ingest(workspace, recipe, paths=[str(folder / "a.tar")])
    pipeline.bring_up_to_date(workspace, recipe)
    return workspace


@pytest.fixture
def workspace(tmp_path, finished):
    shutil.copytree(finished.root, tmp_path / "ws")
    return Workspace(tmp_path / "ws")
