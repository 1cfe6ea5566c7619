"""Logistic: L2-regularised logistic regression and its calibration, in numpy."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Steps of Newton at most; ten are enough in practice.
STEPS = 60
#: The loss is as good as flat where no coefficient moves by more than this.
TOLERANCE = 1e-5


@dataclass(frozen=True)
class Line:
    """A linear model: the log odds are `inputs @ weights + bias`.

    Args:
        weights: One per column of the inputs, float64.
        bias: Log odds where all inputs are 0.
    """

    weights: Floats
    bias: float

    def log_odds(self, inputs: np.ndarray) -> Floats:
        """Give the log odds of each row, shape `(n,)`."""
        return np.asarray(inputs @ self.weights + self.bias, dtype=np.float64)


def sigmoid(log_odds: Floats) -> Floats:
    """Turn log odds into probabilities without overflow.

    Examples:
        >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
        [0.0, 0.5, 1.0]
    """
    # exp of at most 0 on either side of it.
    small = np.exp(-np.abs(log_odds))
    return np.where(log_odds >= 0, 1 / (1 + small), small / (1 + small))


def fit(
    inputs: np.ndarray,
    targets: Floats,
    *,
    penalties: Floats,
    weights: Floats | None = None,
) -> Line:
    """Fit by Newton's method with step halving; the bias is not penalised.

    Args:
        inputs: Shape `(n, d)`.
        targets: Probability that each row should have, 0 to 1; 0.5 is half a yes.
        penalties: Strength of the L2 penalty of each column, shape `(d,)`, above 0.
        weights: Weight of each row; 1 by default.

    Returns:
        The line of least loss `sum(weights * cross entropy) + sum(penalties * line² / 2)`.
    """
    rows = np.ones(len(targets)) if weights is None else weights
    design = np.column_stack([np.asarray(inputs, dtype=np.float64), np.ones(len(targets))])
    # A trace of a penalty on the bias keeps the system solvable where all targets are equal.
    penalty = np.append(penalties, 1e-6)
    line = np.zeros(design.shape[1])
    loss = _loss(design, targets, rows, penalty, line)
    for _ in range(STEPS):
        chance = sigmoid(design @ line)
        slope = design.T @ (rows * (chance - targets)) + penalty * line
        bend = rows * chance * (1 - chance)
        curve = (design * bend[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        size = 1.0
        while (tried := _loss(design, targets, rows, penalty, line - size * step)) > loss:
            size /= 2
            if size < 1e-8:
                return Line(line[:-1], float(line[-1]))
        line, loss = line - size * step, tried
        if np.abs(size * step).max() < TOLERANCE:
            break
    return Line(line[:-1], float(line[-1]))


def _loss(design: Floats, targets: Floats, rows: Floats, penalty: Floats, line: Floats) -> float:
    log_odds = design @ line
    # log(1 + exp(x)) without overflow.
    cross = np.logaddexp(0, log_odds) - targets * log_odds
    return float(rows @ cross + penalty @ line**2 / 2)


def calibrate(
    log_odds: Floats, targets: Floats, *, weights: Floats | None = None
) -> tuple[float, float]:
    """Fit Platt's line, with which `sigmoid(slope * log_odds + shift)` is a probability.

    The log odds must come from models that have not seen these rows. A slope below 0 would turn
    the order around; it becomes 0.

    Returns:
        Slope and shift.
    """
    line = fit(log_odds[:, None], targets, penalties=np.array([1e-3]), weights=weights)
    slope = max(0.0, float(line.weights[0]))
    return slope, line.bias


def folds(
    groups: NDArray[np.int64], *, parts: int = 5, seed: int = 0
) -> Iterator[NDArray[np.bool_]]:
    """Yield which rows are held out in each part; rows of one group are held out together.

    Groups go to the part that has the fewest rows, the largest group first, equal ones in a
    random order. Parts that would be empty are left out.

    Examples:
        >>> held_out = list(folds(np.array([7, 7, 8, 9]), parts=2))
        >>> sorted(part.sum().item() for part in held_out), held_out[0][0] == held_out[0][1]
        ([2, 2], np.True_)
    """
    _, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    shuffled = np.random.default_rng(seed).permutation(len(sizes))
    order = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
    part_of = np.zeros(len(sizes), dtype=np.int64)
    filled = np.zeros(parts, dtype=np.int64)
    for group in order:
        part_of[group] = filled.argmin()
        filled[part_of[group]] += sizes[group]
    for part in range(parts):
        if filled[part]:
            yield part_of[member] == part


def held_out(
    inputs: np.ndarray,
    targets: Floats,
    *,
    penalties: Floats,
    groups: NDArray[np.int64],
    weights: Floats | None = None,
    parts: int = 5,
) -> Floats:
    """Give each row the log odds by a model that saw no row of its group.

    Returns:
        Log odds, shape `(n,)`; NaN where all rows are of one group.
    """
    found = np.full(len(targets), np.nan)
    rows = np.ones(len(targets)) if weights is None else weights
    for test in folds(groups, parts=parts):
        if not test.all():
            train = ~test
            line = fit(inputs[train], targets[train], penalties=penalties, weights=rows[train])
            found[test] = line.log_odds(inputs[test])
    return found
