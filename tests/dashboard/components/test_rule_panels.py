"""The controls of all rules with their effects."""

import pytest

from workbench import selection
from workbench.dashboard.components import rule_controls, rule_panels
from workbench.recipe import CATALOGUE, Bounds, SelectSettings


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        (Bounds(min=2, max=5), "2 to 5"),
        (Bounds(min=2, max=2), "exactly 2"),
        (Bounds(max=0.25), "at most 0.25"),
        (Bounds(), "any"),
    ],
)
def test_bounds_in_words(bounds, text):
    assert rule_panels.bounds(bounds) == text


def test_every_rule_shows_its_effect_or_its_error(live, verdicts):
    settings = SelectSettings()
    axes = live.axes(settings)
    text = rule_panels.rules(
        rule_controls.build(settings, axes=axes, choices=live.choices()),
        settings,
        axes=axes,
        kept=verdicts["kept"],
        attribution=selection.attribution(live.verdicts(settings)),
        errors={"pattern": "<script>"},
    ).text
    assert text.count('role="group"') == len(CATALOGUE)
    assert "Not used. &lt;script&gt;" in text
    assert "off: removes nothing" in text
