"""What the rules ask of a thread."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import rules
from workbench.exceptions import RecipeError
from workbench.rules import CATALOGUE, Bounds, Demand, Freedom, Hashtags, Languages, SelectSettings
from workbench.schemas import Scores
from workbench.settings import Recipe


def passes(settings, values, dtype):
    frame = pl.DataFrame({"value": pl.Series(values, dtype=dtype)})
    return frame.with_columns(passes=settings.passes("value"))["passes"].to_list()


def test_catalogue_has_every_setting_in_order():
    assert list(CATALOGUE) == list(SelectSettings.model_fields)
    assert all(rule.name == name for name, rule in CATALOGUE.items())


def test_catalogue_names_columns_of_scores_and_says_why():
    assert {rule.column for rule in CATALOGUE.values()} <= set(Scores.column_names())
    for rule in CATALOGUE.values():
        assert rule.title
        assert rule.why.endswith(".")
        assert rule.kind in ("bounds", "choice", "demand")
        assert isinstance(getattr(SelectSettings(), rule.name), rule.settings)


def test_bounds_include_both_ends_in_the_type_of_the_column():
    assert passes(Bounds(max=0.3), [0.3, 0.30001], pl.Float32) == [True, False]
    assert passes(Bounds(min=2, max=3), [1, 2, 3, 4], pl.UInt32) == [False, True, True, False]
    assert passes(Bounds(min=2.5), [2, 3], pl.UInt32) == [False, True]


@given(
    st.lists(st.none() | st.floats(allow_nan=True, width=32), max_size=20),
    st.none() | st.integers(-5, 5),
    st.none() | st.integers(0, 9),
)
def test_bounds_never_give_null_and_fail_what_is_not_known(values, low, span):
    high = None if span is None else (low or 0) + span
    expected = [
        (low is None and high is None)
        or (
            value is not None
            and not math.isnan(value)
            and (low is None or value >= low)
            and (high is None or value <= high)
        )
        for value in values
    ]
    assert passes(Bounds(min=low, max=high), values, pl.Float32) == expected


def test_languages_match_regions_and_not_longer_codes():
    codes = ["en", "EN-gb", "en_US", "enm", "de", None]
    assert passes(Languages(any_of=("En",)), codes, pl.String) == [True] * 3 + [False] * 3
    only_british = Languages(any_of=("en-GB",))
    assert passes(only_british, codes, pl.String) == [False, True] + [False] * 4
    assert passes(Languages(none_of=("en",)), codes, pl.String) == [False] * 3 + [True] * 2 + [
        False
    ]


def test_languages_are_no_pattern():
    assert passes(Languages(any_of=(".*",)), ["en"], pl.String) == [False]


def test_hashtags_take_any_case_and_a_hash():
    tags = [["help"], ["help", "ad"], [], None]
    rule = Hashtags(any_of=("#HELP",), none_of=("#Ad",))
    assert passes(rule, tags, pl.List(pl.String)) == [True, False, False, False]
    assert passes(Hashtags(none_of=("ad",)), tags, pl.List(pl.String)) == [True, False, True, False]


def test_demand_and_freedom_are_opposites_and_fail_the_unknown():
    flags = [True, False, None]
    assert passes(Demand(require=True), flags, pl.Boolean) == [True, False, False]
    assert passes(Freedom(require=True), flags, pl.Boolean) == [False, True, False]


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_a_rule_at_rest_passes_everything(name):
    rule = CATALOGUE[name]
    frame = Scores.create_empty().lazy().collect()
    empty = pl.DataFrame({rule.column: [None]}, schema={rule.column: frame.schema[rule.column]})
    assert empty.with_columns(passes=rule.passes(rule.settings()))["passes"].to_list() == [True]


def test_active_gives_the_rules_that_can_remove_in_order():
    at_rest = SelectSettings.model_validate({name: {} for name in CATALOGUE})
    assert rules.active(at_rest) == {}
    chosen = SelectSettings.model_validate(
        {name: {} for name in CATALOGUE} | {"similarity": {"min": 0.5}, "turns": {"max": 9}}
    )
    assert list(rules.active(chosen)) == ["turns", "similarity"]


def test_select_settings_survive_toml():
    text = '[select.turns]\nmin = 3\n[select.language]\nany_of = ["de"]\n'
    text += "[select.insensitive]\nrequire = false\n[select.similarity]\n"
    recipe = Recipe.from_toml(text)
    assert recipe.select.turns == Bounds(min=3)
    assert recipe.select.language == Languages(any_of=("de",))
    assert not recipe.select.similarity.is_active
    assert Recipe.from_toml(recipe.to_toml()) == recipe


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[select.turns]\nmin = 3\nmax = 2", "min 3 is above max 2"),
        ("[select.turns]\nmin = nan", "finite"),
        ("[select.turns]\nleast = 3", "Extra inputs"),
        ("[select.luck]\nmin = 3", "Extra inputs"),
    ],
)
def test_select_settings_refuse_what_is_impossible(text, complaint):
    with pytest.raises(RecipeError, match=complaint):
        Recipe.from_toml(text)
