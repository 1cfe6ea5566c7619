"""The sidebar holds the summary and the rules, once."""

from tests.support.marimo_state import fake_state
from workbench.dashboard.curate import sidebar
from workbench.dashboard.curate.recipe_editor import RecipeEditor
from workbench.recipe import Recipe


def test_the_sidebar_shows_both_widgets_in_a_landmark(live, monkeypatch):
    monkeypatch.setattr("marimo.state", fake_state)
    text = sidebar.show(RecipeEditor(live, Recipe())).text
    assert text.count("<marimo-anywidget") == 2
    assert '<aside class="wb-side" aria-label="Rules">' in text
