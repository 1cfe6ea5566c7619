"""Training rows: which of them count for the evaluation and the calibration."""

import numpy as np
import polars as pl
import pytest

from tests.support.prompts import rows
from workbench import labels
from workbench.classifiers import (
    evaluation,
    prompt_classifier,
    training_data,
    training_rows,
)


def test_train_calibrates_on_the_labels_that_were_drawn_at_random():
    own = rows().with_columns(source=pl.lit(labels.OWN_AT_RANDOM))
    assert prompt_classifier.train(own).model.surface.share == 0.5
    assert prompt_classifier.train(rows()).model.surface.share == pytest.approx(
        prompt_classifier.PREVALENCE
    )
    # What was chosen because it teaches most is no sample of the data.
    chosen = rows().with_columns(source=pl.lit(labels.OWN))
    assert prompt_classifier.train(chosen).model.surface.share == pytest.approx(
        prompt_classifier.PREVALENCE
    )


def test_evaluation_leaves_out_own_instructions():
    own = pl.DataFrame({"text": [f"Please list {n} zibbles." for n in range(200)]})
    instructed = training_data.frame(
        own.with_columns(label=pl.lit("fits"), source=pl.lit(training_data.OWN_INSTRUCTIONS))
    )
    both = prompt_classifier.train(pl.concat([rows(), instructed]))
    counts = both.model.surface.evaluation["yes"]
    assert (counts["rows"], counts["positives"]) == (40, 20)
    assert both.held_out.shape == both.targets.shape == (240,)
    counted = both.held_out[both.counts]
    assert counted.shape == (40,)
    alone = evaluation.average_precision(both.targets[both.counts] == 1, counted)
    assert counts["average_precision"] == pytest.approx(alone, abs=1e-4)
    # The calibration supposes a share of requests among tweets, whatever else was learned from.
    assert both.model.surface.share == pytest.approx(prompt_classifier.PREVALENCE)


def test_evaluation_counts_all_rows_if_nothing_else_fits():
    instructed = rows().with_columns(
        source=pl.when(pl.col("label") == "fits")
        .then(pl.lit(training_data.OWN_INSTRUCTIONS))
        .otherwise("source")
    )
    counts = prompt_classifier.train(instructed).model.surface.evaluation["yes"]
    assert (counts["rows"], counts["positives"]) == (40, 20)


def test_calibration_rows_have_the_supposed_share_of_yes():
    known = rows()
    made = training_rows.TrainingRows(
        features=pl.DataFrame(),
        vectors={},
        targets=(known["label"] == "fits").to_numpy().astype(float),
        weights=np.ones(known.height),
        groups=np.arange(known.height),
        signs={},
        sources=known["source"].to_list(),
        texts=known["text"].to_list(),
        real=np.zeros(known.height, dtype=bool),
        prevalence=0.1,
    )
    chosen, targets, weights = made.calibration_rows
    assert chosen.all()
    assert weights @ targets / weights.sum() == pytest.approx(0.1)
    assert list(made.truths) == ["yes"]
