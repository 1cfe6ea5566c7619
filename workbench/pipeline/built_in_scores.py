"""Write the table of scores, and compute only the own measures again if only they have changed.

The table notes what its built-in columns depend on. Somebody who edits a file of code therefore
waits for that code alone. If the code fails, the table of scores stays as it is.
"""

import hashlib
from typing import Any

import polars as pl

from workbench.measures import store
from workbench.pipeline import fingerprints
from workbench.pipeline.stages import BY_NAME
from workbench.recipe import Recipe
from workbench.schemas import Scores
from workbench.storage import Workspace, stamps

#: Keys of the metadata of the table: hashes of what the built-in and the own columns depend on.
_BUILT_IN, _OWN = "workbench.built_in", "workbench.own"


def reusable(workspace: Workspace, recipe: Recipe) -> tuple[pl.DataFrame, int] | None:
    """Return the built-in scores of the table, and the number of rated replies.

    Returns:
        None if they must be computed: they depend on something that has changed, or the own
        measures have not changed either and somebody wants all scores to be computed again.
    """
    if not (workspace.has("scores") and workspace.has("reply_scores")):
        return None
    noted = pl.read_parquet_metadata(workspace.path("scores"))
    if noted.get(_BUILT_IN) != _fingerprint(workspace, recipe):
        return None
    if noted.get(_OWN, "") == store.fingerprint(workspace, recipe):
        return None
    replies = workspace.scan("reply_scores").select(pl.len()).collect().item()
    return workspace.read("scores", columns=Scores.column_names()), replies


def write(workspace: Workspace, recipe: Recipe, scores: pl.DataFrame) -> None:
    """Write built-in scores before own measures are added, which may fail.

    The replies must be written already.
    """
    workspace.write("scores", scores, metadata={_BUILT_IN: _fingerprint(workspace, recipe)})


def add_own(workspace: Workspace, recipe: Recipe, scores: pl.DataFrame) -> dict[str, Any]:
    """Add the own measures and write the table again; return counts and notes of the run.

    Raises:
        MeasureError: See `measures.add`.
    """
    own = store.fingerprint(workspace, recipe)
    if not own and not store.of_scores(workspace):
        return {}
    added = store.add_columns(workspace, recipe, scores)
    noted = {_BUILT_IN: _fingerprint(workspace, recipe), _OWN: own}
    workspace.write("scores", added.scores, metadata=noted | store.metadata_of(added.measures))
    return {"own_measures": len(added.measures), "notes": added.notes}


def key(workspace: Workspace, recipe: Recipe) -> str:
    """Hash what the built-in scores depend on."""
    return _hash(_inputs(workspace, recipe))


def _fingerprint(workspace: Workspace, recipe: Recipe) -> str:
    """Hash what the built-in scores depend on, and the scores of replies computed with them."""
    replies = stamps.of(workspace.path("reply_scores"))
    return _hash({**_inputs(workspace, recipe), "replies": replies})


def _inputs(workspace: Workspace, recipe: Recipe) -> dict[str, str]:
    without_code = recipe.score.model_copy(update={"code": ()})
    plain = recipe.model_copy(update={"score": without_code})
    values = fingerprints.inputs(workspace, plain, BY_NAME["score"])
    values.pop("measures", None)
    return values


def _hash(values: dict[str, str]) -> str:
    text = "\n".join(f"{name} {value}" for name, value in sorted(values.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
