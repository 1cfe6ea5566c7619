"""Colours of the points of a map: one byte for each point, and what it means."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from workbench.display.css import KEPT, REMOVED
from workbench.text import sanitize

#: Colours of names: Okabe and Ito's palette (2008) without yellow and black, which are not visible
#: on white and near-black pages. Further names are grey.
NAMES = ["#3182bd", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"]

#: Viridis without its ends, which are not visible on white or near-black pages.
SCHEME = ["#443983", "#31688e", "#21918c", "#35b779", "#90d743", "#dde318"]

#: Label of all names without a colour of their own, and of points without a value.
OTHER, UNKNOWN = "other", "unknown"

#: Steps of numbers.
STEPS = 30


@dataclass(frozen=True)
class Paint:
    """The colours of all points.

    Args:
        slots: For each point one byte, an index into `palette`.
        palette: Colours as `#rrggbb`.
        legend: Label and colour of what is worth explaining.
    """

    slots: bytes
    palette: list[str]
    legend: list[tuple[str, str]]


def paint(values: pl.Series) -> Paint:
    """Colour points by a number from 0 to 1, a name or a verdict; null is grey.

    Args:
        values: Numbers, names (made plain here) or booleans: whether a thread is kept.

    Examples:
        >>> paint(pl.Series([True, False])).legend
        [('kept', '#3182bd'), ('removed', '#a3a8b0')]
        >>> painted = paint(pl.Series(["en", "ja", "en", None]))
        >>> list(painted.slots), [label for label, _ in painted.legend]
        ([0, 1, 0, 2], ['en', 'ja', 'other'])
    """
    if values.dtype == pl.Boolean:
        slots = np.where(values.fill_null(value=False).to_numpy(), 0, 1)
        return Paint(_bytes(slots), [KEPT, REMOVED], [("kept", KEPT), ("removed", REMOVED)])
    if values.dtype == pl.String:
        return _named(values)
    shares = values.cast(pl.Float64).fill_nan(None).clip(0, 1)
    slots = (shares * (STEPS - 1)).round().fill_null(STEPS).to_numpy()
    colours = [*_steps(), REMOVED]
    ends = [("0", colours[0]), ("0.5", colours[STEPS // 2]), ("1", colours[STEPS - 1])]
    unknown = [(UNKNOWN, REMOVED)] if shares.null_count() else []
    return Paint(_bytes(slots), colours, ends + unknown)


def _named(values: pl.Series) -> Paint:
    counts = (
        values.drop_nulls()
        .value_counts(sort=True)
        .sort(["count", values.name], descending=[True, False])
    )
    known = counts[values.name].head(len(NAMES)).to_list()
    slots = values.replace_strict(
        known, range(len(known)), default=len(known), return_dtype=pl.UInt8
    ).to_numpy()
    colours = [*NAMES[: len(known)], REMOVED]
    labels = [sanitize.plain(name, most=20) or UNKNOWN for name in known]
    is_all = bool((slots < len(known)).all())
    shown = list(zip(labels, colours, strict=False)) + ([] if is_all else [(OTHER, REMOVED)])
    return Paint(_bytes(slots), colours, shown)


def _bytes(slots: np.ndarray) -> bytes:
    return slots.astype(np.uint8).tobytes()


def _steps() -> list[str]:
    """Interpolate the scheme."""
    stops = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in SCHEME])
    at = np.linspace(0, len(SCHEME) - 1, STEPS)
    channels = [np.interp(at, np.arange(len(SCHEME)), stops[:, i]).round() for i in range(3)]
    return [f"#{int(r):02x}{int(g):02x}{int(b):02x}" for r, g, b in zip(*channels, strict=True)]
