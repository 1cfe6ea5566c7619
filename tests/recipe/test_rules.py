"""The catalogue of rules and the `[select]` section of a recipe."""

import polars as pl
import pytest

from workbench import recipe
from workbench.exceptions import RecipeError
from workbench.recipe import CATALOGUE, Bounds, Languages, Recipe, SelectSettings
from workbench.recipe.own_rules import OwnBounds
from workbench.schemas import Scores


def test_catalogue_has_every_setting_in_order():
    assert [*CATALOGUE, "own"] == list(SelectSettings.model_fields)
    assert all(rule.name == name for name, rule in CATALOGUE.items())


def test_catalogue_describes_each_rule():
    assert {rule.column for rule in CATALOGUE.values()} <= set(Scores.column_names())
    for rule in CATALOGUE.values():
        assert rule.title
        assert rule.why.endswith(".")
        assert rule.kind in ("bounds", "choice", "words", "pattern", "flag")
        assert isinstance(getattr(SelectSettings(), rule.name), rule.settings)


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_an_inactive_rule_passes_everything(name):
    rule = CATALOGUE[name]
    frame = Scores.create_empty().lazy().collect()
    empty = pl.DataFrame({rule.column: [None]}, schema={rule.column: frame.schema[rule.column]})
    assert empty.with_columns(passes=rule.passes(rule.settings()))["passes"].to_list() == [True]


def test_active_returns_the_rules_that_can_remove_in_order():
    inactive = SelectSettings.model_validate({name: {} for name in CATALOGUE})
    assert recipe.active(inactive) == {}
    chosen = SelectSettings.model_validate(
        {name: {} for name in CATALOGUE} | {"similarity": {"min": 0.5}, "turns": {"max": 9}}
    )
    assert list(recipe.active(chosen)) == ["turns", "similarity"]


def test_select_settings_round_trip_through_toml():
    text = '[select.turns]\nmin = 3\n[select.language]\nany_of = ["de"]\n'
    text += "[select.insensitive]\nrequire = false\n[select.similarity]\n"
    recipe = Recipe.from_toml(text)
    assert recipe.select.turns == Bounds(min=3)
    assert recipe.select.language == Languages(any_of=("de",))
    assert not recipe.select.similarity.is_active
    assert Recipe.from_toml(recipe.to_toml()) == recipe


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[select.turns]\nmin = 3\nmax = 2", "min 3 is above max 2"),
        ("[select.turns]\nmin = nan", "finite"),
        ("[select.turns]\nleast = 3", "select.turns.least: unknown name\n"),
        ("[select.turns]\nminimum = 3", "minimum: unknown name; did you mean `min`"),
        ("[select.turn]\nmin = 3", "turn: unknown name; did you mean `turns`"),
        ("[select.turns]\nmin = true", "min: should be a number"),
        ("[select.likes]\nmax = '3'", "max: should be a number"),
        ("[select.suitability]\nmin = 5", "min 5 is outside 0 to 1"),
        ("[select.link_share]\nmax = -0.1", "max -0.1 is outside 0 to 1"),
        ("[select.similarity]\nmin = 1.5", "min 1.5 is outside -1 to 1 .cosine"),
        ("[select.similarity_mean]\nmax = -2", "max -2 is outside -1 to 1"),
        ("[select.language]\nany_of = 'en'", "any_of: should be a list"),
        ("[select.language]\nany_of = ['english']", "`english` is not a language code"),
        ("[select.language]\nnone_of = ['']", "not a language code"),
        ("[select.language]\nany_of = ['EN']\nnone_of = ['en']", "both required and refused"),
        (
            "[select.hashtags]\nall_of = ['#Ad']\nnone_of = ['ad']",
            "`ad` is both required and refused",
        ),
        ("[select.keywords]\nany_of = ['a']\nnone_of = ['b', 'A']", "`A` is both required"),
        ("[select.pattern]\nmatch = '('", "unclosed group"),
        ("[select.pattern]\nmatch = '(?=a)b'", "look-around"),
        (r"[select.pattern]" "\n" r"no_match = '(a)\1'", "backreferences"),
        ("[select.pattern]\nmatch = '(a{100}){100}'", "repeats multiply to 10,000"),
        ("[select.pattern]\nmatch = '((a|b|é).{0,30}){1,30}z'", "repeats multiply to 900, more"),
        ("[select.pattern]\nmatch = 'a{101}'", "repeats multiply to 101, more than 100"),
        ("[select.pattern]\nmatch = '" + r"\w" * 450 + "'", "size limit"),
        (f"[select.pattern]\nmatch = '{'a' * 1001}'", "at most 1000 characters"),
        ("[select.keywords]\nany_of = ['a', ' ']", "a word is empty"),
        ("[select.keywords]\nnone_of = ['*']", "a word is empty"),
        (f"[select.keywords]\nany_of = ['{'a' * 1001}']", "more than 2000 words"),
        ("[select.hashtags]\nany_of = ['#', '']", "a hashtag is empty"),
        ("[select.hashtags]\nnone_of = ['ad', ' ＃ ']", "a hashtag is empty"),
        ("[select.hashtags]\nall_of = ['']", "a hashtag is empty"),
        ("[select.likes]\nunknown = 'guess'", "'keep' or 'remove'"),
    ],
)
def test_select_settings_refuse_impossible_values(text, error):
    with pytest.raises(RecipeError, match=error):
        Recipe.from_toml(text)


def test_rules_of_ones_own_are_found_like_the_built_in_ones():
    own = SelectSettings(own={"mood": {"min": 0.5}})
    assert own.rule("mood").min == 0.5
    assert not own.rule("gone").is_active
    changed = own.with_rules(
        {"turns": Bounds(min=4), "calm": OwnBounds(max=1), "mood": OwnBounds()}
    )
    assert changed.turns.min == 4
    assert list(changed.own) == ["calm"]
