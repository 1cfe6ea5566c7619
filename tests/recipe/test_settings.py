"""Recipes: reading, writing, refusing and hashing them."""

import pytest

from workbench.exceptions import RecipeError
from workbench.recipe import Recipe


def test_to_toml_round_trips():
    recipe = Recipe.from_toml("[select.turns]\nmin = 3\nmax = 9\n[export]\nroles = 'author'")
    assert Recipe.from_toml(recipe.to_toml()) == recipe


def test_from_toml_lists_every_wrong_setting():
    text = "[select.turn]\nmin = 3\n[select.depth]\nmin = 5\nmax = 2\n[threads]\nmin_turns = 0"
    with pytest.raises(RecipeError, match="3 wrong") as caught:
        Recipe.from_toml(text, name="mine.toml")
    for place in ["mine.toml", "select.turn", "select.depth", "threads.min_turns"]:
        assert place in str(caught.value)


def test_load_ignores_a_byte_order_mark(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[select.turns]\nmin = 3", encoding="utf-8-sig")
    assert Recipe.load(path).select.turns.min == 3


def test_from_toml_names_the_broken_line():
    with pytest.raises(RecipeError, match="line 2"):
        Recipe.from_toml("[select.turns]\nmin =\n")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_load_explains_how_to_write_a_recipe(tmp_path, content):
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RecipeError, match="workbench recipe"):
        Recipe.load(path)


def test_digest_depends_only_on_the_named_sections():
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


def test_the_lowest_answer_of_an_export_is_that_of_the_rule_unless_it_has_its_own():
    def lowest(text):
        return Recipe.from_toml(text).export_settings.min_answer

    assert lowest("") == Recipe().select.answer.min
    assert lowest("[select.answer]\nmin = 0.6") == 0.6
    assert lowest("[select.answer]\nmin = 0.6\n[export]\nmin_answer = 0.1") == 0.1
    assert lowest("[select.answer]\nmax = 0.9") == 0
