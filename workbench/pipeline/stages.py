"""Stages: what each of them reads, makes and depends on, and how it runs."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from workbench import export, instructions, scores, selection, threads
from workbench.embeddings import embedders, nearest
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent
from workbench.recipe import Recipe
from workbench.storage import Workspace

#: Name of the pack that `run` writes.
PACK = "default"


@dataclass(frozen=True)
class Stage:
    """One step from tables to tables.

    Args:
        name: What the command line calls it.
        title: What it does, for a line of the log.
        needs: Stages whose tables it reads.
        sections: Tables of the recipe that decide its result.
        makes: Tables that it writes, as `Workspace` calls them, or the name of another path.
        run: Does it and gives its counts.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    sections: tuple[str, ...]
    makes: tuple[str, ...]
    run: Callable[[Workspace, Recipe, OnProgress], dict[str, Any]]


def _thread(workspace: Workspace, recipe: Recipe, on_progress: OnProgress) -> dict[str, Any]:
    forest = threads.from_tweets(
        workspace.scan("tweets"), settings=recipe.threads, on_progress=on_progress
    )
    workspace.write("turns", forest.turns)
    workspace.write("threads", forest.threads)
    return forest.counts


def _embed(workspace: Workspace, recipe: Recipe, on_progress: OnProgress) -> dict[str, Any]:
    from workbench import embeddings
    from workbench.embeddings import (
        cascade,
        projection,
        vector_cache,
    )

    kept = vector_cache.shared()
    if workspace.has("deletions"):
        kept.forget(workspace.scan("deletions").select("tweet_id"))
    turns, settings = workspace.scan("turns"), recipe.embed
    embedder = _embedder(recipe, on_progress=on_progress)
    extra = {}
    if settings.cascade:
        asked = instructions.known(workspace, recipe)
        looked = cascade.from_threads(
            turns,
            share=settings.cascade,
            fast=embedders.load(settings.model, engine="fast", on_progress=on_progress),
            known=nearest.vectors_of(asked, embedder=embedder),
            on_progress=on_progress,
        )
        turns = turns.join(looked.threads.lazy(), on="thread_id", how="semi")
        extra = {"looked_at": looked.compared, "passed_over": looked.passed_over}
    counts = embeddings.from_threads(
        turns,
        embedder=embedder,
        path=workspace.embeddings_path,
        settings=settings,
        cache=kept if vector_cache.is_worth(embedder) else None,
        on_progress=on_progress,
    )
    projection.renew(workspace)
    return counts | extra


def _embedder(recipe: Recipe, *, on_progress: OnProgress = silent) -> embedders.Embedder:
    return embedders.load(recipe.embed.model, engine=recipe.embed.engine, on_progress=on_progress)


def _score(workspace: Workspace, recipe: Recipe, on_progress: OnProgress) -> dict[str, Any]:
    known = instructions.known(workspace, recipe)
    scored = scores.from_threads(
        workspace.read("threads"),
        workspace.scan("turns"),
        path=workspace.embeddings_path,
        embedder=_embedder(recipe),
        instructions=known,
        tweets=workspace.scan("tweets"),
        settings=recipe.score,
        on_progress=on_progress,
    )
    workspace.write("scores", scored)
    return {
        "threads": scored.height,
        "instructions": known.height,
        "compared": scored.height - scored["similarity"].null_count(),
    }


def _select(workspace: Workspace, recipe: Recipe, on_progress: OnProgress) -> dict[str, Any]:
    verdicts = selection.from_scores(workspace.scan("scores"), settings=recipe.select)
    on_progress(1, 1)
    workspace.write("verdicts", verdicts)
    kept = int(verdicts["kept"].sum())
    return {"threads": verdicts.height, "kept": kept, "removed": verdicts.height - kept}


def _export(workspace: Workspace, recipe: Recipe, on_progress: OnProgress) -> dict[str, Any]:
    return pack(workspace, recipe, name=PACK, overwrite=True, on_progress=on_progress)


def pack(
    workspace: Workspace,
    recipe: Recipe,
    *,
    name: str,
    verdicts: pl.DataFrame | None = None,
    overwrite: bool = False,
    on_progress: OnProgress = silent,
) -> dict[str, Any]:
    """Write the kept threads as a pack, see `export.from_selection`.

    Args:
        workspace: Where the threads are, and where the pack is written.
        recipe: Its export settings.
        name: Name of the pack.
        verdicts: Which threads are kept; the table of the workspace if None.
        overwrite: True to replace a pack of that name.
        on_progress: Called with the threads written and all threads.
    """
    export.check_name(name)
    folder = workspace.exports_path / name
    if verdicts is None:
        verdicts = workspace.read("verdicts")
    if not verdicts["kept"].any():
        msg = f"The recipe keeps none of {verdicts.height:,} threads; there is nothing to export."
        raise StageError(msg, hint=nothing_kept(verdicts.height))
    manifest = export.from_selection(
        workspace.scan("turns"),
        workspace.read("threads"),
        verdicts,
        recipe=recipe,
        folder=folder,
        provenance=provenance(workspace, recipe),
        secret=workspace.secret,
        overwrite=overwrite,
        on_progress=on_progress,
    )
    return {"pack": name, "threads": manifest.threads_kept, "files": len(manifest.files)}


def nothing_kept(threads: int) -> str:
    """Say what to do where no thread of so many is kept."""
    if threads:
        return "loosen the rules; `workbench select` shows what each of them removes."
    return "there are no threads at all: ingest more dumps, or such as hold replies."


def provenance(workspace: Workspace, recipe: Recipe) -> dict[str, Any]:
    """Tell where the tables of a workspace come from, for the manifest of a pack.

    Files are named without their folders, which are nobody's business.
    """
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
        "instructions": {
            "set": Path(recipe.score.instructions).name,
            "own": instructions.counts(workspace),
        },
        "deletions_applied": int(workspace.read("deletions")["had_row"].sum()),
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


INGEST = Stage(
    "ingest",
    "read archives into tweets",
    (),
    ("ingest",),
    ("tweets", "ledger", "deletions"),
    lambda *_: {},
)
EXPORT = Stage(
    "export",
    "write the kept threads",
    ("select",),
    ("select", "export"),
    ("exports",),
    _export,
)

#: Every stage, in order.
STAGES: tuple[Stage, ...] = (
    INGEST,
    Stage(
        "threads",
        "rebuild the reply trees",
        ("ingest",),
        ("threads",),
        ("turns", "threads"),
        _thread,
    ),
    Stage("embed", "turn text into vectors", ("threads",), ("embed",), ("embeddings",), _embed),
    Stage("score", "measure every thread", ("embed",), ("score",), ("scores",), _score),
    Stage("select", "apply the rules", ("score",), ("select",), ("verdicts",), _select),
    EXPORT,
)

#: Name -> stage.
BY_NAME = {stage.name: stage for stage in STAGES}
