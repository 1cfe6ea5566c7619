"""Train a calibrated linear model of surface features and vectors, chosen by held-out rows.

`prompt_classifier` and `reply_classifier` prepare the rows.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.classifiers import evaluation, logistic_regression
from workbench.classifiers.logistic_regression import Floats
from workbench.classifiers.model_file import VERSION, Model, Part
from workbench.classifiers.training_rows import FEWEST, TrainingRows
from workbench.embeddings.embedders import Embedder
from workbench.exceptions import ModelError
from workbench.progress import OnStep, Step, silent_step

#: Steps of a training, in order. Before them, the labels are read; after them, `experiments` scores
#: the threads.
MEASURE, ENCODE = "Measure the wording", "Encode the texts"
VALIDATE, FIT = "Cross-validate", "Fit the final model"
#: Parts of the rows that are held out in turn.
FOLDS = 5


@dataclass(frozen=True)
class TrainedModel:
    """A model, and the held-out probabilities that it is evaluated by.

    Args:
        model: The model.
        held_out: Probability of each training row by a model that saw no row of its group.
        targets: Target of each training row.
        counts: Which rows the model is evaluated on, see `TrainingRows.counted`.
        sources: Source of each training row.
    """

    model: Model
    held_out: Floats
    targets: Floats
    counts: NDArray[np.bool_]
    sources: list[str]

    @property
    def held_out_rows(self) -> pl.DataFrame:
        """The rows that the model is evaluated on: `target`, `chance` and `source`."""
        columns = {"target": self.targets, "chance": self.held_out, "source": self.sources}
        return pl.DataFrame(columns).filter(pl.Series(self.counts))


def train(rows: TrainingRows, *, kind: str, on_step: OnStep = silent_step) -> TrainedModel:
    """Train every part of a model.

    Args:
        rows: The training rows.
        kind: Kind of the model.
        on_step: Called before each fold of the cross-validation, and before the final fit.

    Returns:
        The model with held-out probabilities. They are by the part for the first embedder, or by
        the part for surface features if there is no embedder.

    Raises:
        ModelError: If there are fewer than `FEWEST` groups of yes or of no.
    """
    _check(rows, kind)
    inputs = [None, *rows.vectors.values()]
    fold = _fold_counter(rows, inputs, on_step)
    chosen = [_best_penalties(rows, vectors, fold) for vectors in inputs]
    on_step(Step(FIT))
    (surface, held_out), *with_vectors = [
        _fit_part(rows, vectors, penalties=penalties, log_odds=log_odds)
        for vectors, (penalties, log_odds) in zip(inputs, chosen, strict=True)
    ]
    parts = dict(zip((embedder.digest for embedder in rows.vectors), with_vectors, strict=True))
    if with_vectors:
        held_out = with_vectors[0][1]
    by_source = pl.Series("source", rows.sources).value_counts().sort("source")
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
            "sources": dict(by_source.iter_rows()),
            "sha256": _hash(rows),
        },
    )
    return TrainedModel(model, held_out, rows.targets, rows.counts, rows.sources)


def encoded(
    texts: list[str], embedders: Sequence[Embedder], *, on_step: OnStep = silent_step
) -> dict[Embedder, np.ndarray]:
    """Encode texts with each embedder; the first text of an embedder waits until it is loaded."""

    def on_progress(done: int, total: int) -> None:
        on_step(Step(ENCODE, done, total, "texts"))

    if embedders:
        on_step(Step(ENCODE))
    return {embedder: embedder.encode(texts, on_progress=on_progress) for embedder in embedders}


def folds(groups: NDArray[np.int64], *, parts: int = FOLDS) -> Iterator[NDArray[np.bool_]]:
    """Yield which rows are held out in each part. Rows of one group are held out together.

    Args:
        groups: Group of each row; at least two groups.
        parts: Number of parts, or of groups if there are fewer.

    Examples:
        >>> held_out = list(folds(np.array([7, 7, 8, 9]), parts=2))
        >>> sorted(part.sum().item() for part in held_out), held_out[0][0] == held_out[0][1]
        ([2, 2], np.True_)
    """
    from sklearn.model_selection import GroupKFold

    splitter = GroupKFold(min(parts, len(np.unique(groups))))
    for _, rows in splitter.split(groups, groups=groups):
        is_held_out = np.zeros(len(groups), dtype=np.bool_)
        is_held_out[rows] = True
        yield is_held_out


def _check(rows: TrainingRows, kind: str) -> None:
    for label, chosen in {"yes": rows.targets == 1, "no": rows.targets == 0}.items():
        count = len(np.unique(rows.groups[chosen]))
        if count < FEWEST:
            name = kind.replace("_", " ")
            msg = f"The {name} has {count} different rows of `{label}` to learn from, not {FEWEST}."
            raise ModelError(msg, hint="label more, or keep the starter set in the training data.")


def _fold_counter(
    rows: TrainingRows, inputs: list[np.ndarray | None], on_step: OnStep
) -> Callable[[], None]:
    """Return a function that reports the next fold, of those for all inputs and penalties."""
    folds_each = min(FOLDS, len(np.unique(rows.groups)))
    total = folds_each * sum(len(_candidates(rows, vectors)) for vectors in inputs)
    numbers = itertools.count()
    return lambda: on_step(Step(VALIDATE, min(next(numbers), total), total, "folds"))


def _fit_part(
    rows: TrainingRows,
    vectors: np.ndarray | None,
    *,
    penalties: tuple[float, float],
    log_odds: Floats,
) -> tuple[Part, Floats]:
    """Fit a part on all rows, and calibrate it.

    Args:
        rows: The training rows.
        vectors: Their vectors, if the part includes them.
        penalties: Penalties that `_best_penalties` chose.
        log_odds: Held-out log odds with these penalties.

    Returns:
        The part, and the held-out probability of each row.
    """
    everything = np.ones(len(rows.targets), dtype=np.bool_)
    names, line = _fit(rows, vectors, penalties, everything)
    chosen, targets, weights = rows.calibration_rows
    slope, shift = logistic_regression.calibrate(log_odds[chosen], targets, weights=weights)
    chances = logistic_regression.sigmoid(slope * log_odds + shift)
    error = evaluation.calibration_error(targets, chances[chosen], weights=weights)
    split = len(names)
    part = Part(
        weights=dict(zip(names, line.weights[:split].round(6).tolist(), strict=True)),
        vector=line.weights[split:].round(6).tolist(),
        bias=round(line.bias, 6),
        slope=round(slope, 6),
        shift=round(shift, 6),
        share=round(float(weights @ targets / weights.sum()), 6),
        calibration_error=round(error, 4),
        evaluation={
            question: evaluation.report(truth, chances[rows.counts])
            for question, truth in rows.truths.items()
        },
    )
    return part, chances


def _candidates(rows: TrainingRows, vectors: np.ndarray | None) -> list[tuple[float, float]]:
    """Return the penalties to try, on standardised features and on vectors."""
    return [
        (surface, vector)
        for surface in rows.surface_penalties
        for vector in (rows.vector_penalties if vectors is not None else (1.0,))
    ]


def _best_penalties(
    rows: TrainingRows, vectors: np.ndarray | None, on_fold: Callable[[], None]
) -> tuple[tuple[float, float], Floats]:
    """Return the penalties with the best held-out average precision, and their log odds."""
    candidates = _candidates(rows, vectors)
    log_odds = {penalties: _held_out(rows, vectors, penalties, on_fold) for penalties in candidates}

    def quality(penalties: tuple[float, float]) -> float:
        counted = log_odds[penalties][rows.counts]
        truths = rows.truths.values()
        return float(np.mean([evaluation.average_precision(truth, counted) for truth in truths]))

    best = max(candidates, key=quality)
    return best, log_odds[best]


def _held_out(
    rows: TrainingRows,
    vectors: np.ndarray | None,
    penalties: tuple[float, float],
    on_fold: Callable[[], None],
) -> Floats:
    """Return the log odds of each row by a line that saw no row of its group."""
    log_odds = np.zeros(len(rows.targets))
    # Choose the features by sign once, on all rows: six fits instead of twenty.
    names, _ = _fit(rows, vectors, penalties, np.ones(len(rows.targets), dtype=np.bool_))
    for is_held_out in folds(rows.groups):
        on_fold()
        _, line = _fit(rows, vectors, penalties, ~is_held_out, names=names)
        inputs = [rows.features.select(names).to_numpy()[is_held_out]]
        if vectors is not None:
            inputs.append(vectors[is_held_out])
        log_odds[is_held_out] = line.log_odds(np.hstack(inputs))
    return log_odds


def _fit(
    rows: TrainingRows,
    vectors: np.ndarray | None,
    penalties: tuple[float, float],
    chosen: NDArray[np.bool_],
    *,
    names: list[str] | None = None,
) -> tuple[list[str], logistic_regression.Line]:
    """Fit a line on the chosen rows.

    Args:
        rows: Training rows.
        vectors: Their vectors, if the line includes them.
        penalties: Strength on standardised features, and on vectors.
        chosen: Which rows to fit.
        names: Features of the line. By default all, without those whose weight has the wrong sign.

    Returns:
        The features, and the line over the features (not standardised) and the vectors.
    """
    is_final = names is not None
    names = names or rows.features.columns
    targets, row_weights = rows.targets[chosen], rows.weights[chosen]
    while True:
        inputs = rows.features.select(names).to_numpy()[chosen]
        spread = inputs.std(axis=0)
        spread = np.where(spread > 1e-9, spread, 1.0)
        penalty = np.full(len(names), penalties[0])
        design = inputs / spread
        if vectors is not None:
            penalty = np.append(penalty, np.full(vectors.shape[1], penalties[1]))
            design = np.hstack([design, vectors[chosen]])
        line = logistic_regression.fit(design, targets, penalties=penalty, weights=row_weights)
        own = line.weights[: len(names)] / spread
        kept = [
            name
            for name, weight in zip(names, own, strict=True)
            if weight * rows.signs.get(name, 0) >= 0
        ]
        if is_final or len(kept) == len(names):
            weights = np.append(own, line.weights[len(names) :])
            return names, logistic_regression.Line(weights, line.bias)
        names = kept


def _hash(rows: TrainingRows) -> str:
    digest = hashlib.sha256()
    for text, target in zip(rows.texts, rows.targets.tolist(), strict=True):
        digest.update(f"{target:g}\t{text}\n".encode())
    return digest.hexdigest()
