"""Write charts as self-contained files."""

from pathlib import Path
from typing import Any

from workbench.charts.theme import Layers
from workbench.exceptions import StageError

#: Formats that the dashboard offers: suffix -> MIME type.
MIMES = {"svg": "image/svg+xml", "png": "image/png"}

#: Formats that `save` writes: suffix -> options of altair.
KINDS: dict[str, dict[str, Any]] = {
    "html": {"inline": True},
    "svg": {},
    "png": {"scale_factor": 2},
    "json": {},
}


def image(chart: Layers, kind: str, *, width: int = 760) -> bytes:
    """Return a chart as a self-contained picture on white.

    Args:
        chart: The chart.
        kind: One of `MIMES`.
        width: Width of the plot, in pixels.
    """
    import vl_convert

    spec = chart.properties(width=width, background="white").to_dict()
    if kind == "svg":
        return vl_convert.vegalite_to_svg(spec).encode()
    return vl_convert.vegalite_to_png(spec, scale=2)


def save(chart: Layers, path: Path) -> None:
    """Write a chart to a self-contained file.

    Args:
        chart: The chart.
        path: File with the suffix .html, .svg, .png or .json.

    Raises:
        StageError: If it has another suffix, or cannot be written.
    """
    kind = path.suffix.removeprefix(".")
    if kind not in KINDS:
        msg = f"A chart cannot be written to {path.name!r}."
        raise StageError(msg, hint="use a file name that ends with .html, .svg, .png or .json.")
    drawn = chart.properties(width=760, background="white")
    try:
        drawn.save(str(path), **KINDS[kind])
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}."
        raise StageError(msg, hint="choose an existing folder that you can write to.") from error
