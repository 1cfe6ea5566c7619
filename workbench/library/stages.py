"""Run one stage on frames in memory, without a workspace.

Each function has the name of its stage and takes frames like those that the stage before returns.
Frames of your own need only the columns that may not be unknown; errors name what is missing.

Every `recipe` is a `Recipe`, the path of its file, or a mapping of its sections.

Examples:
    >>> import workbench as wb
    >>> columns = {"tweet_id": [1, 2], "reply_to_id": [None, 1], "author_id": [7, 8]}
    >>> texts = ["How do I boil an egg?", "@a Eight minutes in boiling water, then cold water."]
    >>> tweets = pl.DataFrame(columns | {"text": texts, "lang": "en"})
    >>> recipe = wb.Recipe().with_(embed={"model": "hashing"}, suitability={"min": 0.1})
    >>> forest = threads(tweets, recipe=recipe)
    >>> vectors = embed(forest.turns, recipe=recipe)
    >>> scored = score(forest.threads, forest.turns, vectors, recipe=recipe)
    >>> verdicts = select(scored.threads, recipe=recipe)
    >>> record, *_ = export(forest.turns, scored.threads, verdicts, recipe=recipe)
    >>> [message["role"] for message in record["messages"]]
    ['user', 'assistant']
"""

import secrets
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import dataframely as dy
import polars as pl

from workbench import embeddings, instructions, schemas, scores, selection
from workbench import export as export_stage
from workbench import threads as threads_stage
from workbench.embeddings import embedders
from workbench.embeddings.embedders import Embedder
from workbench.exceptions import StageError
from workbench.ingest import from_archives
from workbench.library import frame_checks
from workbench.library.known_vectors import KnownVectors
from workbench.progress import OnProgress, silent
from workbench.recipe import CATALOGUE, RecipeLike, active, as_recipe
from workbench.scores.build import Scored
from workbench.storage import Workspace
from workbench.threads.build import Forest

__all__ = ["Ingested", "embed", "export", "ingest", "score", "select", "threads"]

#: Columns of tweets that say where a row was read -> their values if a frame lacks them.
_OWN = {"source": pl.lit("frame"), "member": pl.lit(0), "line": pl.lit(0)}

_VECTORS = "3_embeddings.lance"


class Ingested(NamedTuple):
    """What was read from archives.

    Args:
        tweets: Table `Tweets`: one row per tweet.
        ledger: Table `Ledger`: one row per file, with what became of each of its lines.
    """

    tweets: dy.DataFrame[schemas.Tweets]
    ledger: dy.DataFrame[schemas.Ledger]


def ingest(
    *archives: str | Path,
    recipe: RecipeLike | None = None,
    workers: int = 1,
    on_progress: OnProgress = silent,
) -> Ingested:
    """Read archives into memory; delete notices in them are applied.

    Args:
        archives: Files, folders and globs.
        recipe: How to read them, in its section `ingest`.
        workers: Processes that read.
        on_progress: Called with the bytes done and all bytes.

    Raises:
        ArchiveError: If an archive does not exist or cannot be read.
    """
    settings = as_recipe(recipe).ingest
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder) / "read")
        from_archives(
            [str(archive) for archive in archives],
            workspace=workspace,
            settings=settings,
            workers=workers,
            on_progress=on_progress,
        )
        tweets, ledger = workspace.read("tweets"), workspace.read("ledger")
    return Ingested(schemas.Tweets.validate(tweets), schemas.Ledger.validate(ledger, cast=True))


def threads(tweets: pl.DataFrame | pl.LazyFrame, *, recipe: RecipeLike | None = None) -> Forest:
    """Rebuild the reply trees of a table of tweets.

    Args:
        tweets: Table `Tweets`. A frame of your own needs `tweet_id` and `text`; `reply_to_id`,
            `author_id`, `conversation_id`, `created_at` (UTC) and the other columns are used if
            they are there.
        recipe: How to link them, in its section `threads`.

    Returns:
        `turns`, `threads` and `counts`, see `workbench.threads.from_tweets`.

    Raises:
        StageError: If a column is missing or has wrong values, or two tweets have the same id.
    """
    complete = frame_checks.complete(tweets, schemas.Tweets, defaults=_OWN)
    return threads_stage.from_tweets(complete, settings=as_recipe(recipe).threads)


def embed(
    turns: pl.DataFrame | pl.LazyFrame,
    *,
    recipe: RecipeLike | None = None,
    embedder: Embedder | None = None,
    on_progress: OnProgress = silent,
) -> pl.DataFrame:
    """Turn the texts of turns into vectors.

    Args:
        turns: Table `Turns`.
        recipe: Names the model and the turns, in its section `embed`. Its `cascade` is not used.
        embedder: An embedder of your own, instead of the model; see `embedders.Embedder`.
        on_progress: Called with texts done and all texts.

    Returns:
        `tweet_id` and `vector` (float32, length 1), by tweet. Turns without words have no row.

    Raises:
        StageError: If the model is missing, or a column is missing or has wrong values.
    """
    settings = as_recipe(recipe).embed
    complete = frame_checks.complete(turns, schemas.Turns)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _VECTORS
        embeddings.from_threads(
            complete,
            embedder=embedder or embedders.load(settings.model, engine=settings.engine),
            path=path,
            settings=settings,
            on_progress=on_progress,
        )
        return embeddings.vectors(path, complete["tweet_id"].sort())


def score(
    threads: pl.DataFrame | pl.LazyFrame,
    turns: pl.DataFrame | pl.LazyFrame,
    vectors: pl.DataFrame | None = None,
    *,
    recipe: RecipeLike | None = None,
    embedder: Embedder | None = None,
    known: dy.DataFrame[schemas.Instructions] | None = None,
    on_progress: OnProgress = silent,
) -> Scored:
    """Measure every thread; none is dropped.

    Args:
        threads: Table `Threads`.
        turns: Table `Turns`: the turns of these threads.
        vectors: Result of `embed` with the same recipe. Missing ones are made.
        recipe: Names the model and the classifiers, in its sections `embed` and `score`.
        embedder: The embedder of these vectors, if it is your own.
        known: Known instructions to compare with; by default those that the recipe names.
        on_progress: Called with threads done and all threads.

    Returns:
        `threads`, table `Scores`, in the same order; and `replies`, table `ReplyScores`.

    Raises:
        StageError: If the model is missing, a column is missing or has wrong values, or the recipe
            names code: add own measures with `workbench.measures.add`.
        ModelError: If a classifier cannot be read or does not fit the vectors.
    """
    chosen = as_recipe(recipe)
    if chosen.score.code:
        msg = f"`stages.score` does not run code, but the recipe names {chosen.score.code[0]}."
        hint = "score with `recipe.with_(score={'code': ()})`, then add your measures to the "
        raise StageError(msg, hint=f"{hint}threads with `workbench.measures.add`.")
    facts, complete = (
        frame_checks.complete(threads, schemas.Threads),
        frame_checks.complete(turns, schemas.Turns),
    )
    embedder = embedder or embedders.load(chosen.embed.model, engine=chosen.embed.engine)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _VECTORS
        embeddings.from_threads(
            complete,
            embedder=embedder if vectors is None else KnownVectors(embedder, complete, vectors),
            path=path,
            settings=chosen.embed,
        )
        return scores.from_threads(
            facts,
            complete,
            path=path,
            embedder=embedder,
            instructions=instructions.load(chosen.score.instructions) if known is None else known,
            settings=chosen.score,
            on_progress=on_progress,
        )


def select(
    scores: pl.DataFrame | pl.LazyFrame, *, recipe: RecipeLike | None = None
) -> pl.DataFrame:
    """Decide for every thread whether it is kept, see `workbench.selection.from_scores`.

    Args:
        scores: Table `Scores`, or a frame with `thread_id` and the columns that the rules need.
        recipe: The rules, in its section `select`.

    Returns:
        One row per thread in the same order: `thread_id`, `kept`, `removed_by`, `passes_<rule>`.

    Raises:
        StageError: If a column that a rule needs is missing, or ids are floats.
    """
    frame_checks.refuse_float_ids(scores, ["thread_id"])
    settings, present = as_recipe(recipe).select, scores.lazy().collect_schema().names()
    needed = {name: CATALOGUE[name].column for name in active(settings)} | {"": "thread_id"}
    if lacking := {rule: column for rule, column in needed.items() if column not in present}:
        columns = ", ".join(f"`{column}`" for column in dict.fromkeys(lacking.values()))
        rules = ", ".join(f"{rule}=None" for rule in lacking if rule)
        switch_off = f", or switch rules off: `recipe.with_({rules})`" if rules else ""
        msg = f"The scores lack {columns}."
        raise StageError(msg, hint=f"add what is missing{switch_off}.")
    return selection.from_scores(scores, settings=settings)


def export(
    turns: pl.DataFrame | pl.LazyFrame,
    threads: pl.DataFrame,
    verdicts: pl.DataFrame,
    *,
    replies: pl.DataFrame | None = None,
    recipe: RecipeLike | None = None,
    format: str = "messages",
    limit: int | None = None,
) -> list[Any]:
    """Make the records of the kept threads; `workbench.export.from_selection` writes files.

    Names and personal data are replaced as in every export. The pseudonyms differ between calls.

    Args:
        turns: Table `Turns`: the turns of at least the kept threads.
        threads: Table `Scores` or `Threads` of at least these threads.
        verdicts: Result of `select`.
        replies: Table `ReplyScores`: it ranks the replies and leaves out those that answer too
            little. Without it, likes rank them and all are written.
        recipe: Roles, replies and privacy, in its section `export`.
        format: Name of an export format; `workbench formats` lists them.
        limit: Most records; by default all.

    Returns:
        The records, one per conversation, exchange or tree, as the format defines them.

    Raises:
        ExportError: If there is no such format, or it cannot express what the recipe asks for.
    """
    return export_stage.preview(
        turns,
        threads,
        verdicts,
        recipe=as_recipe(recipe),
        secret=secrets.token_bytes(32),
        answers=replies,
        limit=sys.maxsize if limit is None else limit,
        format=format,
    )


def __dir__() -> list[str]:
    """List the stages, and not what this module imports."""
    return sorted(__all__)
