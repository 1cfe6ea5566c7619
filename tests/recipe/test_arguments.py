"""A recipe may be an object, a path or a mapping."""

import pytest

from workbench.exceptions import RecipeError
from workbench.recipe import Recipe, as_recipe


def test_paths_are_loaded_and_mappings_checked(tmp_path):
    recipe = Recipe().with_(turns={"min": 3})
    path = tmp_path / "strict.toml"
    path.write_text(recipe.to_toml())
    assert as_recipe(path) == as_recipe(str(path)) == as_recipe(recipe) == recipe
    assert as_recipe({"select": {"turns": {"min": 3}}}) == recipe
    assert as_recipe(None) == Recipe()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("no-such.toml", "no-such.toml cannot be read"),
        ({"select": {"turn": {}}}, "did you mean `turns`"),
        ({"turns": {"min": 3}}, "turns"),
        (3, "cannot be of type int"),
    ],
)
def test_anything_else_is_refused(wrong, words):
    with pytest.raises(RecipeError, match=words):
        as_recipe(wrong)
