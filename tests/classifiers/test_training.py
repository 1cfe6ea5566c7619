"""Training: held-out groups, signs of weights, and what is missing."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.prompts import rows
from workbench.classifiers import (
    prompt_classifier,
    prompt_features,
    training,
)
from workbench.embeddings import embedders
from workbench.exceptions import ModelError

HASHING = embedders.load("hashing")


@pytest.fixture(scope="module")
def trained():
    return prompt_classifier.train(rows(), embedders=[HASHING])


def test_train_evaluates_on_rows_that_it_did_not_see(trained):
    part = trained.model.both[HASHING.digest]
    assert part.evaluation["yes"]["average_precision"] > 0.95
    assert (trained.held_out[trained.targets == 1] > 0).all()
    assert trained.model.trained_on["sources"] == {"test": 40}


def test_train_leaves_out_weights_of_the_wrong_sign(trained):
    parts = [trained.model.surface, *trained.model.both.values()]
    for part in parts:
        for name, weight in part.weights.items():
            assert weight * prompt_features.SIGNS.get(name, 0) >= 0, name


def test_train_says_what_is_missing():
    with pytest.raises(ModelError, match="0 different rows of `no`"):
        prompt_classifier.train(rows().filter(label="fits"))


def test_grouped_rows_are_held_out_together(monkeypatch):
    seen = []
    monkeypatch.setattr(training, "train", lambda rows, **_: seen.append(rows.groups))
    by_author = rows().with_columns(author_id=pl.int_range(pl.len()) % 4)
    prompt_classifier.train(by_author)
    assert len(np.unique(seen[0])) == 4


TWO_GROUPS = st.lists(st.integers(0, 6), min_size=2, max_size=40).filter(lambda n: len(set(n)) > 1)


@given(TWO_GROUPS, st.integers(2, 6))
def test_folds_hold_every_row_out_once_and_keep_groups_together(numbers, parts):
    groups = np.array(numbers)
    held_out = list(training.folds(groups, parts=parts))
    assert len(held_out) == min(parts, len(set(numbers)))
    assert (np.sum(held_out, axis=0) == 1).all()
    for is_held_out in held_out:
        assert not set(groups[is_held_out]) & set(groups[~is_held_out])


def test_folds_are_the_same_every_time_and_of_similar_size():
    groups = np.arange(103) // 2
    first, second = (list(training.folds(groups)) for _ in range(2))
    assert np.array_equal(first, second)
    sizes = [part.sum() for part in first]
    assert max(sizes) - min(sizes) <= 2
