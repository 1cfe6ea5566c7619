"""The recipe: what it accepts, refuses, and how it is hashed."""

import pytest

from workbench.exceptions import RecipeError
from workbench.recipe import Recipe


def test_to_toml_reads_back_as_the_same():
    recipe = Recipe.from_toml("[select.turns]\nmin = 3\nmax = 9\n[export]\nroles = 'author'")
    assert Recipe.from_toml(recipe.to_toml()) == recipe


def test_from_toml_lists_every_wrong_setting():
    text = "[select.turn]\nmin = 3\n[select.depth]\nmin = 5\nmax = 2\n[threads]\nmin_turns = 0"
    with pytest.raises(RecipeError, match="3 wrong") as caught:
        Recipe.from_toml(text, name="mine.toml")
    for place in ["mine.toml", "select.turn", "select.depth", "threads.min_turns"]:
        assert place in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[selct.turns]\nmin = 3", "selct: unknown name; did you mean `select`?"),
        ("[export]\nformat = ['oasst']", "export.format: unknown name; did you mean `formats`?"),
        ("[export]\nzzz = 1", "export.zzz: unknown name"),
        ("[export]\nformats = 'oasst'", 'export.formats: should be a list, such as ["a", "b"]'),
        ("[export]\nformats = [1]", "export.formats.0: should be text in quotes"),
        ("[select]\nturns = 3", "select.turns: should be a table, written [select.turns]"),
        ("[threads]\nmin_turns = 'two'", "threads.min_turns: should be a whole number, unable"),
        (
            "[threads]\nquotes_as_replies = 'ja'",
            "threads.quotes_as_replies: should be true or false",
        ),
        ("[embed]\ncascade = 1", "embed.cascade: should be less than 1"),
    ],
)
def test_from_toml_complains_in_the_words_of_a_recipe(text, complaint):
    with pytest.raises(RecipeError) as caught:
        Recipe.from_toml(text)
    assert f"\n  {complaint}" in caught.value.problem


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[select.turns]\nmin = 3", encoding="utf-8-sig")
    assert Recipe.load(path).select.turns.min == 3


def test_from_toml_says_where_the_text_is_broken():
    with pytest.raises(RecipeError, match="line 2"):
        Recipe.from_toml("[select.turns]\nmin =\n")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_load_says_how_to_get_a_recipe(tmp_path, content):
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RecipeError, match="workbench recipe"):
        Recipe.load(path)


def test_splits_leave_some_to_train():
    split = Recipe.from_toml("[export]\nvalidation = 0.1\ntest = 0.2").export.shares
    assert split == pytest.approx({"train": 0.7, "validation": 0.1, "test": 0.2})
    with pytest.raises(RecipeError, match="leave nothing to train"):
        Recipe.from_toml("[export]\nvalidation = 0.5\ntest = 0.5")


def test_digest_follows_the_named_sections_only():
    default, other = Recipe(), Recipe.from_toml("[select.turns]\nmin = 3")
    assert default.digest("threads") == other.digest("threads")
    assert default.digest("select") != other.digest("select")
    assert default.digest() != other.digest()
    assert default.digest() == Recipe().digest()


OLD_NAMES = "[score]\ndetector = 'mine.json'\nreplies = 'ours.json'\n"
NEW_NAMES = "[score]\nprompt_classifier = 'mine.json'\nreply_classifier = 'ours.json'\n"
#: Digest of the default section `[score]` before its settings were renamed.
SCORE_DIGEST = "3e2773600753cf76"


def test_recipe_of_an_earlier_version_loads_and_is_written_with_the_new_names():
    recipe = Recipe.from_toml(OLD_NAMES)
    assert recipe == Recipe.from_toml(NEW_NAMES)
    assert recipe.score.prompt_classifier == "mine.json"
    assert recipe.score.reply_classifier == "ours.json"
    assert 'prompt_classifier = "mine.json"\nreply_classifier = "ours.json"' in recipe.to_toml()
    assert "detector" not in recipe.to_toml()


def test_digests_stay_those_of_earlier_versions():
    assert Recipe().digest("score") == SCORE_DIGEST
    assert Recipe.from_toml(OLD_NAMES).digest() == Recipe.from_toml(NEW_NAMES).digest()
    assert Recipe.from_toml(OLD_NAMES).digest("score") != SCORE_DIGEST


def test_recipe_with_both_names_of_a_setting_is_refused():
    with pytest.raises(RecipeError, match=r"score\.detector: unknown name"):
        Recipe.from_toml("[score]\nprompt_classifier = 'a.json'\ndetector = 'b.json'")
