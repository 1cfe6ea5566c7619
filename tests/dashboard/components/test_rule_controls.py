"""From controls to recipes and back."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.support import fakes
from workbench import selection
from workbench.dashboard.components import navigation, rule_controls
from workbench.dashboard.session import recipe_url
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import RecipeError
from workbench.recipe import CATALOGUE, Recipe, SelectSettings
from workbench.schemas import Scores


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    workspace = fakes.workspace(tmp_path_factory.mktemp("controls") / "ws")
    return ScoresSession(workspace, workspace.read("scores"))


def there_and_back(live, select):
    """Build the controls of a recipe and read them untouched."""
    axes = live.axes(select)
    made = rule_controls.build(select, axes=axes, choices=live.choices())
    return rule_controls.settings(made.value, axes=axes, start=select)


shares = st.none() | st.integers(0, 100).map(lambda n: n / 100)
numbers = st.none() | st.integers(0, 1000).map(lambda n: n / 100) | st.integers(-3, 10**6)


@st.composite
def selections(draw):
    found = {}
    for name, rule in CATALOGUE.items():
        if rule.kind == "bounds":
            bounds = shares if getattr(Scores.columns()[rule.column], "max", None) else numbers
            low, high = sorted([draw(bounds), draw(bounds)], key=lambda n: (n is None, n or 0))
            unknown = st.sampled_from(["keep", "remove"])
            rest = {key: draw(unknown) for key in rule_controls.parts(rule)}
            found[name] = {"min": low, "max": high} | rest
        elif rule.kind == "demand":
            found[name] = {"require": draw(st.booleans())}
        elif rule.kind == "words":
            words = st.lists(st.sampled_from(["how to", "now, then", "c++", "bake*"]), unique=True)
            found[name] = _dealt(draw(words), rule)
        elif rule.kind == "pattern":
            patterns = st.sampled_from(["", r"^how\b", r"\?$"])
            found[name] = {"match": draw(patterns), "no_match": draw(patterns)}
        else:
            values = st.lists(st.sampled_from(["en", "ja", "help", "xx"]), unique=True)
            found[name] = _dealt(draw(values), rule)
    try:
        return SelectSettings.model_validate(found)
    except ValidationError:
        return SelectSettings()


def _dealt(values, rule):
    """Give each value to one of the settings of a rule: what is asked for cannot be refused."""
    keys = rule_controls.parts(rule)
    return {key: values[place :: len(keys)] for place, key in enumerate(keys)}


@settings(deadline=None)
@given(select=selections())
def test_untouched_controls_keep_the_recipe(live, select):
    assert there_and_back(live, select) == select


def test_slider_at_its_end_asks_for_nothing(live):
    axes = live.axes(SelectSettings())
    made = rule_controls.build(SelectSettings(), axes=axes, choices=live.choices())
    edges = axes["similarity"].edges
    values = made.value | {"similarity": [edges[0], edges[-1]]}
    found = rule_controls.settings(values, axes=axes, start=SelectSettings())
    assert found.similarity.is_active is False
    verdicts = live.verdicts(found)
    assert "similarity" not in selection.attribution(verdicts)["rule"]


def test_every_setting_has_a_control(live):
    """Bounds share a slider, and a demand is a switch; each of the others is by its name."""
    axes = live.axes(SelectSettings())
    made = rule_controls.build(SelectSettings(), axes=axes, choices=live.choices())
    for name, rule in CATALOGUE.items():
        for key in rule.settings.model_fields:
            assert (name if key in ("min", "max", "require") else f"{name}.{key}") in made.elements


def test_unknown_counts_and_hashtags_all_of_can_be_asked(live):
    axes = live.axes(SelectSettings())
    made = rule_controls.build(SelectSettings(), axes=axes, choices=live.choices())
    values = made.value | {"likes.unknown": False, "hashtags.all_of": ["music", "now"]}
    found = rule_controls.settings(values, axes=axes, start=SelectSettings())
    assert (found.likes.unknown, found.retweets.unknown) == ("remove", "keep")
    assert found.hashtags.all_of == ("music", "now")


@pytest.mark.parametrize(
    ("typed", "words", "match"),
    [
        ({"keywords.any_of": " how to,, bake* "}, ("how to", "bake*"), "^why"),
        ({"pattern.match": "^how"}, ("a, b",), "^how"),
        ({"pattern.match": "("}, ("a, b",), "^why"),
        ({"keywords.any_of": "*"}, ("a, b",), "^why"),
    ],
)
def test_typed_words_and_patterns_hold_where_they_are_valid(live, typed, words, match):
    start = SelectSettings.model_validate(
        {"keywords": {"any_of": ["a, b"]}, "pattern": {"match": "^why"}}
    )
    axes = live.axes(start)
    made = rule_controls.build(start, axes=axes, choices=live.choices())
    found = rule_controls.settings(made.value | typed, axes=axes, start=start)
    assert (found.keywords.any_of, found.pattern.match) == (words, match)


@pytest.mark.parametrize(
    ("typed", "rule", "said"),
    [
        ({"pattern.match": "("}, "pattern", "must match: not a valid pattern: unclosed group"),
        ({"pattern.no_match": "(a{99}){99}"}, "pattern", "repeats multiply to 9,801"),
        ({"pattern.match": "x" * 2000}, "pattern", "at most 1000 characters"),
        ({"keywords.any_of": "*"}, "keywords", "one of: a word is empty"),
        ({"language.none_of": ["en"]}, "language", "`en` is both required and refused (none_of)"),
    ],
)
def test_complaints_say_what_is_wrong_where_it_was_typed(live, typed, rule, said):
    start = SelectSettings()
    made = rule_controls.build(start, axes=live.axes(start), choices=live.choices())
    assert rule_controls.errors(made.value, start=start) == {}
    told = rule_controls.errors(made.value | typed, start=start)
    assert list(told) == [rule]
    assert said in told[rule]
    assert rule_controls.settings(made.value | typed, axes=live.axes(start), start=start) == start


@given(selections())
def test_query_carries_the_selection(select):
    recipe = Recipe(select=select)
    assert recipe_url.from_query(recipe_url.to_query(recipe), recipe=Recipe()) == recipe


def test_ways_carry_the_filter_to_the_other_apps():
    recipe = Recipe.from_toml("[select.pattern]\nmatch = '<b>&\"'")
    found = re.findall(r'href="([^"]+)"', navigation.filter_links(recipe).text)
    assert len(found) == 3
    for address in found:
        asked = parse_qs(urlsplit(address).query)
        assert asked["kind"] == ["Kept"]
        assert recipe_url.from_query(asked["recipe"][0], recipe=Recipe()) == recipe


def test_query_leaves_the_other_sections_alone():
    own = Recipe.from_toml("[embed]\nmodel = 'hashing'\n[select.turns]\nmin = 9")
    found = recipe_url.from_query('{"select":{"turns":{"min":3}}}', recipe=own)
    assert (found.embed.model, found.select.turns.min) == ("hashing", 3)
    assert recipe_url.from_query(None, recipe=own) == own


@pytest.mark.parametrize("text", ["{", "[]", '{"select":{"turns":{"min":"x"}}}', '{"evil":1}', "1"])
def test_damaged_query_is_refused(text):
    with pytest.raises(RecipeError, match="damaged"):
        recipe_url.from_query(text, recipe=Recipe())


@pytest.mark.parametrize(("query", "low"), [(None, 4), ('{"select":{"turns":{"min":5}}}', 5)])
def test_start_prefers_the_address_to_the_workspace(tmp_path, query, low):
    workspace = fakes.workspace(tmp_path / "ws", threads=2)
    workspace.write_text("recipe.toml", "[select.turns]\nmin = 4")
    recipe, complaint = recipe_url.start(workspace, query=query)
    assert (recipe.select.turns.min, complaint) == (low, "")
