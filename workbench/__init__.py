"""Thread Workbench: turn dumps of tweets into conversation training data.

The packages, in the order in which the data passes through them:

    archives     open tar, zip, compressed and plain files as members
    ingest       1  read members into one row per tweet, and a ledger of every line
    hydration       fetch missing parents from the official API
    threads      2  rebuild the reply trees: turns and threads
    embeddings   3  turn opening tweets into vectors in LanceDB
    scores       4  measure every thread; drop nothing
    selection    5  apply the rules of a recipe
    export       6  write the kept threads in formats that other tools load

`pipeline` runs the stages that are stale. `Recipe` contains every setting of a run, `Workspace`
finds every table on disk. Each stage is a function from frames to a frame: `threads.from_tweets`,
`scores.from_threads`, `selection.from_scores` and so on.

Importing this package is cheap: each name below is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench import (
        charts,
        classifiers,
        embeddings,
        exceptions,
        export,
        hydration,
        ingest,
        instructions,
        labels,
        pipeline,
        schemas,
        scores,
        selection,
        threads,
    )
    from workbench.recipe import Recipe
    from workbench.storage import Workspace

__all__ = [
    "Recipe",
    "Workspace",
    "charts",
    "classifiers",
    "embeddings",
    "exceptions",
    "export",
    "hydration",
    "ingest",
    "instructions",
    "labels",
    "pipeline",
    "schemas",
    "scores",
    "selection",
    "threads",
]

#: Class -> package that defines it. The other public names are packages.
_CLASSES = {"Recipe": "workbench.recipe", "Workspace": "workbench.storage"}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    if name in _CLASSES:
        return getattr(import_module(_CLASSES[name]), name)
    if name in __all__:
        return import_module(f"workbench.{name}")
    msg = f"module 'workbench' has no attribute '{name}'"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
