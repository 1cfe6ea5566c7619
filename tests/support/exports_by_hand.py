"""Small exports made by hand, for the tests of what is written and checked."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from tests.support import kept
from workbench import export
from workbench.export.formats import FORMATS
from workbench.export.formats.registry import RATED
from workbench.export.manifest import Manifest
from workbench.recipe import ExportSettings, Recipe

SECRET = b"s" * 32


NAMES = tuple(name for name in FORMATS if name != "ids")
#: Formats that need no ratings of replies.
UNRATED = tuple(name for name in NAMES if FORMATS[name].UNIT not in RATED)


def recipe(*formats: str, **options: Any) -> Recipe:
    """Make a recipe that writes some formats, `messages` if none is named."""
    return Recipe(export=ExportSettings(formats=formats or ("messages",), **options))


def write_export(
    turns: pl.DataFrame | pl.LazyFrame,
    folder: Path,
    *,
    recipe: Recipe,
    removed: tuple[int, ...] = (20,),
    **options: Any,
) -> Manifest:
    """Write an export of all threads but some."""
    return export.from_selection(
        turns,
        kept.threads(turns.lazy().collect()),
        kept.verdicts(turns.lazy().collect(), removed=removed),
        recipe=recipe,
        folder=folder,
        provenance={"turns": "abc"},
        secret=SECRET,
        **options,
    )


def lines(path: Path) -> list[Any]:
    """Read JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def data(pack: Path) -> dict[str, bytes]:
    """Read all files but the manifest, which contains the time."""
    return {path.name: path.read_bytes() for path in pack.iterdir() if path.name != "manifest.json"}
