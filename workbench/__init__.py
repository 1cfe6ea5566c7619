"""Thread Workbench: turn dumps of tweets into conversation training data.

    import workbench as wb

    ws = wb.run("july.tar", workspace="july")   # or wb.open("july")
    ws.search("how do I boil an egg")
    ws.attribution(ws.recipe.with_(similarity={"min": 0.4}))

`open` and `run` return a `Workspace` with its tables as polars lazy frames. A `Recipe` contains
every setting of a run. `stages` runs each stage on frames in memory, without a workspace. `charts`
draws frames with altair; JupyterLab shows them without a network.

The packages, in the order in which the data passes through them:

    remote          read and write files in buckets and on the web
    archives     open tar, zip, compressed and plain files as members
    ingest       1  read members into one row per tweet, and a ledger of every line
    hydration       fetch missing parents from the official API
    threads      2  rebuild the reply trees: turns and threads
    embeddings   3  turn opening tweets into vectors in LanceDB
    scores       4  measure every thread; drop nothing
    selection    5  apply the rules of a recipe
    export       6  write the kept threads in formats that other tools load

`measures` adds scores and rules of your own: mark functions with `@workbench.scorer` and
`@workbench.rule`. `pipeline` runs the stages that are stale. `schemas` declares the columns of
every table.

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
        measures,
        pipeline,
        sample,
        schemas,
        scores,
        selection,
        threads,
    )
    from workbench.library import stages
    from workbench.library.entry import open, run
    from workbench.library.workspace import Workspace
    from workbench.measures import rule, scorer
    from workbench.recipe import Recipe

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
    "measures",
    "open",
    "pipeline",
    "rule",
    "run",
    "sample",
    "schemas",
    "scorer",
    "scores",
    "selection",
    "stages",
    "threads",
]

#: Public name -> module that defines it. The other public names are packages.
_HOMES = {
    "Recipe": "workbench.recipe",
    "Workspace": "workbench.library.workspace",
    "open": "workbench.library.entry",
    "rule": "workbench.measures",
    "run": "workbench.library.entry",
    "scorer": "workbench.measures",
}
#: Public name -> module that it stands for, if that is no package of this name.
_MODULES = {"stages": "workbench.library.stages"}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in __all__:
        return import_module(_MODULES.get(name, f"workbench.{name}"))
    msg = f"module 'workbench' has no attribute '{name}'"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
