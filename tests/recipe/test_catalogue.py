"""Rules by name, built-in and own."""

from workbench.recipe import CATALOGUE, SelectSettings, active
from workbench.schemas.own_measures import OwnMeasure


def test_own_measures_become_rules_of_their_kind():
    own = [
        OwnMeasure("mood", "score", about="Mood.", unit="points", higher="better"),
        OwnMeasure("topic", "text"),
    ]
    rules = CATALOGUE.with_own(own)
    assert list(rules)[-2:] == ["mood", "topic"]
    assert rules["mood"].tooltip == "Mood. Unit: points. Higher is better. "
    assert [rules[name].kind for name in ("mood", "topic")] == ["bounds", "choice"]
    assert "mood" not in CATALOGUE


def test_unknown_name_is_a_rule_on_the_column_of_that_name():
    rule = CATALOGUE["polite_words"]
    assert (rule.title, rule.column, rule.mask) == (
        "Polite words",
        "polite_words",
        "passes_polite_words",
    )


def test_active_own_rules_come_last_by_name():
    settings = SelectSettings(own={"b": {"min": 1}, "a": {"require": True}, "off": {}})
    assert list(active(settings))[-2:] == ["a", "b"]
