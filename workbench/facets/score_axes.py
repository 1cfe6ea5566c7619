"""Axes: the bins of a score over all threads, and the steps of its slider."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

#: Steps of a decade on an axis whose steps grow with the value.
DECADE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)

#: Slot of the values that are not known.
UNKNOWN = 255


def edges(scores: pl.DataFrame, column: str, *, include: tuple[float, ...] = ()) -> list[float]:
    """Choose the values at which the bins of a score begin, also the steps of its slider.

    Whole numbers get one bin each while they are few, then ten bins a decade; other numbers a
    hundred bins of a round width. The last bin holds everything from its edge on.

    Args:
        scores: Frame with the column.
        column: Name of a column of numbers.
        include: Values that have to be edges too, such as the thresholds in use.

    Returns:
        At most about 200 ascending values; the first is not above any value of the column.

    Examples:
        >>> edges(pl.DataFrame({"turns": [2, 3, 4000]}), "turns")[-4:]
        [2500.0, 3000.0, 4000.0, 5000.0]
    """
    low, high = scores.select(low=pl.col(column).min(), high=pl.col(column).max()).row(0)
    low, high = (0.0, 1.0) if low is None else (float(low), float(high))
    if scores.schema[column].is_integer():
        if high - low <= 60:
            found = np.arange(low, high + 2)
        else:
            decades = range(1, int(np.log10(max(high, 10))) + 2)
            grown = [step * 10**decade for decade in decades for step in DECADE]
            found = np.array([*range(min(int(low), 0), 10), *grown])
            found = found[np.searchsorted(found, low, "right") - 1 :]
            found = found[: np.searchsorted(found, high) + 2]
    else:
        width = 10.0 ** np.ceil(np.log10(max(high - low, 1e-6) / 150))
        first = np.floor(low / width + 1e-6)
        last = max(np.ceil(high / width - 1e-6), first + 1)
        found = np.round(np.arange(first, last + 1) * width, 10)
    return sorted({*found.tolist(), *include})


@dataclass(frozen=True)
class Axis:
    """The bins of one score over all threads; counting them again for a new selection is cheap.

    Args:
        column: Name of the score.
        edges: Value at which each bin begins.
        slots: Bin of each thread, `UNKNOWN` where the score is not known.
        threads: Threads by bin, the unknown last.
        is_whole: True where the score is a whole number.
    """

    column: str
    edges: list[float]
    slots: pl.Series
    threads: np.ndarray
    is_whole: bool

    @classmethod
    def of(cls, scores: pl.DataFrame, column: str, *, include: tuple[float, ...] = ()) -> Self:
        """Put every thread into its bin."""
        values = scores[column]
        starts = edges(scores, column, include=include)
        rounding = 0.0 if values.dtype.is_integer() else 1e-7
        slots = np.searchsorted(np.array(starts) - rounding, values.to_numpy(), "right") - 1
        slots = np.where(values.is_null().to_numpy(), UNKNOWN, slots).astype(np.uint8)
        series = pl.Series(column, slots)
        counts = np.bincount(slots, minlength=UNKNOWN + 1)
        return cls(column, starts, series, counts, values.dtype.is_integer())

    def bins(self, kept: pl.Series) -> pl.DataFrame:
        """Count kept and removed threads by bin.

        Args:
            kept: One boolean a thread, in the order of the scores.

        Returns:
            Two rows a bin: `start`, `end` (null for the last bin), `position` (counted from 0),
            `kept` and `threads`; a null `start` stands for the unknown.
        """
        inside = np.bincount(self.slots.filter(kept).to_numpy(), minlength=UNKNOWN + 1)
        count = len(self.edges)
        chosen = [*range(count), UNKNOWN]
        frame = pl.DataFrame(
            {
                "position": [*range(count), None],
                "start": [*self.edges, None],
                "end": [*self.edges[1:], None, None],
                "kept": inside[chosen],
                "removed": (self.threads - inside)[chosen],
            }
        )
        return frame.unpivot(
            ["kept", "removed"],
            index=["position", "start", "end"],
            variable_name="verdict",
            value_name="threads",
        ).select("position", "start", "end", kept=pl.col("verdict") == "kept", threads="threads")

    def bounds(self, left: float, right: float) -> tuple[float | None, float | None]:
        """Turn a stretch of the axis into the lowest and the highest value that it takes in.

        Args:
            left: Where it begins, in bins from the left end of the axis.
            right: Where it ends; at least one whole bin is taken.

        Returns:
            Both included; None where no thread lies beyond that end.
        """
        count = len(self.edges)
        first = min(max(round(min(left, right)), 0), count - 1)
        last = max(min(round(max(left, right)), count), first + 1)
        low = self.edges[first] if self.threads[:first].any() else None
        if last >= count or not self.threads[last:count].any():
            return low, None
        return low, self.edges[last] - 1 if self.is_whole else self.edges[last]


def bins(scores: pl.DataFrame, column: str, *, by: str = "kept") -> pl.DataFrame:
    """Count threads by bin of a score, kept and removed apart, see `Axis.bins`.

    Examples:
        >>> frame = pl.DataFrame({"turns": [2, 2, 3], "kept": [True, False, False]})
        >>> bins(frame, "turns").filter(pl.col("threads") > 0).select("start", "kept").rows()
        [(2.0, True), (2.0, False), (3.0, False)]
    """
    return Axis.of(scores, column).bins(scores[by])
