"""Column maps of a recipe: what they accept, and how they are printed."""

import pytest

from workbench.exceptions import RecipeError
from workbench.recipe import ColumnMap, Recipe

MAP = '[ingest.columns]\ntweet_id = "Tweet Id"\ntext = "Text"\n'


def test_recipe_with_a_map_is_printed_and_read_again():
    recipe = Recipe.from_toml(MAP + 'likes = ["likes", "favs"]\ncreated_at_format = "%d.%m.%Y"\n')
    assert recipe.ingest.columns.likes == ("likes", "favs")
    assert recipe.ingest.columns.author_name is None
    assert 'tweet_id = "Tweet Id"\n' in recipe.to_toml()
    assert Recipe.from_toml(recipe.to_toml()) == recipe


def test_recipe_without_a_map_has_none():
    assert Recipe().ingest.columns is None
    assert "ingest.columns" not in Recipe().to_toml()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('[ingest.columns]\ntext = "a"', "ingest.columns.tweet_id: is missing"),
        (MAP + 'author = "a"', "ingest.columns.author: unknown name; did you mean `author_"),
        (MAP + "lang = 3", "ingest.columns.lang: should be the name of a column, or a list"),
        (MAP + 'lang = ""', "ingest.columns.lang: should be the name of a column, or a list"),
        (MAP + "lang = []", "ingest.columns.lang: should be the name of a column, or a list"),
        (MAP + 'created_at_format = "iso"', "ingest.columns.created_at_format: should be seconds"),
        (MAP + 'created_at_format = "%Q"', "ingest.columns.created_at_format: should be seconds"),
        ("[ingest]\ncolumns = 3", "ingest.columns: should be a table, written [ingest.columns]"),
    ],
)
def test_wrong_maps_are_refused_in_the_words_of_a_recipe(text, error):
    with pytest.raises(RecipeError) as caught:
        Recipe.from_toml(text)
    assert f"\n  {error}" in caught.value.problem


def test_digest_follows_every_setting():
    maps = [
        ColumnMap(tweet_id="id", text="text"),
        ColumnMap(tweet_id="id", text="body"),
        ColumnMap(tweet_id="id", text="text", created_at_format="seconds"),
        ColumnMap(tweet_id=["id", "url"], text="text"),
    ]
    assert len({each.digest() for each in maps}) == len(maps)
    assert maps[0].digest() == ColumnMap(text=["text"], tweet_id=["id"]).digest()
