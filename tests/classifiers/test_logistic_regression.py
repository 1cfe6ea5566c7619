"""Logistic regression: the optimum, and a calibration that keeps the order."""

import numpy as np
import pytest

from workbench.classifiers import logistic_regression


def test_fit_finds_where_the_loss_is_flat():
    draw = np.random.default_rng(0)
    inputs = draw.normal(size=(300, 4))
    chances = logistic_regression.sigmoid(inputs @ np.array([2.0, -1, 0, 0.5]) - 0.3)
    targets = (draw.random(300) < chances).astype(float)
    penalties, counts = np.array([0.5, 1, 2, 3]), draw.uniform(0.5, 2, 300)
    line = logistic_regression.fit(inputs, targets, penalties=penalties, weights=counts)
    wrong = counts * (logistic_regression.sigmoid(line.log_odds(inputs)) - targets)
    assert np.abs(inputs.T @ wrong + penalties * line.weights).max() < 1e-3
    assert abs(wrong.sum()) < 1e-3


def test_fit_stays_finite_where_the_classes_are_apart():
    inputs = np.array([[-1.0], [1.0]])
    line = logistic_regression.fit(inputs, np.array([0.0, 1.0]), penalties=np.array([1e-3]))
    assert np.isfinite(line.weights).all()
    assert line.weights[0] > 0


def test_calibrate_never_turns_the_order_around():
    slope, shift = logistic_regression.calibrate(np.array([1.0, -1.0]), np.array([0.0, 1.0]))
    assert slope == 0
    assert logistic_regression.sigmoid(np.array([shift]))[0] == pytest.approx(0.5, abs=1e-3)
