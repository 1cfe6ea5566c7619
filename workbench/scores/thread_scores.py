"""Score threads one by one: everything that depends on no other thread.

`build` calls `from_threads` for all threads. On a cluster, workers call it for ranges of threads.
"""

from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import polars as pl

from workbench import progress
from workbench.embeddings.embedders import Space
from workbench.embeddings.lance_table import Bounds
from workbench.progress import OnProgress, silent
from workbench.recipe import ScoreSettings
from workbench.schemas import ReplyScores
from workbench.scores import predictions, profanity, similarity
from workbench.scores.similarity import Known
from workbench.text import language, normalize, patterns


class ThreadScores(NamedTuple):
    """The scores of some threads.

    Args:
        threads: One row per thread, in the order of the threads: `thread_id` and the columns of
            `Scores` that are no facts and depend on no other thread. Texts of threads without
            turns are null.
        replies: One row per reply that the reply classifier can rate, by thread and tweet.
    """

    threads: pl.DataFrame
    replies: dy.DataFrame[ReplyScores]


def from_threads(
    facts: pl.DataFrame,
    turns: pl.LazyFrame,
    *,
    path: Path,
    embedder: Space,
    known: Known,
    settings: ScoreSettings,
    within: Bounds | None = None,
    on_progress: OnProgress = silent,
) -> ThreadScores:
    """Score threads and their replies.

    Args:
        facts: Table `Threads`, or some rows of it.
        turns: The turns of these threads.
        path: Folder of the vectors.
        embedder: Embedder of the vectors.
        known: The known instructions.
        settings: Models and lists to use.
        within: Lowest and highest id of the threads; reads only their vectors.
        on_progress: Called with threads compared and all threads.

    Raises:
        StageError: If there are no vectors, another embedder made them, or the list of profane
            words cannot be read.
        ModelError: If a trained model cannot be read or was trained on other vectors.
    """
    similarities = similarity.of_roots(
        path,
        embedder=embedder,
        known=known,
        threads=facts.height,
        within=within,
        on_progress=on_progress,
    )
    measures = _measures(
        turns,
        roots=facts.lazy().select("thread_id", "root_id"),
        profane=profanity.load(settings.profanity),
    )
    openings = _openings(turns, facts)
    with progress.doing("Rating prompts and replies"):
        predicted = predictions.from_threads(
            turns, facts, path=path, embedder=embedder, settings=settings, within=within
        )
    joined = facts.lazy().select("thread_id", "root_id")
    for frame in (measures, openings.lazy()):
        joined = joined.join(frame, on="thread_id", how="left", maintain_order="left")
    for by_root in (similarities, predicted.roots):
        joined = joined.join(by_root.lazy(), on="root_id", how="left", maintain_order="left")
    return ThreadScores(joined.drop("root_id").collect(), predicted.replies)


def _openings(turns: pl.LazyFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Describe the first turn of each thread: its text, counts and language."""
    roots = turns.select(
        "retweets", root_id="tweet_id", replies_told="replies", prompt=normalize.bare("text")
    ).join(facts.lazy().select("root_id"), on="root_id", how="semi")
    openings = (
        facts.select("thread_id", "root_id", "lang")
        .lazy()
        .join(roots, on="root_id", how="left", maintain_order="left")
        .with_columns(pl.col("prompt").fill_null(""))
        .collect(engine="streaming")
    )
    return openings.select(
        "thread_id", "prompt", "retweets", "replies_told", language=language.fill(openings)
    )


def _measures(turns: pl.LazyFrame, *, roots: pl.LazyFrame, profane: list[str]) -> pl.LazyFrame:
    """Measure the texts of each thread: lengths, profane words, shares of links and mentions."""
    characters = normalize.bare("text").str.len_chars()
    words = pl.col("text").str.count_matches(r"\S+")
    is_root = pl.col("tweet_id") == pl.col("root_id")
    is_reply = pl.col("is_placed") & (pl.col("parent_id") == pl.col("root_id"))
    return (
        turns.select("thread_id", "tweet_id", "parent_id", "is_placed", "text")
        .join(roots, on="thread_id")
        .select(
            "thread_id",
            prompt_characters=pl.when(is_root).then(characters),
            reply_characters=pl.when(is_reply).then(characters),
            profanity=profanity.count("text", profane),
            words=words,
            links=words * normalize.share_of_words("text", patterns.LINK),
            mentions=words * normalize.share_of_words("text", patterns.MENTION),
        )
        .group_by("thread_id")
        .agg(
            pl.col("prompt_characters", "reply_characters").max(),
            pl.col("profanity").sum(),
            link_share=_share_of_words("links"),
            mention_share=_share_of_words("mentions"),
        )
    )


def _share_of_words(column: str) -> pl.Expr:
    words = pl.col("words").sum()
    return pl.when(words > 0).then(pl.col(column).sum() / words).otherwise(0.0).clip(0, 1)
