"""Every rule, chart and order has one text that says what it measures."""

from workbench.dashboard.session.scores_session import ORDERS
from workbench.recipe import CATALOGUE
from workbench.schemas import Scores
from workbench.schemas.measures import MEASURES


def test_every_rule_and_order_has_a_measure():
    columns = {rule.column for rule in CATALOGUE.values()} | {
        column for column, _ in ORDERS.values()
    }
    assert columns - {"shuffle"} <= set(MEASURES)
    assert set(MEASURES) - {"nearness"} <= set(Scores.column_names())


def test_tooltips_say_meaning_unit_and_direction():
    for column, measure in MEASURES.items():
        assert measure.about.endswith("."), column
        if measure.kind in ("count", "score", "seconds"):
            assert f"Unit: {measure.unit}." in measure.tooltip
            assert "better" in measure.tooltip


def test_a_rule_says_what_it_measures_and_why():
    rule = CATALOGUE["suitability"]
    assert rule.tooltip.startswith(rule.measure.about)
    assert rule.tooltip.endswith(rule.why)
    assert "Higher is better." in rule.tooltip
