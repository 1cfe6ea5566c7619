"""Check the report on thresholds."""

import polars as pl
import pytest
from rich.console import Console

from tests.classifiers.test_prompt_classifier import rows
from workbench.classifiers import (
    evaluation,
    model_file,
    prompt_classifier,
    reply_classifier,
)
from workbench.cli.reports import training as reports


@pytest.fixture(autouse=True)
def few_examples(monkeypatch):
    """Train on few examples: it is not them that is tested."""
    pairs = reply_classifier.examples().gather_every(7)
    monkeypatch.setattr(prompt_classifier, "examples", rows)
    monkeypatch.setattr(reply_classifier, "examples", lambda: pairs)


@pytest.mark.parametrize(("spread", "is_flat"), [(0.001, True), (0.1, False)])
def test_thresholds_warn_of_a_classifier_that_predicts_the_same_for_all(spread, is_flat):
    console = Console(width=100, record=True)
    scores = pl.Series([0.5, 0.5 + spread, 0.5 - spread, None])
    model = model_file.load("starter", kind=prompt_classifier.KIND)
    with console.capture() as shown:
        console.print(reports.thresholds(scores, model=model))
    assert (evaluation.IS_FLAT in shown.get()) == is_flat
    assert "0.30 3 75.0% 50% 2" in " ".join(shown.get().split())
