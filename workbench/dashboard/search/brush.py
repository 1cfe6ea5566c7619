"""A map of the threads, and the rectangle that one person dragged on it."""

from collections.abc import Mapping
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

    Only the callback of the chart changes it.

    Examples:
        >>> brush, atlas = Brush(), Atlas("axes", pl.DataFrame())
        >>> brush.drag({"brush": {"x": [0, 1], "y": [2, 3]}}, atlas)
        >>> brush.on(atlas)
        {'x': [0, 1], 'y': [2, 3]}
        >>> brush.on(Atlas("neighbours", pl.DataFrame()))
        {}
    """

    def __init__(self) -> None:
        self._sides: dict[str, list[float]] = {}
        self._method = ""

    def drag(self, selections: Mapping[str, Any], atlas: Atlas) -> None:
        """Note the rectangle of a chart, or that it has none.

        Args:
            selections: What is selected on the chart, by the name of the selection.
            atlas: The map that the chart shows.
        """
        self._sides = dict(selections.get(charts.maps.BRUSH) or {})
        self._method = atlas.method

    def on(self, atlas: Atlas) -> dict[str, list[float]]:
        """Return the sides on a map; empty if they were dragged on one of another method."""
        return self._sides if self._method == atlas.method else {}
