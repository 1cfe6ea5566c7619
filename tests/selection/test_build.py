"""Verdicts, and counts of what each rule removes."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from workbench import recipe, selection
from workbench.exceptions import StageError
from workbench.recipe import CATALOGUE, ForbiddenFlag, SelectSettings

NAMES = list(CATALOGUE)


def settings(**chosen):
    return SelectSettings.model_validate({name: {} for name in CATALOGUE} | chosen)


@pytest.fixture
def scores():
    return pl.DataFrame(
        {
            "thread_id": [5, 3, 9, 7, 1],
            "turns": [2, 9, 4, 3, 8],
            "similarity": pl.Series([0.5, 0.9, None, 0.44, 0.1], dtype=pl.Float32),
        }
    )


TWO = settings(turns={"max": 8}, similarity={"min": 0.45})


def verdicts_of(masks):
    """Make verdicts from one list of booleans per rule."""
    columns = {
        f"passes_{name}": pl.Series(mask, dtype=pl.Boolean)
        for name, mask in zip(NAMES, masks, strict=False)
    }
    height = len(masks[0]) if masks else 3
    return pl.DataFrame({"thread_id": list(range(height))} | columns)


def test_from_scores_names_the_first_rule_that_removes_each_thread(scores):
    verdicts = selection.from_scores(scores, settings=TWO)
    assert verdicts.to_dict(as_series=False) == {
        "thread_id": [5, 3, 9, 7, 1],
        "kept": [True, False, False, False, False],
        "removed_by": [None, "turns", "similarity", "similarity", "similarity"],
        "passes_turns": [True, False, True, True, True],
        "passes_similarity": [True, True, False, False, False],
    }


def test_the_default_recipe_removes_openings_that_reply_to_a_missing_tweet_first():
    assert recipe.active(SelectSettings())["opening"] == ForbiddenFlag(require=True)
    scores = pl.DataFrame({"thread_id": [1, 2], "root_lacks_parent": [True, False], "turns": 1})
    chosen = settings(opening={"require": True}, turns={"min": 2})
    verdicts = selection.from_scores(scores, settings=chosen)
    assert verdicts["removed_by"].to_list() == ["opening", "turns"]
    assert selection.attribution(verdicts)["removed_only"].to_list() == [0, 1]


def test_from_scores_accepts_lazy_frames(scores):
    eager = selection.from_scores(scores, settings=TWO)
    assert_frame_equal(selection.from_scores(scores.lazy(), settings=TWO), eager)


def test_from_scores_keeps_everything_if_no_rule_is_active(scores):
    verdicts = selection.from_scores(scores, settings=settings())
    assert verdicts.columns == ["thread_id", "kept", "removed_by"]
    assert verdicts["kept"].all()
    assert verdicts.schema["removed_by"] == pl.String
    assert selection.attribution(verdicts).is_empty()
    assert selection.funnel(verdicts)["left"].to_list() == [5]


def test_from_scores_accepts_an_empty_table(scores):
    verdicts = selection.from_scores(scores.clear(), settings=TWO)
    assert verdicts.is_empty()
    assert selection.attribution(verdicts)["removed_at_all"].to_list() == [0, 0]


masks_of_one_height = st.integers(0, 12).flatmap(
    lambda height: st.lists(
        st.lists(st.booleans(), min_size=height, max_size=height), min_size=1, max_size=13
    )
)


@given(masks_of_one_height)
def test_attribution_equals_brute_force(masks):
    rows = list(zip(*masks, strict=True))
    rules = selection.attribution(verdicts_of(masks)).to_dicts()
    for number, counts in enumerate(rules):
        failed = [row for row in rows if not row[number]]
        assert counts == {
            "rule": NAMES[number],
            "title": CATALOGUE[NAMES[number]].title,
            "removed_first": sum(all(row[:number]) for row in failed),
            "removed_at_all": len(failed),
            "removed_only": sum(sum(row) == len(row) - 1 for row in failed),
            "kept_by_hand": 0,
        }


@given(masks_of_one_height)
def test_funnel_counts_what_is_left_after_each_rule(masks):
    funnel = selection.funnel(verdicts_of(masks))
    left = [len(masks[0])]
    for number in range(len(masks)):
        left.append(sum(all(row[: number + 1]) for row in zip(*masks, strict=True)))
    assert funnel["left"].to_list() == left
    assert funnel["rule"].to_list() == [None, *NAMES[: len(masks)]]


@given(masks_of_one_height)
def test_removed_by_and_removed_first_equal_brute_force(masks):
    verdicts = verdicts_of(masks)
    rows = list(zip(*masks, strict=True))
    first = [next((NAMES[n] for n, passes in enumerate(row) if not passes), None) for row in rows]
    assert selection.removed_by(verdicts).to_list() == first
    for name in NAMES:
        marked = selection.removed_first(verdicts, name)
        assert marked.to_list() == [removed == name for removed in first]
        assert marked.dtype == pl.Boolean


def test_removed_by_without_rules_is_null():
    removed_by = selection.removed_by(verdicts_of([]))
    assert (removed_by.name, removed_by.dtype) == ("removed_by", pl.String)
    assert removed_by.to_list() == [None] * 3
    assert selection.removed_first(verdicts_of([]), "turns").to_list() == [False] * 3


def test_attribution_agrees_with_removed_by(scores):
    verdicts = selection.from_scores(scores, settings=TWO)
    first = dict(selection.attribution(verdicts).select("rule", "removed_first").rows())
    assert first == dict(verdicts["removed_by"].drop_nulls().value_counts().rows())


def test_borderline_finds_the_nearest_threads_that_no_other_rule_removes(scores):
    verdicts = selection.from_scores(scores, settings=TWO)
    near = selection.borderline(scores, verdicts, rule="similarity", settings=TWO, limit=1)
    assert near.select("thread_id", "passes").rows() == [(5, True), (7, False)]
    assert near["distance"].round(3).to_list() == [0.05, 0.01]


def test_borderline_measures_to_the_nearer_bound(scores):
    chosen = settings(turns={"min": 3, "max": 8})
    verdicts = selection.from_scores(scores, settings=chosen)
    near = selection.borderline(scores, verdicts, rule="turns", settings=chosen)
    assert near.select("thread_id", "distance").rows() == [
        (1, 0.0),
        (7, 0.0),
        (9, 1.0),
        (3, 1.0),
        (5, 1.0),
    ]


def test_borderline_of_a_choice_has_no_distance():
    scores = pl.DataFrame({"thread_id": [2, 1, 3], "language": ["en", "de", "en"]})
    chosen = settings(language={"any_of": ["en"]})
    verdicts = selection.from_scores(scores, settings=chosen)
    near = selection.borderline(scores, verdicts, rule="language", settings=chosen)
    assert near.select("thread_id", "distance").rows() == [(2, None), (3, None), (1, None)]


def test_borderline_of_a_rule_that_only_removes_unknown_counts_has_no_distance():
    scores = pl.DataFrame({"thread_id": [2, 1, 3], "likes": [7, None, 0]})
    chosen = settings(likes={"unknown": "remove"})
    verdicts = selection.from_scores(scores, settings=chosen)
    near = selection.borderline(scores, verdicts, rule="likes", settings=chosen)
    assert near.select("thread_id", "passes", "distance").rows() == [
        (2, True, None),
        (3, True, None),
        (1, False, None),
    ]


def test_borderline_refuses_an_inactive_rule(scores):
    verdicts = selection.from_scores(scores, settings=TWO)
    with pytest.raises(StageError, match="`depth` is not active"):
        selection.borderline(scores, verdicts, rule="depth", settings=TWO)
