"""A map of the threads, and the rectangle that one person dragged on it."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench import charts


@dataclass(frozen=True)
class Atlas:
    """Positions of all threads with a vector.

    Args:
        method: Projection method.
        places: `place` (row of the scores), `tweet_id`, `x` and `y` of each thread, in an order in
            which the first rows are always a sample.
    """

    method: str
    places: pl.DataFrame


class Brush:
    """The rectangle that one person dragged last; it survives when the chart is drawn again.

    Examples:
        >>> class Chart:
        ...     selections = {}
        >>> brush, first, second = Brush(), Chart(), Chart()
        >>> first.selections = {"brush": {"x": [0, 1], "y": [2, 3]}}
        >>> brush.of(first) == brush.of(second) == {"x": [0, 1], "y": [2, 3]}
        True
        >>> brush.of(second)
        {}
    """

    def __init__(self) -> None:
        self.sides: dict[str, list[float]] = {}
        self._chart: object = None
        self._method = ""

    def on(self, atlas: Atlas) -> dict[str, list[float]]:
        """Return the sides to draw on a map; empty if the projection method changed."""
        if self._method != atlas.method:
            self.sides, self._method = {}, atlas.method
        return self.sides

    def of(self, chart: Any) -> dict[str, list[float]]:  # noqa: ANN401 (marimo's chart)
        """Return the sides of the rectangle; a new chart has not sent any yet.

        Args:
            chart: The chart on the page. If it is not new, its selection is the present one.
        """
        sides = dict(chart.selections.get(charts.maps.BRUSH) or {})
        if sides or chart is self._chart:
            self.sides = sides
        self._chart = chart
        return self.sides
