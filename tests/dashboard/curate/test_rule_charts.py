"""Charts of all rules and of one rule."""

import re
from types import SimpleNamespace

import pytest

from workbench.dashboard.curate import rule_charts
from workbench.recipe import CATALOGUE, SelectSettings
from workbench.selection import removed_first


def test_the_chooser_offers_all_rules_and_each_rule_with_bounds(live):
    options = rule_charts.chooser(live).options
    bounds = {rule.title for rule in CATALOGUE.values() if rule.kind == "bounds"}
    assert set(options) == bounds | {rule_charts.EVERY_RULE}


@pytest.mark.parametrize("rule", ["", "turns", "suitability"])
def test_a_choice_is_drawn(live, rule):
    settings = SelectSettings()
    shown = rule_charts.show(
        live, live.verdicts(settings), chooser=SimpleNamespace(value=rule), settings=settings
    )
    assert ("label 20 more" in shown.text) == bool(rule)


def test_kept_and_removed_threads_stand_beside_the_charts(live):
    settings = SelectSettings()
    verdicts = live.verdicts(settings)
    text = rule_charts.show(
        live, verdicts, chooser=SimpleNamespace(value="suitability"), settings=settings
    ).text
    sides = text.split('data-testid="sample-')[1:]
    linked = [set(map(int, re.findall(r"thread=(\d+)", side))) for side in sides]
    kept = set(verdicts.filter("kept")["thread_id"])
    removed = set(verdicts.filter(removed_first(verdicts, "suitability"))["thread_id"])
    sizes = [min(len(ids), rule_charts.SHOWN) for ids in (kept, removed)]
    assert [len(ids) for ids in linked] == sizes
    assert all(sizes)
    assert linked[0] <= kept
    assert linked[1] <= removed
