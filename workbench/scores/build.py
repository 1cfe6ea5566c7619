"""Join all scores of a thread with its facts, one row per thread."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import polars as pl

from workbench import embeddings, progress
from workbench.embeddings.embedders import Embedder
from workbench.progress import OnProgress, silent
from workbench.recipe import ScoreSettings
from workbench.schemas import Instructions, ReplyScores, Scores
from workbench.scores import bursts, near_duplicates, similarity, thread_scores
from workbench.scores.similarity import Known
from workbench.scores.thread_scores import ThreadScores


class Scored(NamedTuple):
    """The tables of stage 4.

    Args:
        threads: One row per thread.
        replies: One row per reply that the reply classifier can rate.
    """

    threads: dy.DataFrame[Scores]
    replies: dy.DataFrame[ReplyScores]


#: Score the threads of a table `Threads` by themselves, given the known instructions.
ScoreThreads = Callable[[pl.DataFrame, Known, OnProgress], ThreadScores]


def from_threads(
    threads: pl.DataFrame | pl.LazyFrame,
    turns: pl.DataFrame | pl.LazyFrame,
    *,
    path: Path,
    embedder: Embedder,
    instructions: dy.DataFrame[Instructions],
    tweets: pl.LazyFrame | None = None,
    settings: ScoreSettings | None = None,
    score_threads: ScoreThreads | None = None,
    on_progress: OnProgress = silent,
) -> Scored:
    """Score every thread and every reply.

    Threads have no `similarity` if their first turn has no vector or no instruction is known.

    Args:
        threads: Table `Threads`.
        turns: Table `Turns`, the turns of these threads.
        path: Folder of the vectors of the first turns, see `workbench.embeddings`.
        embedder: Embedder of these vectors.
        instructions: The known instructions to compare the first turns with.
        tweets: Table `Tweets`, to count bursts in, see `bursts.from_openings`. By default only the
            threads are counted.
        settings: Models and lists to use; by default the shipped ones.
        score_threads: Scores each thread by itself; by default this process does.
        on_progress: Called with threads compared plus tweets read, and the total of both.

    Returns:
        One row per thread, in the order of `threads`, and one per reply.

    Raises:
        StageError: If there are no vectors, another embedder made them, or the list of profane
            words cannot be read.
        ModelError: If a trained model cannot be read or was trained on other vectors.

    Examples:
        >>> import tempfile
        >>> from workbench import instructions
        >>> from workbench.embeddings import embedders
        >>> from workbench.recipe import Recipe
        >>> from workbench.schemas import Threads, Turns
        >>> threads = Threads.sample(1, overrides={"thread_id": 1, "root_id": 1})
        >>> chain = {"thread_id": 1, "tweet_id": [1, 2], "parent_id": [None, 1], "position": [0, 1]}
        >>> texts = ["why is the sky blue?", "@a see https://t.co/x"]
        >>> columns = chain | {"text": texts, "author_id": [7, 8], "is_placed": True}
        >>> turns = Turns.sample(2, overrides=columns)
        >>> path = Path(tempfile.mkdtemp()) / "3_embeddings.lance"
        >>> hashing, recipe = embedders.load("hashing"), Recipe()
        >>> _ = embeddings.from_threads(turns, embedder=hashing, path=path, settings=recipe.embed)
        >>> known = instructions.starter()
        >>> scores = from_threads(threads, turns, path=path, embedder=hashing, instructions=known)
        >>> scores.threads.select("prompt_characters", "reply_characters").row(0)
        (20, 3)
        >>> scores.replies.select("tweet_id", "parent_id").rows()
        [(2, 1)]
    """
    settings = settings or ScoreSettings()
    facts = threads.lazy().collect()
    turns = turns.lazy()
    score_threads = score_threads or _locally(turns, path, embedder, settings)
    total_tweets = 0 if tweets is None else tweets.select(pl.len()).collect().item()
    by_thread = score_threads(
        facts,
        similarity.encoded(instructions, embedder=embedder),
        lambda done, total: on_progress(done, total + total_tweets),
    )
    across = _across_threads(
        turns,
        facts,
        path=path if settings.near_duplicates != "words" else None,
        tweets=tweets,
        on_progress=lambda done, total: on_progress(facts.height + done, facts.height + total),
    )
    return Scored(_join(facts, by_thread.threads, across), by_thread.replies)


def _locally(
    turns: pl.LazyFrame, path: Path, embedder: Embedder, settings: ScoreSettings
) -> ScoreThreads:
    return lambda facts, known, on_progress: thread_scores.from_threads(
        facts,
        turns,
        path=path,
        embedder=embedder,
        known=known,
        settings=settings,
        on_progress=on_progress,
    )


def _join(facts: pl.DataFrame, *frames: pl.DataFrame) -> dy.DataFrame[Scores]:
    """Add the columns of other tables to the facts; keep the order of the facts."""
    joined = facts.lazy()
    for frame in frames:
        joined = joined.join(frame.lazy(), on="thread_id", how="left", maintain_order="left")
    zero_without_turns = [
        *("prompt_characters", "reply_characters", "link_share", "mention_share", "profanity")
    ]
    return (
        joined.with_columns(pl.col(zero_without_turns).fill_null(0))
        .select(Scores.column_names())
        .collect()
        .pipe(Scores.validate, cast=True)
    )


def _across_threads(
    turns: pl.LazyFrame,
    facts: pl.DataFrame,
    *,
    path: Path | None,
    tweets: pl.LazyFrame | None,
    on_progress: OnProgress,
) -> pl.DataFrame:
    """Compare the first turns with each other: bursts and near duplicates."""
    roots = turns.select("author_id", "created_at", "text", root_id="tweet_id").join(
        facts.lazy().select("root_id"), on="root_id", how="semi"
    )
    openings = (
        facts.select("thread_id", "root_id", "turns")
        .lazy()
        .join(roots, on="root_id", how="left", maintain_order="left")
        .with_columns(pl.col("text").fill_null(""))
        .collect(engine="streaming")
    )
    vectors = partial(embeddings.vectors, path) if path else None
    with progress.doing("Grouping near duplicates"):
        groups = near_duplicates.from_threads(openings, vectors=vectors)
    return openings.select(
        "thread_id",
        burst=bursts.from_openings(openings, tweets=tweets, on_progress=on_progress),
    ).hstack(
        groups.select(
            "representative_id",
            "twins",
            is_duplicate=pl.col("representative_id") != pl.col("thread_id"),
        )
    )
