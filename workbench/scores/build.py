"""Scores: facts and scores of every thread; nothing is dropped here."""

from functools import partial
from pathlib import Path

import dataframely as dy
import polars as pl

from workbench import embeddings
from workbench.embeddings.embedders import Embedder
from workbench.progress import OnProgress, silent
from workbench.recipe import ScoreSettings
from workbench.schemas import Instructions, Scores
from workbench.scores import bursts, near_duplicates, predictions, profanity, similarity
from workbench.text import language, normalize, patterns


def from_threads(
    threads: pl.DataFrame | pl.LazyFrame,
    turns: pl.DataFrame | pl.LazyFrame,
    *,
    path: Path,
    embedder: Embedder,
    instructions: dy.DataFrame[Instructions],
    tweets: pl.LazyFrame | None = None,
    settings: ScoreSettings | None = None,
    on_progress: OnProgress = silent,
) -> dy.DataFrame[Scores]:
    """Score every thread.

    A thread whose first turn has no vector, or any thread where no instruction is known, has no
    `similarity`.

    Args:
        threads: Table `Threads`.
        turns: Table `Turns`, the turns of those threads.
        path: The vectors of the first turns, see `workbench.embeddings`.
        embedder: The one that made them.
        instructions: What the first turns are compared with.
        tweets: Table `Tweets`, to count who says the same, see `bursts.from_openings`; by default
            only the threads are counted.
        settings: Which words are profane, and what tells near duplicates; by default the recipe's.
        on_progress: Called with threads compared and tweets looked through, and with both in all.

    Returns:
        One row per thread, in the order of `threads`.

    Raises:
        StageError: If there are no vectors, another embedder made them, or the list of profane
            words cannot be read.
        ModelError: If a trained model cannot be read or belongs to other vectors.

    Examples:
        >>> import tempfile
        >>> from workbench import instructions
        >>> from workbench.embeddings import embedders
        >>> from workbench.recipe import Recipe
        >>> from workbench.schemas import Threads, Turns
        >>> threads = Threads.sample(1, overrides={"thread_id": 1, "root_id": 1})
        >>> chain = {"thread_id": 1, "tweet_id": [1, 2], "parent_id": [None, 1], "position": [0, 1]}
        >>> said = ["why is the sky blue?", "@a see https://t.co/x"]
        >>> turns = Turns.sample(2, overrides={**chain, "text": said})
        >>> path = Path(tempfile.mkdtemp()) / "3_embeddings.lance"
        >>> hashing, recipe = embedders.load("hashing"), Recipe()
        >>> _ = embeddings.from_threads(turns, embedder=hashing, path=path, settings=recipe.embed)
        >>> known = instructions.starter()
        >>> scores = from_threads(threads, turns, path=path, embedder=hashing, instructions=known)
        >>> scores.select("prompt_characters", "reply_characters").row(0)
        (20, 3)
    """
    settings = settings or ScoreSettings()
    facts = threads.lazy().collect()
    others = 0 if tweets is None else tweets.select(pl.len()).collect().item()
    near = similarity.of_roots(
        path,
        embedder=embedder,
        instructions=instructions,
        threads=facts.height,
        on_progress=lambda done, total: on_progress(done, total + others),
    )
    profane = profanity.load(settings.profanity)
    said = _said(turns.lazy(), roots=facts.lazy().select("thread_id", "root_id"), profane=profane)
    by_vectors = path if settings.near_duplicates != "words" else None
    opened = _opened(
        turns.lazy(),
        facts,
        path=by_vectors,
        tweets=tweets,
        on_progress=lambda done, total: on_progress(facts.height + done, facts.height + total),
    )
    judged = predictions.from_threads(
        turns.lazy(), facts, path=path, embedder=embedder, settings=settings
    )
    return _joined(facts, by_thread=[said, opened.lazy()], by_root=[near.lazy(), judged.lazy()])


def _joined(
    facts: pl.DataFrame, *, by_thread: list[pl.LazyFrame], by_root: list[pl.LazyFrame]
) -> dy.DataFrame[Scores]:
    """Put what was found of the threads beside their facts."""
    joined = facts.lazy()
    for on, frames in {"thread_id": by_thread, "root_id": by_root}.items():
        for frame in frames:
            joined = joined.join(frame, on=on, how="left", maintain_order="left")
    unsaid = ["prompt_characters", "reply_characters", "link_share", "mention_share", "profanity"]
    return (
        joined.with_columns(pl.col(unsaid).fill_null(0))
        .select(Scores.column_names())
        .collect()
        .pipe(Scores.validate, cast=True)
    )


def _opened(
    turns: pl.LazyFrame,
    facts: pl.DataFrame,
    *,
    path: Path | None,
    tweets: pl.LazyFrame | None,
    on_progress: OnProgress,
) -> pl.DataFrame:
    """Say of each thread what its first turn is: its words, its language, its twins."""
    known = turns.select(
        "author_id",
        "created_at",
        "retweets",
        "text",
        root_id="tweet_id",
        replies_told="replies",
        prompt=normalize.bare("text"),
    ).join(facts.lazy().select("root_id"), on="root_id", how="semi")
    openings = (
        facts.select("thread_id", "root_id", "turns", "lang")
        .lazy()
        .join(known, on="root_id", how="left", maintain_order="left")
        .with_columns(pl.col("text", "prompt").fill_null(""))
        .collect(engine="streaming")
    )
    vectors = partial(embeddings.vectors, path) if path else None
    twins = near_duplicates.from_threads(openings, vectors=vectors)
    return openings.select(
        "thread_id",
        "prompt",
        "retweets",
        "replies_told",
        language=language.fill(openings),
        burst=bursts.from_openings(openings, tweets=tweets, on_progress=on_progress),
    ).hstack(
        twins.select(
            "representative_id",
            "twins",
            is_duplicate=pl.col("representative_id") != pl.col("thread_id"),
        )
    )


def _said(turns: pl.LazyFrame, *, roots: pl.LazyFrame, profane: list[str]) -> pl.LazyFrame:
    """Measure the texts of each thread."""
    characters = normalize.bare("text").str.len_chars()
    words = pl.col("text").str.count_matches(r"\S+")
    is_reply = pl.col("parent_id") == pl.col("root_id")
    return (
        turns.select("thread_id", "tweet_id", "parent_id", "text")
        .join(roots, on="thread_id")
        .select(
            "thread_id",
            prompt_characters=pl.when(pl.col("tweet_id") == pl.col("root_id")).then(characters),
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
            link_share=_share("links"),
            mention_share=_share("mentions"),
        )
    )


def _share(part: str) -> pl.Expr:
    words = pl.col("words").sum()
    return pl.when(words > 0).then(pl.col(part).sum() / words).otherwise(0.0).clip(0, 1)
