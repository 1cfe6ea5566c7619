"""Figures are shown only if there are enough labels, and their interval is honest."""

import numpy as np
import polars as pl
import pytest

from workbench import labels
from workbench.classifiers import evaluation, quality


@pytest.mark.parametrize(
    ("yes", "no", "text"),
    [
        (1, 24, "too few to tell: needs 9 more yes"),
        (0, 0, "too few to tell: needs 10 more yes and 10 more no"),
        (30, 9, "too few to tell: needs 1 more no"),
        (10, 10, ""),
    ],
)
def test_too_few_says_how_many_are_missing(yes, no, text):
    assert quality.too_few(yes, no) == text
    targets = np.array([1.0] * yes + [0.0] * no + [0.4] * 30)
    figures = quality.of(targets, np.linspace(0.9, 0.1, len(targets)))
    assert (figures.average_precision is None) == bool(text)
    assert (figures.rows, figures.yes, figures.no, figures.borderline) == (
        yes + no + 30,
        yes,
        no,
        30,
    )


def test_interval_is_that_of_a_plain_bootstrap():
    draw = np.random.default_rng(3)
    truth = draw.random(120) < 0.3
    # Rounded, so that many rows share a rank.
    chances = np.round(np.clip(truth * 0.2 + draw.random(120) * 0.8, 0, 1), 1)
    plain = []
    for _ in range(400):
        rows = draw.integers(0, 120, 120)
        plain.append(evaluation.average_precision(truth[rows], chances[rows]))
    expected = np.quantile(plain, quality.ENDS)
    assert quality.interval(truth, chances) == pytest.approx(expected, abs=0.03)
    assert quality.interval(truth[::-1], chances[::-1]) == pytest.approx(
        quality.interval(truth, chances), abs=0.03
    )


def test_interval_narrows_with_more_labels():
    def width(count):
        truth = np.arange(count) % 3 == 0
        chances = np.random.default_rng(5).random(count) + 0.3 * truth
        low, high = quality.interval(truth, chances)
        assert low < evaluation.average_precision(truth, chances) < high
        return high - low

    assert width(3000) < width(300) < width(45)


def test_sets_are_your_labels_and_the_fair_ones_among_them():
    sources = ["labelled_tweets"] * 30 + [labels.OWN] * 20 + [labels.OWN_AT_RANDOM] * 20
    rows = pl.DataFrame({"source": sources}).with_columns(
        target=(pl.int_range(pl.len()) % 2).cast(pl.Float64), chance=0.5
    )
    figures = quality.by_set(rows)
    assert {name: one.rows for name, one in figures.items()} == {
        quality.EVERY: 70,
        quality.OWN: 40,
        quality.FAIR: 20,
    }
    assert figures[quality.FAIR].average_precision == pytest.approx(0.5)
