"""Put a newly trained classifier to use: recipe, scores and selection, and what that changes.

`workbench apply` and the page Label call `apply`.
"""

from pathlib import Path

import polars as pl

from workbench import selection
from workbench.classifiers import experiments
from workbench.exceptions import ModelError
from workbench.pipeline import damage
from workbench.pipeline.run import Watch, refresh, unwatched
from workbench.pipeline.stages import STAGES
from workbench.recipe import Recipe
from workbench.storage import Workspace, atomic


def apply(workspace: Workspace, kind: str, *, watch: Watch = unwatched) -> pl.DataFrame:
    """Write the classifier of the last experiment into the recipe, and score and select again.

    If it is stopped, the next call goes on, and compares with the selection before the first.

    Args:
        workspace: Workspace with scores and an experiment.
        kind: `prompt_classifier` or `reply_classifier`.
        watch: Shows the progress of each stage.

    Returns:
        See `experiments.applied`.

    Raises:
        ModelError: If there is no experiment to apply.
    """
    with workspace.locked(), damage.explained(workspace):
        return _apply(workspace, kind, watch)


def _apply(workspace: Workspace, kind: str, watch: Watch) -> pl.DataFrame:
    experiment = experiments.load(workspace, kind)
    if experiment is None:
        msg = f"There is no trial of the {kind.replace('_', ' ')} to apply."
        raise ModelError(msg, hint=f"run `workbench trial {kind}` first.")
    before_path = experiment.folder / "before.parquet"
    if not before_path.exists():
        _write(_kept(workspace, kind).rename({"kept": "kept_now", "value": "before"}), before_path)
    experiments.use(workspace, experiment)
    recipe = Recipe.load(workspace.root / "recipe.toml")
    refresh(workspace, recipe, STAGES[:-1], watch=watch)
    after = _kept(workspace, kind).rename({"kept": "kept_then", "value": "after"})
    before = pl.read_parquet(before_path, glob=False)
    changes = after.join(before, on="thread_id", how="left", maintain_order="left").select(
        "thread_id", "before", "after", pl.col("kept_now").fill_null(value=False), "kept_then"
    )
    _write(changes, experiment.folder / "applied.parquet")
    return changes


def _kept(workspace: Workspace, kind: str) -> pl.DataFrame:
    """Return `thread_id`, `kept` by the recipe of the workspace, and `value` of the classifier."""
    path = workspace.root / "recipe.toml"
    recipe = Recipe.load(path) if path.exists() else Recipe()
    scores = workspace.scan("scores")
    verdicts = selection.from_scores(scores, settings=recipe.select)
    values = scores.select("thread_id", value=experiments.COLUMNS[kind]).collect()
    return verdicts.select("thread_id", "kept").join(
        values, on="thread_id", how="left", maintain_order="left"
    )


def _write(rows: pl.DataFrame, path: Path) -> None:
    with atomic.replacing(path) as new:
        rows.write_parquet(new, compression="zstd")
