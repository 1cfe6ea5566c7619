"""The recipe that one person edits changes in callbacks only."""

import json

import marimo as mo
import pytest

from tests.support import fakes
from tests.support.marimo_state import fake_state
from workbench.dashboard.curate import export_job, recipe_editor
from workbench.dashboard.curate.recipe_editor import RecipeEditor
from workbench.dashboard.session import recipe_files
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe, active

STRICT = Recipe.from_toml("[select.turns]\nmin = 4")


@pytest.fixture
def session(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws")
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture
def address(monkeypatch):
    """The query parameters of the page."""
    query = FakeParams()
    monkeypatch.setattr(mo, "query_params", lambda: query)
    return query


class FakeParams(dict):
    def set(self, name, value):
        self[name] = value

    def remove(self, name):
        self.pop(name, None)

    def get_all(self, name):
        return [self[name]] if name in self else []


@pytest.fixture
def editor(session, address, monkeypatch):
    monkeypatch.setattr(mo, "state", fake_state)
    return RecipeEditor(session, Recipe())


def move(editor, *, is_final=True, **rules):
    """Change rules as the browser does."""
    values = {n: r.model_dump(mode="json") for n, r in active(editor.rules.select).items()}
    editor.rules.edit = json.loads(json.dumps({"values": values | rules, "is_final": is_final}))


def ask(editor, action, text="", *, replace=False):
    """Ask for something as the browser does."""
    editor.bar._take(None, {"action": action, "text": text, "replace": replace}, [])


def test_a_moved_threshold_is_noted_and_written_to_the_address(editor, address):
    move(editor, turns={"min": 4, "max": None})
    assert editor.history.present.select.turns.min == 4
    assert editor.get_recipe() == editor.history.present
    assert "turns" in address["recipe"]
    assert editor.get_opened() == Recipe()
    assert editor.bar.now["undo"] == "Turns"


def test_a_drag_counts_at_once_and_is_one_change_at_its_end(editor, address):
    before = editor.bar.counts["kept"]
    for turns in (3, 5, 6):
        move(editor, turns={"min": turns}, is_final=False)
    assert editor.bar.counts["kept"] < before
    assert editor.history.present == editor.get_recipe() == Recipe()
    assert address == {}
    move(editor, turns={"min": 6})
    assert editor.history.step(-1) == Recipe()


def test_undo_and_redo_show_the_recipe_in_all_controls(editor):
    kept = editor.bar.counts["kept"]
    move(editor, turns={"min": 4})
    ask(editor, "undo")
    assert editor.get_recipe() == editor.get_opened() == Recipe()
    assert editor.rules.select == Recipe().select
    assert editor.bar.counts["kept"] == kept
    ask(editor, "undo")
    ask(editor, "redo")
    assert editor.get_recipe().select.turns.min == 4
    assert editor.rules.shown["values"]["turns"]["min"] == 4


def test_counts_name_the_change_since_the_recipe_was_saved(editor):
    assert editor.bar.counts["since"] == ""
    kept = editor.bar.counts["kept"]
    move(editor, turns={"min": 4})
    change = editor.bar.counts["kept"] - kept
    assert editor.bar.counts["since"] == f"{change:+,} against the default rules"
    ask(editor, "save")
    assert editor.bar.counts["since"] == ""
    assert not editor.bar.now["is_changed"]
    ask(editor, "undo")
    assert editor.bar.counts["since"] == f"{-change:+,} since saved"
    assert editor.bar.now["is_changed"]


def test_save_writes_the_recipe_that_is_edited(editor, address):
    editor.open(STRICT)
    ask(editor, "save")
    assert Recipe.load(editor.workspace.root / "recipe.toml") == STRICT
    ask(editor, "save_as", "mine")
    path = editor.workspace.root / "recipes" / "mine.toml"
    assert Recipe.load(path) == STRICT
    assert address["saved"] == "mine"
    editor.open(Recipe())
    ask(editor, "save")
    assert Recipe.load(path) == Recipe()
    assert Recipe.load(editor.workspace.root / "recipe.toml") == STRICT


def test_a_name_that_is_taken_is_replaced_only_if_somebody_asks_again(editor):
    path = recipe_files.save(editor.workspace, "mine", Recipe())
    editor.open(STRICT)
    ask(editor, "save_as", "mine")
    assert editor.bar.now["is_taken"]
    assert editor.bar.now["is_wrong"]
    assert Recipe.load(path) == Recipe()
    ask(editor, "save_as", "mine", replace=True)
    assert not editor.bar.now["is_taken"]
    assert Recipe.load(path) == STRICT
    ask(editor, "save_as", "../out")
    assert "cannot be the name of a recipe" in editor.bar.now["note"]
    assert not editor.bar.now["is_taken"]


def test_an_opened_recipe_can_be_undone(editor):
    recipe_files.save(editor.workspace, "strict", STRICT)
    ask(editor, "load", "saved: strict")
    assert editor.get_recipe() == STRICT
    assert editor.bar.now["name"] == "saved: strict"
    assert not editor.bar.now["is_changed"]
    ask(editor, "undo")
    assert editor.get_recipe() == Recipe()


@pytest.mark.parametrize(
    "text", ["[select.turns]\nmin = 'x'", "\x00", "[score]\ninstructions = '/etc/passwd'"]
)
def test_a_hostile_file_is_refused(editor, text):
    ask(editor, "upload", text)
    assert editor.bar.now["is_wrong"]
    assert editor.get_recipe() == Recipe()
    ask(editor, "upload", STRICT.to_toml())
    assert editor.get_recipe() == STRICT


@pytest.mark.parametrize("message", [None, [], {"action": "open"}, {"action": "load", "text": 3}])
def test_a_browser_may_ask_for_anything(editor, message):
    editor.bar._take(None, message, [])
    assert editor.get_recipe() == Recipe()


def test_the_saved_recipe_is_compared_with_at_first(editor):
    assert editor.compared_with().name == recipe_files.DEFAULT
    recipe_files.save(editor.workspace, "mine", STRICT)
    ask(editor, "compare", "saved: mine")
    assert editor.compared_with().recipe == STRICT
    assert editor.get_view() == recipe_editor.COMPARE
    assert editor.compare_chooser().value == "saved: mine"
    (editor.workspace.root / "recipes" / "mine.toml").unlink()
    assert "no longer exists" in editor.compared_with().problem


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


def test_start_takes_the_recipe_of_the_address(session, address, monkeypatch):
    monkeypatch.setattr(mo, "state", fake_state)
    recipe_files.save(session.workspace, "mine", STRICT)
    address |= {"recipe": '{"select":{"turns":{"min":7}}}', "saved": "mine"}
    editor = recipe_editor.start(session)
    assert editor.get_recipe().select.turns.min == 7
    assert editor.bar.now["name"] == "saved: mine"
    address |= {"recipe": "{<script>", "saved": "../x"}
    editor = recipe_editor.start(session)
    assert editor.bar.now["is_wrong"]
    assert editor.bar.now["name"] == recipe_files.OWN_TITLE
