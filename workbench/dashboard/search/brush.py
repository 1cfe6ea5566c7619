"""Atlases: a map of the threads of a page, and the rectangle that one person dragged on it."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench import charts


@dataclass(frozen=True)
class Atlas:
    """A map of those threads of the scores that have a vector.

    Args:
        method: How it was drawn.
        places: `place` in the scores, `tweet_id`, `x` and `y` of each thread, in an order of which
            any beginning is a sample.
    """

    method: str
    places: pl.DataFrame


class Brush:
    """The rectangle that one person dragged last, which outlives the charts it was dragged on.

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
        """Give the sides to draw on a map; none of a rectangle on a map drawn another way."""
        if self._method != atlas.method:
            self.sides, self._method = {}, atlas.method
        return self.sides

    def of(self, chart: Any) -> dict[str, list[float]]:  # noqa: ANN401 (marimo's chart)
        """Give the sides of the rectangle; a chart that is new has not told of any yet.

        Args:
            chart: The chart that is shown, whose selections changed if it was shown before.
        """
        told = dict(chart.selections.get(charts.maps.BRUSH) or {})
        if told or chart is self._chart:
            self.sides = told
        self._chart = chart
        return self.sides
