"""Run one stage: read its tables, call its builder, write the result and return its counts."""

from collections.abc import Callable
from functools import partial
from typing import Any

import dataframely as dy
import polars as pl

from workbench import embeddings, instructions, scores, selection, threads
from workbench.cluster import embed as cluster_embed
from workbench.cluster import score as cluster_score
from workbench.cluster import shard_folders
from workbench.cluster import threads as cluster_threads
from workbench.cluster.engine import Engine
from workbench.embeddings import cached_embedder, cascade, embedders, projection, vector_cache
from workbench.pipeline import built_in_scores, exports
from workbench.pipeline.stages import DEFAULT_EXPORT
from workbench.progress import OnProgress, silent
from workbench.recipe import Recipe
from workbench.schemas import Instructions
from workbench.selection import by_hand, hand_list
from workbench.storage import Workspace

#: Run a stage and return its counts.
Runner = Callable[[Workspace, Recipe, OnProgress], dict[str, Any]]


def place(
    workspace: Workspace, recipe: Recipe, on_progress: OnProgress, *, engine: Engine | None = None
) -> dict[str, Any]:
    """Run stage 2. An engine links all tweets and places those of threads."""
    if engine is not None:
        return cluster_threads.from_workspace(
            workspace, settings=recipe.threads, engine=engine, on_progress=on_progress
        )
    forest = threads.from_tweets(
        workspace.scan("tweets"),
        edits=workspace.edits(),
        settings=recipe.threads,
        on_progress=on_progress,
    )
    workspace.write("turns", forest.turns)
    workspace.write("threads", forest.threads)
    return forest.counts


def embed(
    workspace: Workspace, recipe: Recipe, on_progress: OnProgress, *, engine: Engine | None = None
) -> dict[str, Any]:
    """Run stage 3. An engine encodes the texts; the cascade runs in this process."""
    cache = vector_cache.shared()
    if workspace.has("deletions"):
        cache.forget(workspace.scan("deletions").select("tweet_id"))
    turns, settings = workspace.scan("turns"), recipe.embed
    embedder = _embedder(recipe, on_progress=on_progress)
    cascade_counts = {}
    if settings.cascade:
        known = instructions.known(workspace, recipe)
        candidates = cascade.from_threads(
            turns,
            share=settings.cascade,
            fast=embedders.load(settings.model, engine="fast", on_progress=on_progress),
            known=cached_embedder.encode_instructions(known, embedder=embedder),
            on_progress=on_progress,
        )
        turns = turns.join(candidates.threads.lazy(), on="thread_id", how="semi")
        cascade_counts = {
            "looked_at": candidates.compared,
            "passed_over": candidates.passed_over,
        }
    counts = _add_vectors(
        workspace,
        recipe,
        turns,
        embedder=embedder,
        cache=cache if vector_cache.is_worth_caching(embedder) else None,
        engine=engine,
        on_progress=on_progress,
    )
    projection.refresh(workspace, on_progress=on_progress)
    model = {"digest": embedder.digest, "weights": embedders.weights_of(embedder)}
    return counts | cascade_counts | {"model": model}


def _add_vectors(
    workspace: Workspace,
    recipe: Recipe,
    turns: pl.LazyFrame,
    *,
    embedder: embedders.Embedder,
    cache: vector_cache.VectorCache | None,
    engine: Engine | None,
    on_progress: OnProgress,
) -> dict[str, int]:
    add = partial(
        embeddings.from_threads,
        turns,
        path=workspace.embeddings_path,
        settings=recipe.embed,
        cache=cache,
    )
    if engine is None:
        return add(embedder=embedder, on_progress=on_progress)
    remote = cluster_embed.ClusterEmbedder(
        embedder,
        settings=recipe.embed,
        engine=engine,
        folder=shard_folders.folder(workspace, "embed", key=embedder.digest),
        on_progress=on_progress,
    )
    counts = add(embedder=remote, prepare=remote.prepare)
    remote.close()
    return counts


def _embedder(recipe: Recipe, *, on_progress: OnProgress = silent) -> embedders.Embedder:
    return embedders.load(recipe.embed.model, engine=recipe.embed.engine, on_progress=on_progress)


def score(
    workspace: Workspace, recipe: Recipe, on_progress: OnProgress, *, engine: Engine | None = None
) -> dict[str, Any]:
    """Run stage 4. An engine scores each thread by itself; this process compares the threads."""
    known = instructions.known(workspace, recipe)
    threads, replies = built_in_scores.reusable(workspace, recipe) or _score_again(
        workspace, recipe, known, engine, on_progress
    )
    counts = {
        "threads": threads.height,
        "replies": replies,
        "instructions": known.height,
        "compared": threads.height - threads["similarity"].null_count(),
    }
    return counts | built_in_scores.add_own(workspace, recipe, threads)


def _score_again(
    workspace: Workspace,
    recipe: Recipe,
    known: dy.DataFrame[Instructions],
    engine: Engine | None,
    on_progress: OnProgress,
) -> tuple[pl.DataFrame, int]:
    """Compute and write the built-in scores; return those of threads, and the count of replies."""
    embedder = _embedder(recipe)
    score_threads = None
    if engine is not None:
        score_threads = partial(
            cluster_score.score_threads,
            workspace=workspace,
            settings=recipe.score,
            embedder=embedder,
            engine=engine,
            key=built_in_scores.key(workspace, recipe),
        )
    scored = scores.from_threads(
        workspace.read("threads"),
        workspace.scan("turns"),
        path=workspace.embeddings_path,
        embedder=embedder,
        instructions=known,
        tweets=workspace.scan("tweets"),
        settings=recipe.score,
        score_threads=score_threads,
        on_progress=on_progress,
    )
    workspace.write("reply_scores", scored.replies)
    built_in_scores.write(workspace, recipe, scored.threads)
    return scored.threads, scored.replies.height


def _select(workspace: Workspace, recipe: Recipe, on_progress: OnProgress) -> dict[str, Any]:
    verdicts = selection.from_scores(
        workspace.scan("scores"), settings=recipe.select, decisions=hand_list.load(workspace)
    )
    on_progress(1, 1)
    workspace.write("verdicts", verdicts)
    kept = int(verdicts["kept"].sum())
    counts = {"threads": verdicts.height, "kept": kept, "removed": verdicts.height - kept}
    by_hand_only = by_hand.kept_anyway(verdicts)
    return counts | ({by_hand.KEPT: by_hand_only} if by_hand_only else {})


def export(
    workspace: Workspace, recipe: Recipe, on_progress: OnProgress, *, engine: Engine | None = None
) -> dict[str, Any]:
    """Run stage 6. An engine writes the records; this process joins them."""
    return exports.write_export(
        workspace,
        recipe,
        name=DEFAULT_EXPORT,
        overwrite=True,
        engine=engine,
        on_progress=on_progress,
    )


#: Stage -> its runner. `ingest` also needs paths, so `run.ingest` runs it.
RUNNERS: dict[str, Runner] = {
    "threads": place,
    "embed": embed,
    "score": score,
    "select": _select,
    "export": export,
}
