"""The sidebar holds the summary and the rules, once."""

from tests.support.marimo_state import fake_state
from workbench.dashboard.curate import sidebar
from workbench.dashboard.curate.recipe_editor import RecipeEditor
from workbench.recipe import Recipe
from workbench.selection import hand_list


def test_the_sidebar_shows_both_widgets_in_a_landmark(live, monkeypatch):
    monkeypatch.setattr("marimo.state", fake_state)
    text = sidebar.show(RecipeEditor(live, Recipe())).text
    assert text.count("<marimo-anywidget") == 2
    assert '<aside class="wb-side" aria-label="Rules">' in text


def test_notes_say_what_was_decided_by_hand_and_which_code_runs(own):
    assert sidebar.notes(own.workspace, Recipe()) == ""
    hand_list.decide(own.workspace, [1, 2], what="turn", decision="drop")
    text = sidebar.notes(own.workspace, Recipe.from_toml("[score]\ncode = ['mine.py']"))
    assert "turns dropped: 2 (by_hand.csv)" in text
    assert "runs code from this workspace when threads are scored: mine.py" in text
