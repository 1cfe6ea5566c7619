"""The map of the threads in a browser: points, hits, clusters, and what people choose on it."""

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import NDArray

from workbench.charts.maps import Paint
from workbench.dashboard.components import widget_files
from workbench.display.css import LINE

#: Largest coordinate of a point; the smallest is 0.
FULL = 65_535
#: Most corners of a selection.
CORNERS = 400


#: Returns the text and the facts of the card of a point, by its number.
Describe = Callable[[int], tuple[str, list[str]]]


class Scatter(anywidget.AnyWidget):
    """Points on a plane that can be moved, zoomed and selected.

    The browser gets five bytes for each point and one bit for each answer to a search. It asks for
    the text of a point when the mouse is over it.

    Args:
        places: Coordinates, shape `(n, 2)`, uint16. Their order must be random, because the first
            points are drawn while the map moves.
        clusters: `name`, `x`, `y` (coordinates) and `threads` of each cluster, the largest first.
            The names are plain text.
        describe: Called for the card of a point.
        lasso: Corners of the selection at first.
    """

    _esm = widget_files.script(__file__, "scatter_drawing.js")
    _css = widget_files.style(__file__)

    accent = traitlets.Unicode(LINE).tag(sync=True)
    places = traitlets.Bytes().tag(sync=True)
    slots = traitlets.Bytes().tag(sync=True)
    palette: Any = traitlets.List().tag(sync=True)
    legend: Any = traitlets.List().tag(sync=True)
    shown = traitlets.Bytes().tag(sync=True)
    hits = traitlets.Bytes().tag(sync=True)
    clusters: Any = traitlets.List().tag(sync=True)
    examples: Any = traitlets.List().tag(sync=True)
    opened = traitlets.Int(-1).tag(sync=True)
    clicked = traitlets.Dict({"place": -1, "turn": 0}).tag(sync=True)
    lasso: Any = traitlets.List().tag(sync=True)

    def __init__(
        self,
        places: NDArray[np.uint16],
        *,
        clusters: Sequence[dict[str, Any]],
        describe: Describe,
    ) -> None:
        self.count = len(places)
        self._describe = describe
        super().__init__(places=places.astype("<u2").tobytes(), clusters=list(clusters))
        self.on_msg(self._answer)

    def paint(self, paint: Paint) -> None:
        """Colour the points."""
        with self.hold_sync():
            self.slots, self.palette, self.legend = paint.slots, paint.palette, paint.legend

    def show(self, mask: NDArray[np.bool_] | None) -> None:
        """Show only some points; all if there is no mask."""
        self.shown = b"" if mask is None or mask.all() else np.packbits(mask).tobytes()

    def ring(self, mask: NDArray[np.bool_] | None) -> None:
        """Ring the points that a search has found; without a mask there was no search."""
        self.hits = b"" if mask is None else np.packbits(mask).tobytes()

    @property
    def place(self) -> int | None:
        """The point that was clicked last, checked, because the browser may send anything."""
        place = self.clicked.get("place") if isinstance(self.clicked, dict) else None
        return place if isinstance(place, int) and 0 <= place < self.count else None

    @property
    def corners(self) -> NDArray[np.float64]:
        """The corners of the selection, checked, shape `(n, 2)`; none without a selection."""
        try:
            corners = np.asarray(self.lasso[:CORNERS], dtype=np.float64)
        except (TypeError, ValueError):
            corners = np.zeros((0, 2))
        is_polygon = corners.ndim == 2 and corners.shape[1] == 2 and len(corners) > 2
        return corners if is_polygon and np.isfinite(corners).all() else np.zeros((0, 2))

    def _answer(self, _: object, content: Any, __: object) -> None:  # noqa: ANN401 (any message)
        """Send the card of a point."""
        place = content.get("place") if isinstance(content, dict) else None
        if isinstance(place, int) and 0 <= place < self.count:
            text, facts = self._describe(place)
            self.send({"kind": "card", "place": place, "text": text, "facts": facts})


def inside(places: NDArray[np.uint16], corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the points in a polygon, by the even-odd rule.

    The polygon is drawn on a grid of its own size, so the time does not grow with its corners. A
    point near an edge may be counted wrong by a thousandth of the polygon's size.

    Args:
        places: Coordinates, shape `(n, 2)`.
        corners: Corners, shape `(m, 2)`; fewer than three contain nothing.

    Examples:
        >>> places = np.array([[10, 10], [90, 90], [50, 20]], dtype=np.uint16)
        >>> inside(places, np.array([[0, 0], [100, 0], [100, 40], [0, 40]], dtype=float)).tolist()
        [True, False, True]
    """
    if len(corners) < 3:
        return np.zeros(len(places), dtype=np.bool_)
    cells = 1024
    low, high = corners.min(axis=0), corners.max(axis=0)
    size = np.maximum(high - low, 1e-9) / cells
    starts, ends = (corners - low) / size, (np.roll(corners, -1, axis=0) - low) / size
    toggles = np.zeros((cells, cells + 1), dtype=np.bool_)
    for (x0, y0), (x1, y1) in zip(starts, ends, strict=True):
        rows = np.arange(*np.ceil(np.sort([y0, y1]) - 0.5).clip(0, cells), dtype=np.int64)
        if len(rows):
            columns = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
            toggles[rows, np.ceil(columns - 0.5).clip(0, cells).astype(np.int64)] ^= True
    grid = np.logical_xor.accumulate(toggles, axis=1)[:, :cells]
    at = (places - low) / size
    is_near = ((at >= 0) & (at <= cells)).all(axis=1)
    columns, rows = np.minimum(at[is_near].astype(np.int64), cells - 1).T
    marked = np.zeros(len(places), dtype=np.bool_)
    marked[is_near] = grid[rows, columns]
    return marked
