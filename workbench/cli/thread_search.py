"""Find threads by meaning or by words, for `workbench search`."""

import re
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
    facts = workspace.scan("threads").select("thread_id", "turns")
    if verdicts is not None:
        facts = facts.join(verdicts, on="thread_id", how="left")
    else:
        facts = facts.with_columns(
            kept=pl.lit(None, pl.Boolean), removed_by=pl.lit(None, pl.String)
        )
    known = facts.filter("kept") if only_kept else facts
    is_literal = not _READABLE.search(text)
    settings = recipe.embed
    needs_model = not is_literal and by != "words"
    embedder = embedders.load(settings.model, engine=settings.engine) if needs_model else None
    where = {"lang": [lang]} if lang else None
    pool = limit
    while True:
        turns = (
            _containing(workspace, text, lang=lang, limit=pool)
            if is_literal
            else search.search(
                workspace.embeddings_path,
                text=text,
                embedder=embedder,
                mode=MODES[by],
                limit=pool,
                where=where,
            )
        )
        kept = workspace.without_deleted(turns).unique("thread_id", maintain_order=True)
        wanted = known.join(kept.select("thread_id").lazy(), on="thread_id", how="semi").collect()
        columns = ("thread_id", "tweet_id", "lang", "text", "similarity")
        rows = kept.select(columns).join(wanted, on="thread_id", maintain_order="left").head(limit)
        if rows.height == limit or turns.height < pool or pool >= MOST:
            return Matches(rows, is_literal)
        pool = min(pool * 4, MOST)


def _containing(workspace: Workspace, text: str, *, lang: str | None, limit: int) -> pl.DataFrame:
    turns = workspace.scan("turns").filter(text_search.contains(text))
    turns = turns.filter(pl.col("lang") == lang) if lang else turns
    columns = ("thread_id", "tweet_id", "lang", "text")
    matches = turns.select(*columns, similarity=pl.lit(None, pl.Float32)).head(limit)
    return matches.collect(engine="streaming")


def _verdicts(workspace: Workspace, recipe: Recipe) -> pl.LazyFrame | None:
    """Read the verdicts if they are those of the recipe."""
    is_there = workspace.has("verdicts")
    if is_there and freshness.is_current(workspace, recipe, stages.BY_NAME["select"]):
        return workspace.scan("verdicts").select("thread_id", "kept", "removed_by")
    return None
