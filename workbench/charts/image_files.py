"""Pictures: a chart as a file that needs nothing else to be looked at."""

from pathlib import Path
from typing import Any

from workbench.charts.theme import Layers
from workbench.exceptions import StageError

#: Kinds of pictures that a browser saves: ending -> MIME type.
MIMES = {"svg": "image/svg+xml", "png": "image/png"}

#: Kinds of files that a chart can be written as, with how to do so.
KINDS: dict[str, dict[str, Any]] = {
    "html": {"inline": True},
    "svg": {},
    "png": {"scale_factor": 2},
    "json": {},
}


def image(chart: Layers, kind: str, *, width: int = 760) -> bytes:
    """Write a chart as a picture on white that needs nothing else to be looked at.

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
    """Write a chart to a file that needs nothing else to be looked at.

    Args:
        chart: The chart.
        path: A file whose name ends with .html, .svg, .png or .json.

    Raises:
        StageError: If it ends otherwise, or cannot be written.
    """
    kind = path.suffix.removeprefix(".")
    if kind not in KINDS:
        msg = f"No chart can be written as {path.name!r}."
        raise StageError(msg, hint="end its name with .html, .svg, .png or .json.")
    drawn = chart.properties(width=760, background="white")
    try:
        drawn.save(str(path), **KINDS[kind])
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}."
        raise StageError(
            msg, hint="name a folder that is there and that you may write to."
        ) from error
