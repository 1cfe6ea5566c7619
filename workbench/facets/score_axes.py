"""Bin one score over all threads, for the slider of a rule and the histogram above it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from workbench.facets import bin_edges

#: Bin of unknown values.
UNKNOWN = 255


#: If half of the values are in this share of the span from 0 on, the bins grow with the value.
MASS_AT_ZERO = 0.05


def edges(scores: pl.DataFrame, column: str) -> list[float]:
    """Choose the edges of the bins of a score.

    Whole numbers get one bin each if they are few, else ten bins a decade. Other numbers get about
    a hundred bins of a round width, or bins that grow with the value if most values are close to 0.
    The last bin contains all values from its edge on.

    Args:
        scores: Frame with the column.
        column: Name of a numeric column.

    Returns:
        At most about 200 ascending values; the first is not above any value of the column.

    Examples:
        >>> edges(pl.DataFrame({"turns": [2, 3, 4000]}), "turns")[-4:]
        [2500.0, 3000.0, 4000.0, 5000.0]
    """
    is_whole = scores.schema[column].is_integer()
    known = scores[column].drop_nulls().cast(pl.Float64).to_numpy()
    known = known[~np.isnan(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if is_whole:
        return bin_edges.whole_numbers(low, high, density=bin_edges.SLIDER)
    if len(known) and low >= 0 and high > 0 and np.median(known) <= high * MASS_AT_ZERO:
        return bin_edges.growing_steps(high)
    return bin_edges.equal_steps(low, high, width=bin_edges.decimal_width(low, high))


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
    def of(cls, scores: pl.DataFrame, column: str) -> Self:
        """Bin every thread; see `edges` for the arguments."""
        starts = edges(scores, column)
        slots = bin_edges.slots(scores[column], starts, unknown=UNKNOWN)
        counts = np.bincount(slots, minlength=UNKNOWN + 1)
        is_whole = scores.schema[column].is_integer()
        return cls(column, starts, pl.Series(column, slots), counts, is_whole)

    def kept(self, kept: pl.Series) -> list[int]:
        """Count the kept threads by bin; those with an unknown score are not counted."""
        counts: list[int] = self._inside(kept)[: len(self.edges)].tolist()
        return counts

    def bins(self, kept: pl.Series) -> pl.DataFrame:
        """Count kept and removed threads by bin.

        Args:
            kept: One boolean per thread, in the order of the scores.

        Returns:
            Two rows per bin: `start`, `end` (null for the last bin), `position` (counted from 0),
            `kept` and `threads`. A null `start` means that the score is unknown.
        """
        inside = self._inside(kept)
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

    def _inside(self, kept: pl.Series) -> np.ndarray:
        return np.bincount(self.slots.filter(kept).to_numpy(), minlength=UNKNOWN + 1)


def bins(scores: pl.DataFrame, column: str, *, by: str = "kept") -> pl.DataFrame:
    """Count kept and removed threads by bin of a score; see `Axis.bins`.

    Examples:
        >>> frame = pl.DataFrame({"turns": [2, 2, 3], "kept": [True, False, False]})
        >>> bins(frame, "turns").filter(pl.col("threads") > 0).select("start", "kept").rows()
        [(2.0, True), (2.0, False), (3.0, False)]
    """
    return Axis.of(scores, column).bins(scores[by])
