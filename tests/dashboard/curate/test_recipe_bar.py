"""The bar passes on what a browser asks for, if it is an action that it knows."""

import pytest

from workbench.dashboard.curate import recipe_bar
from workbench.dashboard.curate.recipe_bar import RecipeBar


@pytest.mark.parametrize("action", recipe_bar.ACTIONS)
def test_known_actions_are_passed_on(action):
    asked = []
    bar = RecipeBar(lambda *words: asked.append(words))
    bar._take(None, {"action": action, "text": "x", "replace": True}, [])
    bar._take(None, {"action": action, "replace": "yes"}, [])
    assert asked == [(action, "x", True), (action, "", False)]


@pytest.mark.parametrize("message", [None, 3, {}, {"action": "rm"}, {"action": ["save"]}])
def test_anything_else_is_ignored(message):
    asked = []
    RecipeBar(lambda *words: asked.append(words))._take(None, message, [])
    assert asked == []
