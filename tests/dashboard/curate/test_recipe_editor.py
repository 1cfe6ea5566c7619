"""The recipe that one person edits changes in callbacks only."""

import marimo as mo
import pytest

from tests.support import fakes
from tests.support.marimo_state import fake_state
from workbench.dashboard.curate import export_job, recipe_editor
from workbench.dashboard.curate.recipe_editor import RecipeEditor
from workbench.dashboard.session import recipe_files
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe

STRICT = Recipe.from_toml("[select.turns]\nmin = 4")


@pytest.fixture
def session(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws")
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture
def address(monkeypatch):
    """The query parameters of the page."""
    query = {}
    monkeypatch.setattr(mo, "query_params", lambda: FakeParams(query))
    return query


class FakeParams:
    def __init__(self, query):
        self.query = query

    def set(self, name, value):
        self.query[name] = value


@pytest.fixture
def editor(session, address, monkeypatch):
    monkeypatch.setattr(mo, "state", fake_state)
    return RecipeEditor(session.workspace, Recipe())


def test_moved_control_is_noted_and_written_to_the_address(editor, session, address):
    controls = editor.controls(session, Recipe())
    assert controls.edited(controls.select()) == Recipe()
    assert address == {}
    steps = controls.axes["turns"].edges
    controls.rules._update({"turns": [steps.index(4), len(steps) - 1]})
    assert editor.history.present.select.turns.min == 4
    assert editor.history.present == controls.edited(controls.select())
    assert "turns" in address["recipe"]
    assert editor.get_recipe() == Recipe()


def test_opened_recipe_gets_new_controls_and_can_be_undone(editor, address):
    editor.open(STRICT)
    assert editor.get_recipe() == editor.history.present == STRICT
    editor.open(editor.history.step(-1))
    assert editor.get_recipe() == editor.history.present == Recipe()
    assert editor.history.next_change(1) == "Turns"


def test_saved_recipe_is_the_present_one(editor):
    editor.open(STRICT)
    editor.save("strict", overwrite=False)
    path = editor.workspace.root / "recipes" / "strict.toml"
    assert Recipe.load(path) == STRICT
    assert 'data-testid="saved"' in editor.get_saved().text
    editor.save("../out", overwrite=False)
    assert "cannot be the name of a recipe" in editor.get_saved().text


def test_recipe_to_compare_with_stays_selected_while_it_exists(editor):
    editor.save("mine", overwrite=False)
    editor.recipe_chooser()._update(["saved: mine"])
    assert editor.recipe_chooser().value == "saved: mine"
    (editor.workspace.root / "recipes" / "mine.toml").unlink()
    assert editor.recipe_chooser().value == recipe_files.DEFAULT


def test_export_starts_a_job_with_the_present_recipe(editor, monkeypatch):
    started = []
    monkeypatch.setattr(
        recipe_editor.export_job,
        "start",
        lambda workspace, name, **options: started.append((name, options)) or "no room",
    )
    editor.open(STRICT)
    editor.export("first", overwrite=True)
    assert started == [("first", {"recipe": STRICT, "overwrite": True})]
    assert editor.get_export() == "no room"
    monkeypatch.setattr(export_job, "stop", lambda workspace: "")
    editor.stop_export()
    assert editor.get_export() == ""
