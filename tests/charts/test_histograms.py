"""Histograms contain every thread, with its verdict."""

import json

import polars as pl
import pytest

from tests.support import fakes
from workbench import charts, selection
from workbench.recipe import CATALOGUE, SelectSettings


@pytest.fixture(scope="module")
def scores():
    return fakes.scores(2000)


@pytest.fixture(scope="module")
def verdicts(scores):
    return selection.from_scores(scores, settings=SelectSettings())


def rows(spec):
    """Gather the rows of all data sets of a chart."""
    return [row for rows in spec["datasets"].values() for row in rows]


def threads_by_bin(scores, verdicts, rule):
    column = CATALOGUE[rule].column
    return charts.bins(scores.with_columns(verdicts["kept"]), column)


@pytest.mark.parametrize("rule", [n for n, rule in CATALOGUE.items() if rule.kind == "bounds"])
def test_histogram_contains_every_thread_with_a_value(scores, verdicts, rule):
    bins = threads_by_bin(scores, verdicts, rule)
    spec = charts.histogram(bins, title="x", min=1).to_dict()
    drawn = [row for row in rows(spec) if "threads" in row]
    known = scores.height - scores[CATALOGUE[rule].column].null_count()
    assert sum(row["threads"] for row in drawn) == known
    kept = sum(row["threads"] for row in drawn if row["verdict"] == "kept")
    assert kept == scores.filter(verdicts["kept"])[CATALOGUE[rule].column].count()
    assert len(rows(spec)) < 400


def test_histogram_stacks_removed_on_kept():
    frame = pl.DataFrame({"score": [1, 1, 1, 2], "kept": [True, False, False, True]})
    spec = charts.histogram(charts.bins(frame, "score"), title="x").to_dict()
    drawn = {(row["position"], row["verdict"]): (row["bottom"], row["top"]) for row in rows(spec)}
    assert drawn == {(0, "kept"): (0, 1), (0, "removed"): (1, 3), (1, "kept"): (0, 1)}


def test_histogram_draws_its_thresholds_where_they_belong():
    frame = pl.DataFrame({"score": [0, 10], "kept": [True, True]})
    spec = charts.histogram(charts.bins(frame, "score"), title="x", min=3, max=7.5).to_dict()
    lines = [(row["place"], row["threshold"]) for row in rows(spec) if "place" in row]
    assert lines == [(3, "min 3"), (7.5, "max 7.5")]


def test_histogram_says_how_many_values_are_unknown():
    frame = pl.DataFrame({"score": [*range(5), *[None] * 1234], "kept": [True] * 1239})
    spec = charts.histogram(charts.bins(frame, "score"), title="x").to_dict()
    assert spec["title"]["subtitle"] == "1,234 threads have no value"


def test_histogram_contains_no_text_of_a_thread(scores, verdicts):
    hostile = scores.with_columns(hashtags=pl.lit(["<script>"]), nearest_instruction=pl.lit("<i>"))
    bins = threads_by_bin(hostile, verdicts, "similarity")
    spec = json.dumps(charts.histogram(bins, title="x").to_dict())
    assert "<" not in spec


def test_histogram_of_no_thread_is_a_chart():
    empty = pl.DataFrame(schema={"score": pl.Int64, "kept": pl.Boolean})
    charts.histogram(charts.bins(empty, "score"), title="x").to_dict()
