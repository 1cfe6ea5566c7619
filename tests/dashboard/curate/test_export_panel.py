"""Controls of an export."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.property_tests import examples
from workbench.dashboard.curate import export_panel
from workbench.recipe import Recipe, SelectSettings

RECIPE = Recipe.from_toml("[export]\nformats = ['tree']\nvalidation = 0.2\nlinks = 'keep'")


@settings(max_examples=examples(30))
@given(
    st.sampled_from(["mask", "remove", "keep"]),
    st.sampled_from(["best", "all", "tree"]),
    st.integers(0, 60).map(lambda share: share / 100),
)
def test_untouched_controls_change_nothing(links, paths, share):
    recipe = Recipe.model_validate({"export": {"links": links, "paths": paths, "test": share}})
    values = export_panel.controls(recipe.export).value
    assert export_panel.edited(recipe, select=recipe.select, values=values) == recipe


def test_controls_change_the_recipe_and_call_back():
    calls = []
    controls = export_panel.controls(RECIPE.export, on_change=calls.append)
    controls._update({"roles": ["first_reply"]})
    recipe = export_panel.edited(RECIPE, select=RECIPE.select, values=controls.value)
    assert recipe.export.roles == "first_reply"
    assert len(calls) == 1


def test_values_that_are_not_valid_together_change_nothing():
    values = {"validation": 0.6, "test": 0.6}
    recipe = export_panel.edited(Recipe(), select=SelectSettings(), values=values)
    assert recipe.export == Recipe().export


def test_controls_of_rated_replies_and_meta_change_the_recipe():
    recipe = Recipe.model_validate({"export": {"margin": 0.005, "meta": "record"}})
    controls = export_panel.controls(recipe.export)
    assert export_panel.edited(recipe, select=recipe.select, values=controls.value) == recipe
    controls._update({"preferred_by": ["either"], "kto_bad": 0.2, "meta": ["sidecar"]})
    edited = export_panel.edited(recipe, select=recipe.select, values=controls.value).export
    assert (edited.preferred_by, edited.kto_bad, edited.meta) == ("either", 0.2, "sidecar")
    # Thresholds that contradict each other change nothing.
    controls._update({"kto_bad": 0.9})
    edited = export_panel.edited(recipe, select=recipe.select, values=controls.value).export
    assert edited == recipe.export


@pytest.mark.parametrize("replies", ["auto", "best", "all", 3, 7])
def test_the_control_of_replies_offers_words_and_numbers(replies):
    recipe = Recipe.model_validate({"export": {"replies": replies, "min_answer": 0.4}})
    controls = export_panel.controls(recipe.export)
    assert export_panel.edited(recipe, select=recipe.select, values=controls.value) == recipe
    controls._update({"replies": ["2"]})
    edited = export_panel.edited(recipe, select=recipe.select, values=controls.value)
    assert (edited.export.replies, edited.export.min_answer) == (2, 0.4)


def test_the_rule_decides_the_lowest_answer_until_the_box_is_cleared():
    controls = export_panel.controls(RECIPE.export, rule_min=0.3)
    assert export_panel.edited(RECIPE, select=RECIPE.select, values=controls.value) == RECIPE
    controls._update({"min_answer_as_rule": False})
    recipe = export_panel.edited(RECIPE, select=RECIPE.select, values=controls.value)
    assert recipe.export.min_answer == 0.3
    own = export_panel.controls(recipe.export, rule_min=0.1)
    assert export_panel.edited(recipe, select=recipe.select, values=own.value) == recipe
    own._update({"min_answer": 0.75})
    recipe = export_panel.edited(recipe, select=recipe.select, values=own.value)
    assert recipe.export.min_answer == 0.75
    own._update({"min_answer_as_rule": True})
    recipe = export_panel.edited(recipe, select=recipe.select, values=own.value)
    assert recipe.export.min_answer is None
