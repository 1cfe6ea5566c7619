"""The rules as controls: from settings to the browser and back, and how a browser shows them."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import fakes
from tests.support.recipes import selections
from workbench import selection
from workbench.dashboard.components import rule_controls
from workbench.dashboard.components.rule_controls import RuleControls
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import CATALOGUE, SelectSettings, active


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    workspace = fakes.workspace(tmp_path_factory.mktemp("controls") / "ws")
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture
def controls(live):
    changes = []
    made = RuleControls(live, SelectSettings(), on_change=lambda *change: changes.append(change))
    return SimpleNamespace(widget=made, changes=changes)


def shown_values(select):
    return json.loads(json.dumps({n: r.model_dump(mode="json") for n, r in active(select).items()}))


@given(select=selections())
def test_untouched_controls_keep_the_recipe(live, select):
    widget = RuleControls(live, select, on_change=lambda *_: None)
    values = json.loads(json.dumps(widget.shown["values"]))
    assert rule_controls.settings(values, before=SelectSettings()) == (select, {})


def test_only_active_rules_are_shown_and_the_others_are_offered_with_a_sentence(controls):
    shown = controls.widget.shown["values"]
    assert shown.keys() == active(SelectSettings()).keys()
    assert [rule["name"] for rule in controls.widget.rules] == list(CATALOGUE)
    assert all(rule["why"].endswith(".") for rule in controls.widget.rules)
    assert controls.widget.axes.keys() == {
        name for name in shown if CATALOGUE[name].kind == "bounds"
    }


def test_every_setting_has_a_name_in_the_browser(controls):
    for rule in controls.widget.rules:
        settings = set(CATALOGUE[rule["name"]].settings.model_fields) - {"require"}
        assert rule["labels"].keys() == settings
        assert "<" not in "".join(rule["labels"].values())


def test_a_change_is_counted_and_passed_on(live, controls):
    values = shown_values(SelectSettings()) | {"turns": {"min": 4, "max": None}}
    controls.widget.edit = {"values": values, "is_final": False}
    ((select, verdicts, is_final),) = controls.changes
    assert (select.turns.min, is_final) == (4, False)
    assert verdicts.equals(live.verdicts(select))
    removes = {row["rule"]: row for row in selection.attribution(verdicts).to_dicts()}
    now = controls.widget.now
    assert now["effects"]["turns"][1] == removes["turns"]["removed_at_all"]
    assert sum(now["kept"]["turns"]) == verdicts["kept"].sum()


def test_an_added_rule_gets_its_axis_and_a_removed_one_is_off(controls):
    values = shown_values(SelectSettings()) | {"similarity": {"min": None, "max": None}}
    values["hashtags"] = {"any_of": [], "none_of": [], "all_of": []}
    del values["answer"]
    controls.widget.edit = {"values": values}
    assert "similarity" in controls.widget.axes
    assert "hashtags" in controls.widget.choices
    assert not controls.widget.select.answer.is_active
    assert controls.widget.select.similarity == SelectSettings().similarity


@pytest.mark.parametrize(
    ("rule", "sent", "expected"),
    [
        ("pattern", {"match": "("}, "must match: not a valid pattern: unclosed group"),
        ("pattern", {"no_match": "(a{99}){99}"}, "repeats multiply to 9,801"),
        ("pattern", {"match": "x" * 2000}, "at most 1000 characters"),
        ("keywords", {"any_of": ["*"]}, "one of: a word is empty"),
        ("language", {"any_of": ["en"], "none_of": ["en"]}, "both required and refused"),
        ("turns", {"min": 9, "max": 2}, "min 9 is above max 2"),
        ("similarity", {"min": 7}, "outside -1 to 1"),
        ("turns", {"min": "many"}, "minimum: should be a number"),
        ("turns", ["<script>"], ""),
        ("likes", {"unknown": "<b>"}, "keep threads without a value"),
    ],
)
def test_a_rule_that_is_not_valid_keeps_its_last_settings(rule, sent, expected):
    before = SelectSettings.model_validate({"pattern": {"match": "^why"}, "turns": {"min": 3}})
    values = shown_values(before) | {rule: sent}
    select, errors = rule_controls.settings(values, before=before)
    assert list(errors) == [rule]
    assert expected in errors[rule]
    assert select == before


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=5,
    )
)
def test_a_browser_may_send_anything(live, sent):
    widget = RuleControls(live, SelectSettings(), on_change=lambda *_: None)
    for values in [sent, {name: sent for name in CATALOGUE}]:
        widget.edit = {"values": values}
        assert isinstance(widget.select, SelectSettings)


def test_names_of_values_are_plain_text(live):
    widget = RuleControls(
        live,
        SelectSettings.model_validate({"hashtags": {"any_of": ["help"]}}),
        on_change=lambda *_: None,
    )
    for _, shown, count in widget.choices["hashtags"]:
        assert "\u202e" not in shown
        assert count > 0


def test_rules_on_own_measures_have_controls_of_their_kind(measured):
    changes = []
    widget = RuleControls(measured, SelectSettings(), on_change=lambda *c: changes.append(c))
    own = {rule["name"]: rule for rule in widget.rules if rule["name"] not in CATALOGUE}
    assert {name: rule["kind"] for name, rule in own.items()} == {
        "mood": "bounds",
        "debt": "bounds",
        "big": "flag",
        "topic": "choice",
    }
    assert own["mood"]["why"] == "How glad it is. From mood.py."
    values = {name: rule["start"] for name, rule in own.items()}
    values["mood"] |= {"min": 0.5}
    values["topic"] |= {"any_of": ["food"]}
    widget.edit = {"values": values, "is_final": True, "turn": 1}
    select, verdicts, _ = changes[-1]
    assert list(select.own) == ["big", "mood", "topic"]
    kept = (measured.scores["mood"] >= 0.5) & measured.scores["big"]
    assert verdicts["kept"].to_list() == kept.to_list()
    assert len(widget.axes["debt"]["edges"]) < 255
    assert [value for value, *_ in widget.choices["topic"]] == ["sport", "food"]
    widget.edit = {"values": {"mood": {"min": "x"}, "big": {"require": 7}}, "turn": 2}
    assert widget.now["errors"].keys() == {"mood", "big"}
    assert list(changes[-1][0].own) == ["big", "mood"]
