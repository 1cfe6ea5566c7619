"""Charts of an evaluation show the results of `classifiers.evaluation`."""

import numpy as np
import polars as pl

from workbench import charts
from workbench.classifiers import evaluation

TRUTH = np.arange(400) % 3 == 0
CHANCES = np.linspace(0, 1, 400)


def rows(chart):
    return [row for data in chart.to_dict()["datasets"].values() for row in data]


def test_precision_recall_draws_a_limited_number_of_points():
    curve = evaluation.precision_recall(TRUTH, CHANCES)
    drawn = rows(charts.evaluation.precision_recall({"new": curve}))
    assert 0 < len(drawn) <= 2 * charts.evaluation.POINTS
    assert {row["of"] for row in drawn} == {"new"}


def test_calibration_draws_every_bin_and_the_diagonal():
    bins = evaluation.calibration(TRUTH, CHANCES)
    drawn = rows(charts.evaluation.calibration({"new": bins, "in use": bins}))
    assert len(drawn) == 2 * bins.height + 2


def test_yields_draws_the_present_threshold():
    expected = evaluation.expected(pl.Series(CHANCES))
    drawn = rows(charts.evaluation.yields({"new": expected}, current=0.3))
    assert [row["place"] for row in drawn if "place" in row] == [0.3]
    assert max(row["kept"] for row in drawn if "kept" in row) == 400
