"""From settings to controls and back."""

import pytest
from hypothesis import given

from tests.support import fakes
from tests.support.recipes import selections
from workbench import selection
from workbench.dashboard.components import rule_controls
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import CATALOGUE, SelectSettings


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    workspace = fakes.workspace(tmp_path_factory.mktemp("controls") / "ws")
    return ScoresSession(workspace, workspace.read("scores"))


def there_and_back(live, select):
    """Build the controls of a recipe and read them untouched."""
    axes = live.axes(select)
    made = rule_controls.build(select, axes=axes, choices=live.choices())
    return rule_controls.settings(made.value, axes=axes, start=select)


@given(select=selections())
def test_untouched_controls_keep_the_recipe(live, select):
    assert there_and_back(live, select) == select


def test_slider_at_its_end_sets_no_bound(live):
    axes = live.axes(SelectSettings())
    made = rule_controls.build(SelectSettings(), axes=axes, choices=live.choices())
    edges = axes["similarity"].edges
    values = made.value | {"similarity": [edges[0], edges[-1]]}
    chosen = rule_controls.settings(values, axes=axes, start=SelectSettings())
    assert chosen.similarity.is_active is False
    verdicts = live.verdicts(chosen)
    assert "similarity" not in selection.attribution(verdicts)["rule"]


def test_every_setting_has_a_control(live):
    """Bounds share a slider, and a flag is a switch; every other setting has its own control."""
    axes = live.axes(SelectSettings())
    made = rule_controls.build(SelectSettings(), axes=axes, choices=live.choices())
    for name, rule in CATALOGUE.items():
        for key in rule.settings.model_fields:
            assert (name if key in ("min", "max", "require") else f"{name}.{key}") in made.elements


def test_unknown_counts_and_hashtags_all_of_can_be_asked(live):
    axes = live.axes(SelectSettings())
    made = rule_controls.build(SelectSettings(), axes=axes, choices=live.choices())
    values = made.value | {"likes.unknown": False, "hashtags.all_of": ["music", "now"]}
    chosen = rule_controls.settings(values, axes=axes, start=SelectSettings())
    assert (chosen.likes.unknown, chosen.retweets.unknown) == ("remove", "keep")
    assert chosen.hashtags.all_of == ("music", "now")


@pytest.mark.parametrize(
    ("typed", "words", "match"),
    [
        ({"keywords.any_of": " how to,, bake* "}, ("how to", "bake*"), "^why"),
        ({"pattern.match": "^how"}, ("a, b",), "^how"),
        ({"pattern.match": "("}, ("a, b",), "^why"),
        ({"keywords.any_of": "*"}, ("a, b",), "^why"),
    ],
)
def test_valid_words_and_patterns_are_used(live, typed, words, match):
    start = SelectSettings.model_validate(
        {"keywords": {"any_of": ["a, b"]}, "pattern": {"match": "^why"}}
    )
    axes = live.axes(start)
    made = rule_controls.build(start, axes=axes, choices=live.choices())
    chosen = rule_controls.settings(made.value | typed, axes=axes, start=start)
    assert (chosen.keywords.any_of, chosen.pattern.match) == (words, match)


@pytest.mark.parametrize(
    ("typed", "rule", "expected"),
    [
        ({"pattern.match": "("}, "pattern", "must match: not a valid pattern: unclosed group"),
        ({"pattern.no_match": "(a{99}){99}"}, "pattern", "repeats multiply to 9,801"),
        ({"pattern.match": "x" * 2000}, "pattern", "at most 1000 characters"),
        ({"keywords.any_of": "*"}, "keywords", "one of: a word is empty"),
        ({"language.none_of": ["en"]}, "language", "`en` is both required and refused (none_of)"),
    ],
)
def test_errors_name_the_field_with_invalid_text(live, typed, rule, expected):
    start = SelectSettings()
    made = rule_controls.build(start, axes=live.axes(start), choices=live.choices())
    assert rule_controls.errors(made.value, start=start) == {}
    errors = rule_controls.errors(made.value | typed, start=start)
    assert list(errors) == [rule]
    assert expected in errors[rule]
    assert rule_controls.settings(made.value | typed, axes=live.axes(start), start=start) == start
