"""Find threads by meaning or by words, for `workbench search`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from workbench.embeddings import embedders, search
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

#: A letter or a digit of any script. Neither the model nor the word index knows anything else.
_READABLE = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Matches:
    """The result of a search.

    Args:
        rows: One row per thread, the best first: `thread_id`, `tweet_id` (the turn that matches),
            `lang`, `text`, `similarity` (cosine; null without a vector), `turns`, and `kept` and
            `removed_by`, which are null if no selection is up to date.
        is_literal: Whether the text was only looked up character by character, because it has no
            letters and no digits.
    """

    rows: pl.DataFrame
    is_literal: bool = False


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
        workspace: Workspace with threads, and with vectors unless the text has no letters.
        recipe: Names the embedder.
        text: What to search for.
        by: How to search.
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
    known = _known_threads(workspace, verdicts)
    known = known.filter("kept") if only_kept else known
    is_literal = not _READABLE.search(text)
    if is_literal:
        query = _literal(workspace, text, lang)
    else:
        query = _by(by, workspace, recipe, text, lang)
    pool = limit
    while True:
        turns = query(pool)
        present = workspace.without_deleted(turns).unique("thread_id", maintain_order=True)
        ids = present.select("thread_id").lazy()
        facts = known.join(ids, on="thread_id", how="semi").collect()
        rows = present.select(_COLUMNS).join(facts, on="thread_id", maintain_order="left")
        if rows.height >= limit or turns.height < pool or pool >= MOST:
            return Matches(rows.head(limit), is_literal)
        pool = min(pool * 4, MOST)


def _known_threads(workspace: Workspace, verdicts: pl.LazyFrame | None) -> pl.LazyFrame:
    """Return `thread_id`, `turns`, `kept` and `removed_by` of all threads."""
    facts = workspace.scan("threads").select("thread_id", "turns")
    if verdicts is not None:
        return facts.join(verdicts, on="thread_id", how="left")
    return facts.with_columns(kept=pl.lit(None, pl.Boolean), removed_by=pl.lit(None, pl.String))


def _by(by: By, workspace: Workspace, recipe: Recipe, text: str, lang: str | None) -> Query:
    """Search the vectors, the index of words, or both. The model is loaded only if needed."""
    settings = recipe.embed
    needs_model = by != "words"
    embedder = embedders.load(settings.model, engine=settings.engine) if needs_model else None
    where = {"lang": [lang]} if lang else None
    path = workspace.embeddings_path
    return lambda limit: search.search(
        path, text=text, embedder=embedder, mode=MODES[by], limit=limit, where=where
    )


def _literal(workspace: Workspace, text: str, lang: str | None) -> Query:
    """Look for turns that contain a text."""
    turns = workspace.scan("turns").filter(text_search.contains(text))
    turns = turns.filter(pl.col("lang") == lang) if lang else turns
    rows = turns.with_columns(similarity=pl.lit(None, pl.Float32)).select(_COLUMNS)
    return lambda limit: rows.head(limit).collect(engine="streaming")


def _verdicts(workspace: Workspace, recipe: Recipe) -> pl.LazyFrame | None:
    """Read the verdicts if they are those of the recipe."""
    is_there = workspace.has("verdicts")
    if is_there and freshness.is_current(workspace, recipe, stages.BY_NAME["select"]):
        return workspace.scan("verdicts").select("thread_id", "kept", "removed_by")
    return None
