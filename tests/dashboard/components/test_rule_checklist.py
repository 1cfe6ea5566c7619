"""Why a thread is kept or removed: each active rule with value and bound."""

import pytest

from workbench import selection
from workbench.dashboard.components import rule_checklist
from workbench.recipe import SelectSettings, active
from workbench.selection import hand_list

EVERY_KIND = SelectSettings.model_validate(
    {
        "completeness": {"require": True},
        "language": {"any_of": ["en"], "none_of": ["ja"]},
        "hashtags": {"none_of": ["ad"]},
        "keywords": {"any_of": ["why", "how"]},
        "pattern": {"match": "<b>"},
        "turns": {"min": 3, "max": 9},
        "suitability": {"min": 0.5},
    }
)


@pytest.mark.parametrize("settings", [SelectSettings(), EVERY_KIND], ids=["default", "every kind"])
def test_checks_agree_with_the_verdicts(live, settings):
    masks = live.verdicts(settings)
    for thread_id in live.scores["thread_id"][::50]:
        checks = rule_checklist.of_thread(live, thread_id, settings)
        passes = selection.by_rule(masks.filter(thread_id=thread_id))
        assert [check.passes for check in checks] == [mask.all() for mask in passes.values()]
        assert len(checks) == len(active(settings))


def test_each_kind_of_rule_says_what_it_asks_for(live):
    checks = rule_checklist.of_thread(live, live.scores["thread_id"][0], EVERY_KIND)
    asks = {check.title: check.asks for check in checks}
    assert asks["Complete"] == "yes"
    assert asks["Not sensitive"] == "no"
    assert asks["Language"] == "one of en; none of ja"
    assert asks["Hashtags"] == "none of ad"
    assert asks["Keywords"] == "one of why, how"
    assert asks["Turns"] == "3 to 9 turns"
    assert asks["Suitable request"] == "at least 0.5 probability"
    values = {check.title: check.value for check in checks}
    assert values["Language"] == live.scores["language"][0]
    assert values["Pattern"] == ""
    html = rule_checklist.draw(checks)
    assert "matches &lt;b&gt;" in html


def test_sentence_counts_the_rules_and_nothing_is_drawn_without_any(live):
    off = SelectSettings.model_validate({name: {} for name in SelectSettings.model_fields})
    assert rule_checklist.of_thread(live, live.scores["thread_id"][0], off) == []
    assert rule_checklist.sentence([]) == "Kept: no rule is active"
    assert rule_checklist.draw([]) == ""
    assert rule_checklist.of_thread(live, 17, SelectSettings()) == []


def test_decision_by_hand_comes_first_and_decides(own):
    thread_id = own.scores["thread_id"][0]
    note = "<b>why</b>"
    hand_list.decide(own.workspace, [thread_id], what="thread", decision="drop", note=note)
    checks = rule_checklist.of_thread(own, thread_id, SelectSettings())
    assert (checks[0].title, checks[0].value, checks[0].passes) == ("By hand", "dropped", False)
    assert not rule_checklist.is_kept(checks)
    assert rule_checklist.sentence(checks).startswith("Dropped by hand: <b>why</b>; ")
    assert "<b>why" not in rule_checklist.draw(checks)
    hand_list.decide(own.workspace, [thread_id], what="thread", decision="keep")
    assert rule_checklist.is_kept(rule_checklist.of_thread(own, thread_id, SelectSettings()))
