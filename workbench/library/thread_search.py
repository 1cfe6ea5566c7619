"""Find threads by meaning or by words, for `workbench search` and `Workspace.search`."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import polars as pl

from workbench.embeddings import embedders, query_plan, search
from workbench.embeddings.query_plan import QueryPlan
from workbench.embeddings.search import Mode
from workbench.exceptions import StageError
from workbench.pipeline import freshness, stages
from workbench.recipe import Recipe
from workbench.storage import Workspace
from workbench.threads import text_search

#: Ways to search -> modes of `embeddings.search`.
By = Literal["meaning", "words", "both"]
MODES: dict[By, Mode] = {"meaning": "vector", "words": "words", "both": "both"}

#: Turns to look at until enough threads are found.
MOST = 4096

#: Returns the best turns, given their number: `_COLUMNS`, and perhaps more.
Query = Callable[[int], pl.DataFrame]

_COLUMNS = ("thread_id", "tweet_id", "lang", "text", "similarity")


@dataclass(frozen=True)
class Matches:
    """The result of a search.

    Args:
        rows: One row per thread, the best first: `thread_id`, `tweet_id` (the turn that matches),
            `lang`, `text`, `similarity` (cosine; null without a vector), `turns`, and `kept` and
            `removed_by`, which are null if no selection is up to date.
        by: How the threads were found.
        notes: Sentences on what was not understood, or why they were found in another way.
    """

    rows: pl.DataFrame
    by: By = "both"
    notes: tuple[str, ...] = ()


def find(
    workspace: Workspace,
    recipe: Recipe,
    text: str,
    *,
    by: By = "both",
    lang: str | None = None,
    only_kept: bool = False,
    limit: int = 10,
) -> Matches:
    """Find the threads with a turn that is similar to a text or contains its words.

    Turns that were deleted since the last run are left out.

    Args:
        workspace: Workspace with threads, and with vectors unless the search is by words.
        recipe: Names the embedder.
        text: What to search for; see `search_query.SYNTAX`.
        by: How to search. If the model cannot read the text, the search is by words.
        lang: Only turns in this language.
        only_kept: Only threads that the last selection keeps.
        limit: Most threads.

    Raises:
        StageError: If there are no vectors, another embedder made them, or a selection is needed
            and none is up to date.
    """
    verdicts = _verdicts(workspace, recipe)
    if only_kept and verdicts is None:
        msg = "The selection is not up to date, so the kept threads are unknown."
        raise StageError(msg, hint="run `workbench run` first.")

    def model() -> embedders.Embedder:
        return _embedder(recipe.embed.model, recipe.embed.engine)

    plan = query_plan.make(text, mode=MODES[by], embedder=model)
    turns = workspace.scan("turns").filter(recipe.embed.is_embedded())
    turns = turns.filter(pl.col("lang") == lang) if lang else turns
    known = _known_threads(workspace, verdicts)
    known = known.filter("kept") if only_kept else known
    if not plan.required.is_empty:
        ids = text_search.threads_with(turns, plan.required)
        known = known.join(pl.LazyFrame({"thread_id": ids}), on="thread_id", how="semi")
    if plan.mode == "words":
        query = _by_words(workspace, plan, turns)
    else:
        query = _by_meaning(workspace, plan, model(), lang)
    used = next(name for name, mode in MODES.items() if mode == plan.mode)
    return Matches(_first_threads(workspace, query, known, limit=limit), used, plan.notes)


@lru_cache(maxsize=2)
def _embedder(model: str, engine: embedders.Engine) -> embedders.Embedder:
    """Load an embedder once per process: a notebook searches again and again."""
    return embedders.load(model, engine=engine)


def _first_threads(
    workspace: Workspace, query: Query, known: pl.LazyFrame, *, limit: int
) -> pl.DataFrame:
    """Ask for more and more turns until they contain enough known threads."""
    pool = limit
    while True:
        turns = query(pool)
        present = workspace.without_deleted(turns).unique("thread_id", maintain_order=True)
        ids = present.select("thread_id").lazy()
        facts = known.join(ids, on="thread_id", how="semi").collect()
        rows = present.select(_COLUMNS).join(facts, on="thread_id", maintain_order="left")
        if rows.height >= limit or turns.height < pool or pool >= MOST:
            return rows.head(limit)
        pool = min(pool * 4, MOST)


def _known_threads(workspace: Workspace, verdicts: pl.LazyFrame | None) -> pl.LazyFrame:
    """Return `thread_id`, `turns`, `kept` and `removed_by` of all threads."""
    facts = workspace.scan("threads").select("thread_id", "turns")
    if verdicts is not None:
        return facts.join(verdicts, on="thread_id", how="left")
    return facts.with_columns(kept=pl.lit(None, pl.Boolean), removed_by=pl.lit(None, pl.String))


def _by_meaning(
    workspace: Workspace, plan: QueryPlan, embedder: embedders.Embedder, lang: str | None
) -> Query:
    """Search the vectors, or the vectors and the index of words."""
    where = {"lang": [lang]} if lang else None
    path = workspace.embeddings_path
    return lambda limit: search.search(
        path, text=plan.text, embedder=embedder, mode=plan.mode, limit=limit, where=where
    )


def _by_words(workspace: Workspace, plan: QueryPlan, turns: pl.LazyFrame) -> Query:
    """List the turns with the words, those first that the index of words ranks first."""
    ranks = pl.DataFrame(schema={"tweet_id": pl.Int64, "relevance": pl.Float32})
    with suppress(StageError):
        ranks = search.search(
            workspace.embeddings_path, text=plan.text, embedder=None, mode="words", limit=MOST
        ).select("tweet_id", "relevance")
    ids = turns.filter(plan.required.matches(), ~plan.required.excludes()).select("tweet_id")
    ranked = (
        ids.collect(engine="streaming")
        .join(ranks, on="tweet_id", how="left")
        .sort("relevance", "tweet_id", descending=[True, False], nulls_last=True)
        .select("tweet_id")
    )

    def query(limit: int) -> pl.DataFrame:
        best = ranked.head(limit)
        rows = turns.join(best.lazy(), on="tweet_id", how="semi").collect(engine="streaming")
        rows = rows.with_columns(similarity=pl.lit(None, pl.Float32)).select(_COLUMNS)
        return best.join(rows, on="tweet_id", maintain_order="left")

    return query


def _verdicts(workspace: Workspace, recipe: Recipe) -> pl.LazyFrame | None:
    """Read the verdicts if they are those of the recipe."""
    is_there = workspace.has("verdicts")
    if is_there and freshness.is_current(workspace, recipe, stages.BY_NAME["select"]):
        return workspace.scan("verdicts").select("thread_id", "kept", "removed_by")
    return None
