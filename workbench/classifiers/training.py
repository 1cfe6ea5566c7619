"""Training: a calibrated linear model of surface features and vectors, chosen by held-out rows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.classifiers import evaluation, logistic_regression
from workbench.classifiers.logistic_regression import Floats
from workbench.classifiers.model_file import VERSION, Model, Part
from workbench.embeddings.embedders import Embedder
from workbench.exceptions import ModelError

#: Strengths of the L2 penalty that are tried, on standardised features and on vectors.
SURFACE_PENALTIES = (3.0, 30.0)
VECTOR_PENALTIES = (0.5, 2.0)
#: Fewer positives or negatives than this cannot be learned from.
FEWEST = 10


@dataclass(frozen=True)
class TrainingRows:
    """What a model is trained on.

    Args:
        features: One Float64 column per surface feature.
        vectors: Embedder -> its vectors, shape `(n, d)`.
        targets: 1 yes, 0 no, in between half a yes.
        weights: How much each row counts for the line; its calibration counts all alike.
        groups: Rows of one group are never on both sides of a split.
        signs: Feature -> 1 or -1, the only sign that its weight may have. A few thousand texts
            hold accidents of their writers; a feature that would take the other sign is left out.
        sources: Where each row comes from.
        texts: What was labelled; hashed into the model, never stored.
        real: Which rows are a fair sample of the user's own data. With enough of them, the
            probabilities are calibrated on them alone, as they are.
        prevalence: Share of yes to calibrate at otherwise; written examples come half and half.
        surface_penalties: Strengths of the L2 penalty to try on standardised features.
        vector_penalties: The same for vectors.
        judged: Which rows the model is judged and calibrated on, if there are `FEWEST` yes and no
            among them; by default all. What is worded unlike the user's data would flatter it.
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
    judged: NDArray[np.bool_] | None = None

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Give the rows that the model is judged on."""
        yes, no = self.targets == 1, self.targets == 0
        if self.judged is None or min((self.judged & yes).sum(), (self.judged & no).sum()) < FEWEST:
            return np.ones(len(self.targets), dtype=np.bool_)
        return self.judged

    @property
    def truths(self) -> dict[str, NDArray[np.bool_]]:
        """Give for each question asked of the model which of the rows that count are positive."""
        targets = self.targets[self.counts]
        found = {"yes": targets == 1}
        if ((targets > 0) & (targets < 1)).any():
            found["yes or borderline"] = targets > 0
        return found


@dataclass(frozen=True)
class TrainedModel:
    """A model, and the held-out probabilities that it is judged by.

    Args:
        model: The model.
        held_out: Probability of each training row by a model that saw no row of its group.
        targets: What each of those rows is.
        counts: Which of them the model is judged on, see `Rows.judged`.
    """

    model: Model
    held_out: Floats
    targets: Floats
    counts: NDArray[np.bool_]


def train(rows: TrainingRows, *, kind: str) -> TrainedModel:
    """Train every part of a model.

    Returns:
        The model, and the held-out probabilities by the part for the first embedder, or by that
        for surface features alone where there is none.

    Raises:
        ModelError: If there are fewer than `FEWEST` groups of yes or of no.
    """
    _check(rows, kind)
    surface, held_out = _part(rows, vectors=None)
    parts = {
        embedder.digest: _part(rows, vectors=vectors) for embedder, vectors in rows.vectors.items()
    }
    if parts:
        held_out = next(iter(parts.values()))[1]
    counts = pl.Series("source", rows.sources).value_counts().sort("source")
    model = Model(
        kind=kind,
        version=VERSION,
        embedders={embedder.digest: embedder.name for embedder in rows.vectors},
        surface=surface,
        both={digest: part for digest, (part, _) in parts.items()},
        trained_on={
            "rows": len(rows.targets),
            "yes": int((rows.targets == 1).sum()),
            "borderline": int(((rows.targets > 0) & (rows.targets < 1)).sum()),
            "no": int((rows.targets == 0).sum()),
            "groups": len(np.unique(rows.groups)),
            "sources": dict(counts.iter_rows()),
            "sha256": _hash(rows),
        },
    )
    return TrainedModel(model, held_out, rows.targets, rows.counts)


def _check(rows: TrainingRows, kind: str) -> None:
    for what, chosen in {"yes": rows.targets == 1, "no": rows.targets == 0}.items():
        found = len(np.unique(rows.groups[chosen]))
        if found < FEWEST:
            msg = f"The {kind} has {found} different rows of `{what}` to learn from, not {FEWEST}."
            raise ModelError(msg, hint="label more, or keep the starter set in the training.")


def _part(rows: TrainingRows, *, vectors: np.ndarray | None) -> tuple[Part, Floats]:
    """Choose penalties by the average precision of held-out rows, fit, calibrate."""
    tried = [
        (strength, other)
        for strength in rows.surface_penalties
        for other in (rows.vector_penalties if vectors is not None else (1.0,))
    ]
    best: tuple[float, Floats, tuple[float, float]] | None = None
    for penalties in tried:
        found = _held_out(rows, vectors, penalties)
        quality = float(
            np.mean(
                [
                    evaluation.average_precision(truth, found[rows.counts])
                    for truth in rows.truths.values()
                ]
            )
        )
        if best is None or quality > best[0]:
            best = (quality, found, penalties)
    assert best is not None
    _, log_odds, penalties = best
    names, line = _fit(rows, vectors, penalties, np.ones(len(rows.targets), dtype=np.bool_))
    judged, targets, counts_for = _as_in_data(rows)
    slope, shift = logistic_regression.calibrate(log_odds[judged], targets, weights=counts_for)
    chances = logistic_regression.sigmoid(slope * log_odds + shift)
    error = evaluation.calibration_error(targets, chances[judged], weights=counts_for)
    split = len(names)
    part = Part(
        weights=dict(zip(names, line.weights[:split].round(6).tolist(), strict=True)),
        vector=line.weights[split:].round(6).tolist(),
        bias=round(line.bias, 6),
        slope=round(slope, 6),
        shift=round(shift, 6),
        share=round(float(counts_for @ targets / counts_for.sum()), 6),
        calibration_error=round(error, 4),
        evaluation={
            question: evaluation.report(truth, chances[rows.counts])
            for question, truth in rows.truths.items()
        },
    )
    return part, chances


def _as_in_data(rows: TrainingRows) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Give the rows to calibrate on, their targets, and how many tweets each stands for."""
    yes, no = rows.real & (rows.targets == 1), rows.real & (rows.targets == 0)
    if min(yes.sum(), no.sum()) >= FEWEST:
        return rows.real, rows.targets[rows.real], np.ones(int(rows.real.sum()))
    wanted = rows.prevalence / (1 - rows.prevalence)
    targets = rows.targets[rows.counts]
    each = wanted * (1 - targets).sum() / targets.sum()
    counts_for = targets * each + (1 - targets)
    return rows.counts, targets * each / counts_for, counts_for


def _held_out(
    rows: TrainingRows, vectors: np.ndarray | None, penalties: tuple[float, float]
) -> Floats:
    """Give each row the log odds by a line that saw no row of its group."""
    found = np.zeros(len(rows.targets))
    # Which features have the right sign is found once: six fits a try instead of twenty.
    names, _ = _fit(rows, vectors, penalties, np.ones(len(rows.targets), dtype=np.bool_))
    for test in logistic_regression.folds(rows.groups):
        kept, line = _fit(rows, vectors, penalties, ~test, names=names)
        inputs = [rows.features.select(kept).to_numpy()[test]]
        if vectors is not None:
            inputs.append(vectors[test])
        found[test] = line.log_odds(np.hstack(inputs))
    return found


def _fit(
    rows: TrainingRows,
    vectors: np.ndarray | None,
    penalties: tuple[float, float],
    chosen: NDArray[np.bool_],
    *,
    names: list[str] | None = None,
) -> tuple[list[str], logistic_regression.Line]:
    """Fit a line on some rows, for features as they are; leave out those of the wrong sign."""
    settled = names is not None
    names = names or rows.features.columns
    targets, weights = rows.targets[chosen], rows.weights[chosen]
    while True:
        inputs = rows.features.select(names).to_numpy()[chosen]
        spread = inputs.std(axis=0)
        spread = np.where(spread > 1e-9, spread, 1.0)
        penalty = np.full(len(names), penalties[0])
        design = inputs / spread
        if vectors is not None:
            penalty = np.append(penalty, np.full(vectors.shape[1], penalties[1]))
            design = np.hstack([design, vectors[chosen]])
        line = logistic_regression.fit(design, targets, penalties=penalty, weights=weights)
        own = line.weights[: len(names)] / spread
        kept = [
            name
            for name, weight in zip(names, own, strict=True)
            if weight * rows.signs.get(name, 0) >= 0
        ]
        if settled or len(kept) == len(names):
            return names, logistic_regression.Line(
                np.append(own, line.weights[len(names) :]), line.bias
            )
        names = kept


def _hash(rows: TrainingRows) -> str:
    digest = hashlib.sha256()
    for text, target in zip(rows.texts, rows.targets.tolist(), strict=True):
        digest.update(f"{target:g}\t{text}\n".encode())
    return digest.hexdigest()
