"""Recipes in the address of a page."""

import pytest
from hypothesis import given

from tests.support import fakes
from tests.support.recipes import selections
from workbench.dashboard.session import recipe_url
from workbench.exceptions import RecipeError
from workbench.recipe import Recipe


@given(selections())
def test_query_carries_the_selection(select):
    recipe = Recipe(select=select)
    assert recipe_url.from_query(recipe_url.to_query(recipe), recipe=Recipe()) == recipe


def test_query_leaves_the_other_sections_alone():
    own = Recipe.from_toml("[embed]\nmodel = 'hashing'\n[select.turns]\nmin = 9")
    recipe = recipe_url.from_query('{"select":{"turns":{"min":3}}}', recipe=own)
    assert (recipe.embed.model, recipe.select.turns.min) == ("hashing", 3)
    assert recipe_url.from_query(None, recipe=own) == own


@pytest.mark.parametrize("text", ["{", "[]", '{"select":{"turns":{"min":"x"}}}', '{"evil":1}', "1"])
def test_damaged_query_is_refused(text):
    with pytest.raises(RecipeError, match="damaged"):
        recipe_url.from_query(text, recipe=Recipe())


@pytest.mark.parametrize(("query", "low"), [(None, 4), ('{"select":{"turns":{"min":5}}}', 5)])
def test_start_prefers_the_recipe_in_the_address(tmp_path, query, low):
    workspace = fakes.workspace(tmp_path / "ws", threads=2)
    workspace.write_text("recipe.toml", "[select.turns]\nmin = 4")
    recipe, complaint = recipe_url.start(workspace, query=query)
    assert (recipe.select.turns.min, complaint) == (low, "")


def test_address_with_an_unknown_measure_is_not_used(own):
    recipe, problem = recipe_url.start(
        own.workspace, query='{"select": {"own": {"gone": {"min": 1}}}}'
    )
    assert recipe == Recipe()
    assert "no measure `gone`" in problem


def test_code_does_not_come_with_an_address():
    recipe = recipe_url.from_query('{"score": {"code": ["evil.py"]}}', recipe=Recipe())
    assert recipe.score.code == ()
