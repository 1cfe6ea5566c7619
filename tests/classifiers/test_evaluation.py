"""Evaluation against brute force: precision, calibration, and groups that stay together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.classifiers import evaluation

CASES = st.lists(
    st.tuples(st.booleans(), st.integers(0, 5).map(lambda number: number / 5)),
    min_size=1,
    max_size=30,
)


def arrays(cases):
    return np.array([truth for truth, _ in cases]), np.array([score for _, score in cases])


@given(CASES)
def test_precision_recall_is_that_of_each_threshold(cases):
    truth, scores = arrays(cases)
    for row in evaluation.precision_recall(truth, scores).to_dicts():
        passes = scores >= row["threshold"]
        assert row["found"] == passes.sum()
        assert row["precision"] == pytest.approx(truth[passes].mean())
        assert row["recall"] == pytest.approx((truth & passes).sum() / max(1, truth.sum()))


@given(CASES)
def test_average_precision_is_the_mean_over_positives(cases):
    truth, scores = arrays(cases)
    precisions = [truth[scores >= score].mean() for score in scores[truth]]
    expected = np.mean(precisions) if precisions else np.nan
    precision = evaluation.average_precision(truth, scores)
    assert precision == pytest.approx(expected, nan_ok=True)


def test_average_precision_never_finds_rows_without_a_score():
    truth = np.array([True, True])
    assert evaluation.average_precision(truth, np.array([0.9, np.nan])) == pytest.approx(0.5)


@given(CASES)
def test_calibration_counts_every_row_once(cases):
    truth, scores = arrays(cases)
    bins = evaluation.calibration(truth, scores)
    assert bins["rows"].sum() == len(cases)
    assert (bins["rows"] * bins["found"]).sum() == pytest.approx(truth.sum())
    assert 0 <= evaluation.calibration_error(truth, scores) <= 1


def test_calibration_error_is_zero_if_shares_are_as_predicted():
    truth = np.array([True, False, True, False])
    assert evaluation.calibration_error(truth, np.full(4, 0.5)) == 0
    doubled = np.array([2.0, 1, 2, 1])
    error = evaluation.calibration_error(truth, np.full(4, 0.5), weights=doubled)
    assert error == pytest.approx(2 / 3 - 1 / 2)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=20))
def test_expected_is_the_sum_of_probabilities(scores):
    values = np.array([np.nan if score is None else score for score in scores])
    for row in evaluation.expected(values).to_dicts():
        kept = values[values >= row["threshold"]]
        assert row["kept"] == len(kept)
        assert row["expected_yield"] == pytest.approx(kept.sum())
        assert (row["expected_precision"] is None) == (len(kept) == 0)


@given(st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 4)), max_size=14))
def test_groups_are_the_connected_rows(rows):
    vectors = np.eye(5, dtype=np.float32)[[spot for spot, _ in rows]].reshape(-1, 5)
    groups = evaluation.groups(vectors, [author for _, author in rows])
    reach = np.array(
        [[a[0] == b[0] or (a[1] is not None and a[1] == b[1]) for b in rows] for a in rows]
    ).reshape(len(rows), len(rows))
    for _ in rows:
        reach = reach | (reach @ reach)
    same = groups[:, None] == groups[None, :]
    assert (same == reach).all()
