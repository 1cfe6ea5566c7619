"""Errors of wrong settings, in the words of a recipe."""

import pytest

from workbench.exceptions import RecipeError
from workbench.recipe import Recipe


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[selct.turns]\nmin = 3", "selct: unknown name; did you mean `select`?"),
        ("[export]\nformat = ['oasst']", "export.format: unknown name; did you mean `formats`?"),
        ("[export]\nzzz = 1", "export.zzz: unknown name"),
        ("[export]\nformats = 'oasst'", 'export.formats: should be a list, like ["a", "b"]'),
        ("[export]\nformats = [1]", "export.formats.0: should be text in quotes"),
        (
            "[export]\nformats = ['oasst', 'nonsense']",
            "export.formats: There is no export format `nonsense`. The formats are oasst, ",
        ),
        ("[export]\nformats = ['mesages']", "export.formats: There is no export format `mesages`"),
        ("[export]\nformats = ['oasst.parquet']", "export.formats: The format `oasst` cannot be"),
        ("[select]\nturns = 3", "select.turns: should be a table, written [select.turns]"),
        ("[threads]\nmin_turns = 'two'", "threads.min_turns: should be a whole number, unable"),
        (
            "[threads]\nquotes_as_replies = 'ja'",
            "threads.quotes_as_replies: should be true or false",
        ),
        ("[embed]\ncascade = 1", "embed.cascade: should be less than 1"),
    ],
)
def test_lines_explain_errors_in_the_words_of_a_recipe(text, error):
    with pytest.raises(RecipeError) as caught:
        Recipe.from_toml(text)
    assert f"\n  {error}" in caught.value.problem
