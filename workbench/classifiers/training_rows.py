"""The rows that a classifier is trained on, and which of them it is evaluated and calibrated on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.classifiers.logistic_regression import Floats
from workbench.embeddings.embedders import Embedder

#: Strengths of the L2 penalty to try, on standardised features and on vectors.
SURFACE_PENALTIES = (3.0, 30.0)
VECTOR_PENALTIES = (0.5, 2.0)
#: Least number of positives, and of negatives, to learn or calibrate from.
FEWEST = 10


@dataclass(frozen=True)
class TrainingRows:
    """The rows that a model is trained on.

    Args:
        features: One Float64 column per surface feature.
        vectors: Embedder -> its vectors, shape `(n, d)`.
        targets: 1 yes, 0 no, or a probability between.
        weights: Weight of each row in the fit. The calibration weights all rows alike.
        groups: Rows of one group are held out together.
        signs: Feature -> 1 or -1, the only sign that its weight may have. A few thousand texts
            contain accidents of their writers, so a feature with the other sign is left out.
        sources: Source of each row.
        texts: Labelled texts. The model stores their hash only.
        real: Which rows are a fair sample of the user's own data. If there are enough of them, the
            probabilities are calibrated on them alone.
        prevalence: Share of yes to calibrate for otherwise, as half of the written examples are.
        surface_penalties: Strengths of the L2 penalty to try on standardised features.
        vector_penalties: Strengths to try on vectors.
        counted: Which rows the model is evaluated and calibrated on, if they contain `FEWEST` yes
            and no; all rows by default. Rows worded unlike the user's data would flatter it.
    """

    features: pl.DataFrame
    vectors: Mapping[Embedder, np.ndarray]
    targets: Floats
    weights: Floats
    groups: NDArray[np.int64]
    signs: Mapping[str, int]
    sources: list[str]
    texts: list[str]
    real: NDArray[np.bool_]
    prevalence: float
    surface_penalties: tuple[float, ...] = SURFACE_PENALTIES
    vector_penalties: tuple[float, ...] = VECTOR_PENALTIES
    counted: NDArray[np.bool_] | None = None

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Which rows the model is evaluated on."""
        if self.counted is None or not self._has_enough(self.counted):
            return np.ones(len(self.targets), dtype=np.bool_)
        return self.counted

    @property
    def truths(self) -> dict[str, NDArray[np.bool_]]:
        """Question -> which of the rows that count are positive."""
        targets = self.targets[self.counts]
        truths = {"yes": targets == 1}
        if ((targets > 0) & (targets < 1)).any():
            truths["yes or borderline"] = targets > 0
        return truths

    @property
    def calibration_rows(self) -> tuple[NDArray[np.bool_], Floats, Floats]:
        """The rows to calibrate on, their targets, and how many tweets each represents."""
        if self._has_enough(self.real):
            return self.real, self.targets[self.real], np.ones(int(self.real.sum()))
        odds = self.prevalence / (1 - self.prevalence)
        targets = self.targets[self.counts]
        positive_weight = odds * (1 - targets).sum() / targets.sum()
        weights = targets * positive_weight + (1 - targets)
        return self.counts, targets * positive_weight / weights, weights

    def _has_enough(self, chosen: NDArray[np.bool_]) -> bool:
        """Return whether the chosen rows contain `FEWEST` yes and no."""
        counts = ((chosen & (self.targets == target)).sum() for target in (1, 0))
        return bool(min(counts) >= FEWEST)
