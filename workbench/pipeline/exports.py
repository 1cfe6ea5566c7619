"""Write the kept threads of a workspace as an export, and record where its tweets come from."""

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from workbench import export, instructions, selection
from workbench.cluster import export as cluster_export
from workbench.cluster.engine import Engine
from workbench.exceptions import ExportError, StageError
from workbench.export import manifest, record_meta
from workbench.measures import store
from workbench.pipeline import freshness
from workbench.pipeline.stages import BY_NAME
from workbench.progress import OnProgress, silent
from workbench.recipe import Recipe
from workbench.schemas.own_measures import OwnMeasure
from workbench.selection import hand_list
from workbench.storage import Workspace

#: Columns of the scores that an export reads.
_SCORES = ["thread_id", "lang", "turns", "representative_id", *record_meta.COLUMNS]


def write_export(
    workspace: Workspace,
    recipe: Recipe,
    *,
    name: str,
    overwrite: bool = False,
    engine: Engine | None = None,
    on_progress: OnProgress = silent,
) -> dict[str, Any]:
    """Write the threads that a recipe keeps into the folder `6_exports/NAME` of a workspace.

    The scores must be up to date for the recipe. Its rules may differ from those of the last
    selection: they are applied here and the table of verdicts stays as it is.

    Args:
        workspace: Workspace to read from and write to. The caller locks it.
        recipe: Rules to apply, and formats to write.
        name: Name of the export.
        overwrite: Replace an export of that name.
        engine: Where the records are written; by default in this process.
        on_progress: Called with the threads done and all threads.

    Returns:
        Counts: `pack` (the name), `threads` and `files`.

    Raises:
        StageError: If an earlier stage has to run first, or the recipe keeps no thread.
        ExportError: If the name cannot be a folder, see also `export.from_selection`.
    """
    export.check_name(name)
    freshness.check(workspace, recipe, before="select")
    decisions = hand_list.load(workspace)
    verdicts = _verdicts(workspace, recipe, decisions)
    if not verdicts["kept"].any():
        msg = f"The recipe keeps none of {verdicts.height:,} threads. There is nothing to export."
        raise StageError(msg, hint=hint_if_nothing_is_kept(verdicts.height))
    make_shards = None
    if engine is not None:
        make_shards = partial(
            cluster_export.shards,
            workspace=workspace,
            settings=recipe.export_settings,
            engine=engine,
            on_progress=on_progress,
        )
    written = export.from_selection(
        workspace.scan("turns"),
        workspace.read("scores", columns=_SCORES),
        verdicts,
        recipe=recipe,
        folder=workspace.exports_path / name,
        provenance=provenance(workspace, recipe),
        secret=workspace.secret,
        answers=workspace.scan("reply_scores"),
        decisions=_known(decisions, verdicts, workspace),
        overwrite=overwrite,
        make_shards=make_shards,
        on_progress=on_progress,
    )
    return {"pack": name, "threads": written.threads_kept, "files": len(written.files)}


def _known(
    decisions: pl.DataFrame, verdicts: pl.DataFrame, workspace: Workspace
) -> pl.DataFrame | None:
    """Return the decisions by hand on threads and turns that the workspace has."""
    if decisions.is_empty():
        return None
    tweets = workspace.scan("turns").select(id="tweet_id").with_columns(what=pl.lit("turn"))
    threads = verdicts.lazy().select(id="thread_id").with_columns(what=pl.lit("thread"))
    known = pl.concat([tweets, threads])
    return decisions.lazy().join(known, on=["what", "id"], how="semi").collect()


def _verdicts(workspace: Workspace, recipe: Recipe, decisions: pl.DataFrame) -> pl.DataFrame:
    """Read the verdicts if they are those of the recipe; otherwise apply its rules."""
    if workspace.has("verdicts") and freshness.is_current(workspace, recipe, BY_NAME["select"]):
        return workspace.read("verdicts")
    return selection.from_scores(
        workspace.scan("scores"), settings=recipe.select, decisions=decisions
    )


def _described(own: OwnMeasure) -> dict[str, str]:
    """Describe an own measure for the manifest."""
    return {name: getattr(own, name) for name in ("name", "made_by", "origin", "sha256", "about")}


def recipe_of(workspace: Workspace, name: str) -> Recipe:
    """Load the recipe that an export was written with.

    Raises:
        ExportError: If there is no export of that name.
    """
    export.check_name(name)
    path = workspace.exports_path / name / manifest.RECIPE
    if not path.is_file():
        recipes = workspace.exports_path.glob(f"[!.]*/{manifest.RECIPE}")
        names = sorted(recipe.parent.name for recipe in recipes)
        msg = f"There is no export `{name}` in {workspace.exports_path}."
        hint = f"choose one of {', '.join(names)}." if names else "write one: `workbench export`."
        raise ExportError(msg, hint=hint)
    return Recipe.load(path)


def hint_if_nothing_is_kept(threads: int) -> str:
    """Say what to do if none of so many threads is kept."""
    if threads:
        return "loosen the rules; `workbench select` shows what each of them removes."
    return "there are no threads at all: ingest more dumps, or dumps that contain replies."


def _deletions_applied(workspace: Workspace) -> int:
    """Count the deleted tweets that dumps contained."""
    return int(workspace.scan("deletions").select(pl.col("had_row").sum()).collect().item())


def _model(workspace: Workspace) -> dict[str, Any]:
    """Describe the files of the model that made the vectors; {} if an earlier version did."""
    run = workspace.last_run("embed")
    model = run.counts.get("model") if run else None
    return {"embedder_files": model} if model else {}


def provenance(workspace: Workspace, recipe: Recipe) -> dict[str, Any]:
    """Describe where the tables of a workspace come from, for the manifest of an export.

    Files are named without their folders, which may be private.
    """
    own = [_described(measure) for measure in store.of_scores(workspace)]
    ledger = workspace.read("ledger")
    archives = ledger.group_by(pl.col("archive").str.split("/").list.last()).agg(
        members=pl.len(),
        lines=pl.col("lines").sum(),
        content=pl.col("content_hash").sort().str.join(""),
    )
    return {
        "tables": {
            name: run.fingerprint
            for name in ("ingest", "threads", "embed", "score")
            if (run := workspace.last_run(name)) is not None
        },
        "embedder": recipe.embed.model,
        "engine": recipe.embed.engine,
        **_model(workspace),
        "instructions": {
            "set": Path(recipe.score.instructions).name,
            "own": instructions.counts(workspace),
        },
        **({"measures": own} if own else {}),
        "deletions_applied": _deletions_applied(workspace),
        "archives": [
            {
                "archive": row["archive"],
                "members": row["members"],
                "lines": row["lines"],
                "sha256": hashlib.sha256(row["content"].encode()).hexdigest(),
            }
            for row in archives.sort("archive").to_dicts()
        ],
    }
