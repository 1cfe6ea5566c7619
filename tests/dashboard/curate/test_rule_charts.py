"""Charts of all rules and of one rule."""

from types import SimpleNamespace

import pytest

from workbench.dashboard.curate import rule_charts
from workbench.recipe import CATALOGUE, SelectSettings


def test_the_chooser_offers_all_rules_and_each_rule_with_bounds():
    options = rule_charts.chooser().options
    bounds = {rule.title for rule in CATALOGUE.values() if rule.kind == "bounds"}
    assert set(options) == bounds | {rule_charts.EVERY_RULE}


@pytest.mark.parametrize("rule", ["", "turns", "suitability"])
def test_a_choice_is_drawn(live, rule):
    settings = SelectSettings()
    shown = rule_charts.show(
        live, live.verdicts(settings), chooser=SimpleNamespace(value=rule), settings=settings
    )
    assert ("label 20 more" in shown.text) == bool(rule)
