"""Impossible settings of an export are refused."""

import pytest
from pydantic import ValidationError

from workbench.exceptions import RecipeError
from workbench.recipe import ExportSettings, Recipe


def test_splits_must_leave_threads_for_training():
    split = Recipe.from_toml("[export]\nvalidation = 0.1\ntest = 0.2").export.shares
    assert split == pytest.approx({"train": 0.7, "validation": 0.1, "test": 0.2})
    with pytest.raises(RecipeError, match="leave nothing for training"):
        Recipe.from_toml("[export]\nvalidation = 0.5\ntest = 0.5")


def test_good_replies_must_be_better_than_bad_ones():
    with pytest.raises(RecipeError, match=r"kto_bad 0.6 is not below kto_good 0.5"):
        Recipe.from_toml("[export]\nkto_bad = 0.6")
    assert Recipe.from_toml("[export]\nkto_good = 0.9\nkto_bad = 0.6").export.kto_bad == 0.6


@pytest.mark.parametrize("margin", [0, -0.1, 1.5])
def test_a_margin_is_a_difference_of_probabilities(margin):
    with pytest.raises(RecipeError, match="margin"):
        Recipe.from_toml(f"[export]\nmargin = {margin}")


@pytest.mark.parametrize("replies", [0, -1, True, 1.5, "some", None])
def test_replies_are_a_word_or_a_whole_number(replies):
    with pytest.raises(ValidationError):
        ExportSettings.model_validate({"replies": replies})


def test_a_wrong_number_of_replies_is_explained():
    expected = 'export.replies: should be "auto", "best", "all" or a whole number from 1'
    with pytest.raises(RecipeError, match=expected):
        Recipe.from_toml("[export]\nreplies = 0")
