"""Bin one score over all threads, for the slider of a rule and the histogram above it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from workbench.facets import bin_edges

#: Bin of unknown values.
UNKNOWN = 255


def edges(scores: pl.DataFrame, column: str, *, include: tuple[float, ...] = ()) -> list[float]:
    """Choose the edges of the bins of a score, which are also the steps of its slider.

    Whole numbers get one bin each if they are few, else ten bins a decade. Other numbers get about
    a hundred bins of a round width. The last bin contains all values from its edge on.

    Args:
        scores: Frame with the column.
        column: Name of a numeric column.
        include: Values that must be edges too, such as the thresholds in use.

    Returns:
        At most about 200 ascending values; the first is not above any value of the column.

    Examples:
        >>> edges(pl.DataFrame({"turns": [2, 3, 4000]}), "turns")[-4:]
        [2500.0, 3000.0, 4000.0, 5000.0]
    """
    low, high = scores.select(low=pl.col(column).min(), high=pl.col(column).max()).row(0)
    low, high = (0.0, 1.0) if low is None else (float(low), float(high))
    if scores.schema[column].is_integer():
        chosen = bin_edges.whole_numbers(low, high, density=bin_edges.SLIDER)
    else:
        chosen = bin_edges.equal_steps(low, high, width=bin_edges.decimal_width(low, high))
    return sorted({*chosen, *include})


@dataclass(frozen=True)
class Axis:
    """The bins of one score over all threads; counting a new selection is cheap.

    Args:
        column: Name of the score.
        edges: Value at which each bin begins.
        slots: Bin of each thread; `UNKNOWN` if the score is unknown.
        threads: Number of threads by bin, indexed by slot.
        is_whole: True if the score is a whole number.
    """

    column: str
    edges: list[float]
    slots: pl.Series
    threads: np.ndarray
    is_whole: bool

    @classmethod
    def of(cls, scores: pl.DataFrame, column: str, *, include: tuple[float, ...] = ()) -> Self:
        """Bin every thread; see `edges` for the arguments."""
        starts = edges(scores, column, include=include)
        slots = bin_edges.slots(scores[column], starts, unknown=UNKNOWN)
        counts = np.bincount(slots, minlength=UNKNOWN + 1)
        is_whole = scores.schema[column].is_integer()
        return cls(column, starts, pl.Series(column, slots), counts, is_whole)

    def bins(self, kept: pl.Series) -> pl.DataFrame:
        """Count kept and removed threads by bin.

        Args:
            kept: One boolean per thread, in the order of the scores.

        Returns:
            Two rows per bin: `start`, `end` (null for the last bin), `position` (counted from 0),
            `kept` and `threads`. A null `start` means that the score is unknown.
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
        """Return the lowest and the highest value in a range of the axis.

        Args:
            left: Left end of the range, in bins from the left end of the axis.
            right: Right end; the range covers at least one whole bin.

        Returns:
            Both values are in the range. None if no thread is beyond that end.
        """
        count = len(self.edges)
        first = min(max(round(min(left, right)), 0), count - 1)
        last = max(min(round(max(left, right)), count), first + 1)
        low = self.edges[first] if self.threads[:first].any() else None
        if last >= count or not self.threads[last:count].any():
            return low, None
        return low, self.edges[last] - 1 if self.is_whole else self.edges[last]


def bins(scores: pl.DataFrame, column: str, *, by: str = "kept") -> pl.DataFrame:
    """Count kept and removed threads by bin of a score; see `Axis.bins`.

    Examples:
        >>> frame = pl.DataFrame({"turns": [2, 2, 3], "kept": [True, False, False]})
        >>> bins(frame, "turns").filter(pl.col("threads") > 0).select("start", "kept").rows()
        [(2.0, True), (2.0, False), (3.0, False)]
    """
    return Axis.of(scores, column).bins(scores[by])
