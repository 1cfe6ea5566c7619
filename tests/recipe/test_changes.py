"""Change a recipe by Python values, and see what differs from the defaults."""

import pytest

from workbench.exceptions import RecipeError
from workbench.recipe import Bounds, ColumnMap, Recipe, active

RULES = len(active(Recipe().select))


def test_a_mapping_changes_only_what_it_names():
    recipe = Recipe().with_(turns={"max": 9}, export={"roles": "author"})
    assert recipe.select.turns == Bounds(min=2, max=9)
    assert recipe.export.roles == "author"
    assert recipe.export.formats == Recipe().export.formats
    assert recipe.with_(turns={}) == recipe


def test_an_object_replaces_a_rule_and_none_switches_it_off():
    recipe = Recipe().with_(turns=Bounds(max=9), depth={"min": 2})
    assert recipe.select.turns == Bounds(max=9)
    assert recipe.with_(depth=None, turns=None).select.turns == Bounds()
    assert recipe.with_(select={"depth": None, "turns": {"min": 2, "max": None}}) == Recipe()
    assert recipe.with_(select=None).select == Recipe().select
    assert Recipe().with_(export={"roles": "author"}).with_(export=None) == Recipe()


def test_a_table_that_was_empty_can_be_set_and_emptied():
    columns = {"tweet_id": "id", "text": "body"}
    recipe = Recipe().with_(ingest={"columns": columns})
    assert recipe.ingest.columns == ColumnMap(**columns)
    assert recipe.with_(ingest={"columns": None}) == Recipe()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"similarty": {"min": 0.4}}, "did you mean `similarity`"),
        ({"exports": {}}, "did you mean `export`"),
        ({"similarity": {"mn": 0.4}}, "did you mean `min`"),
        ({"similarity": 0.4}, "select.similarity: should be a table"),
        ({"similarity": {"min": 4}}, "outside -1 to 1"),
        ({"select": {"turn": {"min": 4}}}, "did you mean `turns`"),
        ({"select": 3}, "select: should be a table"),
    ],
)
def test_wrong_settings_are_named(settings, words):
    with pytest.raises(RecipeError, match=words):
        Recipe().with_(**settings)


def test_a_recipe_shows_what_differs_from_the_defaults():
    assert repr(Recipe()) == str(Recipe()) == f"Recipe with {RULES} active rules: the defaults"
    shown = str(Recipe().with_(turns=None, similarity={"min": 0.4}, language={"any_of": ["de"]}))
    assert shown.splitlines() == [
        f"Recipe with {RULES} active rules: the defaults, except",
        '  select.language.any_of = ["de"]',
        "  select.turns: off",
        "  select.similarity.min = 0.4",
    ]
