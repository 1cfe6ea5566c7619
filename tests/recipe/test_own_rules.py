"""Rules on measures of one's own in a recipe."""

import pytest

from workbench.exceptions import RecipeError
from workbench.recipe import Recipe, RequiredFlag
from workbench.recipe.own_rules import OwnBounds, OwnValues


def own(text):
    return Recipe.from_toml(text).select.own


def test_keys_decide_the_kind_of_a_rule():
    assert own("[select.own.mood]\nmin = 0.5") == {"mood": OwnBounds(min=0.5)}
    assert own("[select.own.mood]\nrequire = true") == {"mood": RequiredFlag(require=True)}
    assert own("[select.own.mood]\nnone_of = ['a']") == {"mood": OwnValues(none_of=["a"])}


def test_a_recipe_with_own_rules_is_written_and_read_again():
    recipe = Recipe.from_toml("[select.own.mood]\nmin = 0.5\n[select.own.big]\nrequire = true")
    assert Recipe.from_toml(recipe.to_toml()) == recipe
    assert list(recipe.select.own) == ["big", "mood"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[select.own.mood]\nmni = 1", r"select.own.mood.mni: unknown name; did you mean `min`"),
        ("[select.own.turns]\nmin = 1", r"`turns` is the name of a built-in column"),
        ("[select.own.mood]\nmin = 'a'", r"select.own.mood.min: should be a number"),
        (
            "[select.own]\nmood = 3",
            r"select.own.mood: should be a table, written \[select.own.mood\]",
        ),
        ("[select.mood]\nmin = 1", r"select.mood: unknown name"),
        ("[score]\ncode = ['../mood.py']", r"`../mood.py` is not a file name"),
        ("[score]\ncode = ['a.py', 'a.py']", r"score.code: a name is listed twice"),
    ],
)
def test_wrong_own_rules_are_explained(text, problem):
    with pytest.raises(RecipeError, match=problem):
        own(text)


def test_digest_of_recipes_without_own_rules_is_that_of_earlier_versions():
    assert Recipe().digest() == "e8164fb71c6bbcd7"
    assert Recipe(select={"own": {"mood": {"min": 1}}}).digest() != Recipe().digest()
