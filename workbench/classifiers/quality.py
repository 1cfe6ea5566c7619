"""Say how good a classifier is on held-out labels, or how many labels are missing to tell.

`workbench train`, `workbench trial` and the page Label show these figures, so they are the same.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench import labels
from workbench.classifiers import evaluation
from workbench.classifiers.training_rows import FEWEST

#: Samples of the bootstrap, and the seed that draws them. Equal labels give equal intervals.
DRAWS, SEED = 500, 17
#: Numbers that are drawn at once; bounds the memory.
BLOCK = 2_000_000
#: Ends of the interval, as shares of the samples.
ENDS = (0.025, 0.975)
#: Names of the sets of held-out rows. The last is the one that shows how good a classifier is on
#: the tweets of the workspace.
EVERY, OWN, FAIR = "all training texts", "your labels", "your fair sample"


@dataclass(frozen=True)
class Quality:
    """Figures of a classifier on some labels.

    Args:
        yes: Number of rows labelled yes.
        no: Number of rows labelled no.
        borderline: Number of rows between. They count as not yes.
        average_precision: See `evaluation.average_precision`; None if there are too few labels.
        low: Lower end of its 95 % interval, by bootstrap over the rows.
        high: Upper end.
        calibration_error: See `evaluation.calibration_error`; None if there are too few labels.
    """

    yes: int
    no: int
    borderline: int = 0
    average_precision: float | None = None
    low: float | None = None
    high: float | None = None
    calibration_error: float | None = None

    @property
    def rows(self) -> int:
        """Number of labels."""
        return self.yes + self.no + self.borderline


def missing(yes: int, no: int) -> str:
    """Say how many labels are missing before figures mean something; empty if none is.

    The rule is that of the calibration: at least `FEWEST` yes and `FEWEST` no. With one yes, the
    average precision is 1 by luck, and nothing shows it.

    Examples:
        >>> missing(1, 24), missing(9, 8), missing(10, 10)
        ('9 more yes', '1 more yes and 2 more no', '')
    """
    needed = {"yes": FEWEST - yes, "no": FEWEST - no}
    return " and ".join(f"{count} more {name}" for name, count in needed.items() if count > 0)


def too_few(yes: int, no: int) -> str:
    """Return the text that is shown in place of a figure; empty if there are enough labels.

    Examples:
        >>> too_few(1, 24)
        'too few to tell: needs 9 more yes'
    """
    count = missing(yes, no)
    return f"too few to tell: needs {count}" if count else ""


def of(targets: np.ndarray, chances: np.ndarray) -> Quality:
    """Measure a classifier.

    Args:
        targets: 1 yes, 0 no, or between.
        chances: Probability of each row by a classifier that was not trained on it. Rows without
            one (NaN) are left out.

    Examples:
        >>> of(np.array([1.0, 0.0]), np.array([0.9, 0.1])).average_precision is None
        True
    """
    known = ~np.isnan(chances)
    targets, chances = targets[known], chances[known]
    truth = targets == 1
    yes, no = int(truth.sum()), int((targets == 0).sum())
    counts = Quality(yes, no, len(targets) - yes - no)
    if missing(yes, no):
        return counts
    low, high = interval(truth, chances)
    precision = evaluation.average_precision(truth, chances)
    error = evaluation.calibration_error(truth, chances)
    return Quality(yes, no, counts.borderline, precision, low, high, error)


def interval(truth: NDArray[np.bool_], chances: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of the average precision, by bootstrap over the rows.

    Samples without any positive are left out.

    Examples:
        >>> truth, chances = np.arange(40) % 2 == 0, np.linspace(1, 0, 40)
        >>> low, high = interval(truth, chances)
        >>> 0 < low < evaluation.average_precision(truth, chances) < high < 1
        True
    """
    order = np.argsort(-chances, kind="stable")
    hits, sorted_chances = truth[order], chances[order]
    last_of_rank = np.append(np.flatnonzero(np.diff(sorted_chances)), len(order) - 1)
    draw, equal = np.random.default_rng(SEED), np.full(len(order), 1 / len(order))
    precisions = []
    block = max(1, BLOCK // len(order))
    for start in range(0, DRAWS, block):
        weights = draw.multinomial(len(order), equal, size=min(block, DRAWS - start))
        rows = weights.cumsum(axis=1)[:, last_of_rank]
        positives = (weights * hits).cumsum(axis=1)[:, last_of_rank]
        steps = np.diff(positives, axis=1, prepend=0)
        total = positives[:, -1]
        sums = (steps * positives / np.maximum(rows, 1)).sum(axis=1)
        precisions.append(sums[total > 0] / total[total > 0])
    low, high = np.quantile(np.concatenate(precisions), ENDS)
    return float(low), float(high)


def sets(held_out: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Split held-out rows into `EVERY`, `OWN` and `FAIR`; labels set in bulk are in the first only.

    Args:
        held_out: `target`, `chance` and `source`, see `training.TrainedModel.held_out_rows`.
    """
    own = held_out.filter(pl.col("source").is_in([labels.OWN, labels.OWN_AT_RANDOM]))
    return {
        EVERY: held_out,
        OWN: own,
        FAIR: own.filter(pl.col("source") == labels.OWN_AT_RANDOM),
    }


def by_set(held_out: pl.DataFrame) -> dict[str, Quality]:
    """Measure a new classifier on each of the `sets` of held-out rows."""
    return {
        name: of(rows["target"].to_numpy(), rows["chance"].to_numpy())
        for name, rows in sets(held_out).items()
    }
