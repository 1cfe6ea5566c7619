"""What the rules ask of a thread."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workbench import recipe
from workbench.cli.reports import rules as reports
from workbench.exceptions import RecipeError
from workbench.recipe import (
    CATALOGUE,
    Bounds,
    Engagement,
    ForbiddenFlag,
    Hashtags,
    Keywords,
    Languages,
    Pattern,
    Recipe,
    RequiredFlag,
    SelectSettings,
)
from workbench.schemas import Scores


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
        assert rule.kind in ("bounds", "choice", "words", "pattern", "demand")
        assert isinstance(getattr(SelectSettings(), rule.name), rule.settings)


def test_report_says_what_each_setting_removes():
    table = reports.rules()
    names, settings, _ = ([str(cell) for cell in column.cells] for column in table.columns)
    told = {name: text.replace("\\[", "[") for name, text in zip(names, settings, strict=True)}
    flag = "keep only threads where the flag is known to be"
    assert told["completeness"] == f"require = false: {flag} true (`is_complete`)"
    assert told["untruncated"] == f"require = false: {flag} false (`is_truncated`)"
    assert told["insensitive"] == f"require = true: {flag} false (`is_sensitive`)"
    assert told["duplicates"] == f"require = true: {flag} false (`is_duplicate`)"
    assert "max = 0.3: highest value that passes, as a share of words" in told["link_share"]
    assert "min = 2.0: lowest value that passes, in turns" in told["turns"]


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
    with pytest.raises(ValidationError, match="no code of a language"):
        Languages(any_of=(".*",))


def test_hashtags_take_any_case_and_a_hash():
    tags = [["help"], ["help", "ad"], [], None]
    rule = Hashtags(any_of=("#HELP",), none_of=("#Ad",))
    assert passes(rule, tags, pl.List(pl.String)) == [True, False, False, False]
    assert passes(Hashtags(none_of=("ad",)), tags, pl.List(pl.String)) == [True, False, True, False]


def test_hashtags_ask_for_every_one_of_all_of():
    tags = [["help"], ["help", "rstats"], ["rstats", "help", "ad"], [], None]
    rule = Hashtags(all_of=("help", "#RStats"))
    assert passes(rule, tags, pl.List(pl.String)) == [False, True, True, False, False]
    both = Hashtags(all_of=("help", "rstats"), none_of=("ad",))
    assert passes(both, tags, pl.List(pl.String)) == [False, True, False, False, False]


@given(
    st.lists(st.none() | st.integers(0, 5), max_size=12),
    st.none() | st.integers(0, 3),
    st.none() | st.integers(3, 5),
    st.sampled_from(["keep", "remove"]),
)
def test_engagement_takes_unknown_for_unknown_and_not_for_none(values, low, high, unknown):
    expected = [
        unknown == "keep"
        if value is None
        else (low is None or value >= low) and (high is None or value <= high)
        for value in values
    ]
    rule = Engagement(min=low, max=high, unknown=unknown)
    assert passes(rule, values, pl.Int64) == expected
    assert rule.is_active == (low is not None or high is not None or unknown == "remove")


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("bread", "How do I bake BREAD?", True),
        ("bread", "breadcrumbs", False),
        ("bread*", "breadcrumbs", True),
        ("bake  bread", "I bake\nbread", True),
        ("bake bread", "bake some bread", False),
        ("c++", "is c++ hard", True),
        ("c++", "c plus", False),
        ("a.b", "axb", False),
        ("é", "CAFÉ É", True),
        ("sky", "#sky", True),
        ("#sky", "sky", False),
        ("x", "", False),
    ],
)
def test_keywords_are_whole_words_in_any_case(word, text, expected):
    assert passes(Keywords(any_of=(word,)), [text], pl.String) == [expected]
    assert passes(Keywords(none_of=(word,)), [text], pl.String) == [not expected]


def test_pattern_asks_for_one_and_against_the_other():
    texts = ["how do I?", "how come", "why", None]
    assert passes(Pattern(match="^how"), texts, pl.String) == [True, True, False, False]
    rule = Pattern(match="^how", no_match=r"\?$")
    assert passes(rule, texts, pl.String) == [False, True, False, False]


def test_pattern_takes_linear_time():
    # A pattern and a text that take engines with backtracking longer than the sun will burn.
    assert passes(Pattern(match="^(a+)+$"), ["a" * 5000 + "b"], pl.String) == [False]


def test_pattern_may_repeat_a_hundred_times():
    assert passes(Pattern(match="^(a{10}b){10}$"), [("a" * 10 + "b") * 10], pl.String) == [True]


def test_demand_and_freedom_are_opposites_and_fail_the_unknown():
    flags = [True, False, None]
    assert passes(RequiredFlag(require=True), flags, pl.Boolean) == [True, False, False]
    assert passes(ForbiddenFlag(require=True), flags, pl.Boolean) == [False, True, False]


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_a_rule_at_rest_passes_everything(name):
    rule = CATALOGUE[name]
    frame = Scores.create_empty().lazy().collect()
    empty = pl.DataFrame({rule.column: [None]}, schema={rule.column: frame.schema[rule.column]})
    assert empty.with_columns(passes=rule.passes(rule.settings()))["passes"].to_list() == [True]


def test_active_gives_the_rules_that_can_remove_in_order():
    at_rest = SelectSettings.model_validate({name: {} for name in CATALOGUE})
    assert recipe.active(at_rest) == {}
    chosen = SelectSettings.model_validate(
        {name: {} for name in CATALOGUE} | {"similarity": {"min": 0.5}, "turns": {"max": 9}}
    )
    assert list(recipe.active(chosen)) == ["turns", "similarity"]


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
        ("[select.turns]\nleast = 3", "select.turns.least: unknown name\n"),
        ("[select.turns]\nminimum = 3", "minimum: unknown name; did you mean `min`"),
        ("[select.turn]\nmin = 3", "turn: unknown name; did you mean `turns`"),
        ("[select.turns]\nmin = true", "min: should be a number"),
        ("[select.likes]\nmax = '3'", "max: should be a number"),
        ("[select.suitability]\nmin = 5", "min 5 is outside of 0 to 1"),
        ("[select.link_share]\nmax = -0.1", "max -0.1 is outside of 0 to 1"),
        ("[select.similarity]\nmin = 1.5", "min 1.5 is outside of -1 to 1 .cosine"),
        ("[select.similarity_mean]\nmax = -2", "max -2 is outside of -1 to 1"),
        ("[select.language]\nany_of = 'en'", "any_of: should be a list"),
        ("[select.language]\nany_of = ['english']", "`english` is no code of a language"),
        ("[select.language]\nnone_of = ['']", "no code of a language"),
        ("[select.language]\nany_of = ['EN']\nnone_of = ['en']", "refused by none_of"),
        ("[select.hashtags]\nall_of = ['#Ad']\nnone_of = ['ad']", "`ad` is asked for, and refused"),
        ("[select.keywords]\nany_of = ['a']\nnone_of = ['b', 'A']", "`A` is asked for"),
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
def test_select_settings_refuse_what_is_impossible(text, complaint):
    with pytest.raises(RecipeError, match=complaint):
        Recipe.from_toml(text)
