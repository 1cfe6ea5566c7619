"""Scores: facts and scores of every thread; nothing is dropped here."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path

import dataframely as dy
import numpy as np
import polars as pl
from threadpoolctl import ThreadpoolController

from workbench import cache, duplicates, embeddings, judgements, languages, profanity, texts
from workbench.embedders import Embedder
from workbench.progress import OnProgress, silent
from workbench.schemas import Instructions, Scores
from workbench.settings import ScoreSettings

#: Cells of a block of the matrix product, 4 MiB: one a core, read again while in the cache.
CELLS = 2**20


def from_threads(
    threads: pl.DataFrame | pl.LazyFrame,
    turns: pl.DataFrame | pl.LazyFrame,
    *,
    path: Path,
    embedder: Embedder,
    instructions: dy.DataFrame[Instructions],
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
        settings: Which words are profane, and what tells near duplicates; by default the recipe's.
        on_progress: Called with threads compared, and in all.

    Returns:
        One row per thread, in the order of `threads`.

    Raises:
        StageError: If there are no vectors, another embedder made them, or the list of profane
            words cannot be read.
        ModelError: If a trained model cannot be read or belongs to other vectors.

    Examples:
        >>> import tempfile
        >>> from workbench import embedders, settings
        >>> from workbench.schemas import Threads
        >>> threads = Threads.sample(1, overrides={"thread_id": 1, "root_id": 1})
        >>> turns = pl.DataFrame(
        ...     {
        ...         "thread_id": [1, 1],
        ...         "tweet_id": [1, 2],
        ...         "parent_id": [None, 1],
        ...         "position": [0, 1],
        ...         "text": ["why is the sky blue?", "@a see https://t.co/x"],
        ...         "lang": ["en", "en"],
        ...         "author_id": [7, 8],
        ...         "created_at": [None, None],
        ...         "retweets": [None, None],
        ...         "likes": [None, None],
        ...         "replies": [3, None],
        ...     }
        ... )
        >>> known = pl.DataFrame(
        ...     {
        ...         "instruction_id": ["a", "b"],
        ...         "text": ["cook rice", "Why is the sky blue?"],
        ...         "source": ["mine", "mine"],
        ...         "topic": [None, None],
        ...     }
        ... ).pipe(Instructions.validate, cast=True)
        >>> path = Path(tempfile.mkdtemp()) / "3_embeddings.lance"
        >>> hashing, recipe = embedders.load("hashing"), settings.Recipe()
        >>> _ = embeddings.from_threads(turns, embedder=hashing, path=path, settings=recipe.embed)
        >>> scores = from_threads(threads, turns, path=path, embedder=hashing, instructions=known)
        >>> scores.select("prompt_characters", "reply_characters", "nearest_instruction").row(0)
        (20, 3, 'b')
    """
    settings = settings or ScoreSettings()
    facts = threads.lazy().collect()
    nearest = _nearest(
        path,
        threads=facts.height,
        embedder=embedder,
        instructions=instructions,
        on_progress=on_progress,
    )
    roots = facts.lazy().select("thread_id", "root_id")
    said = _said(turns.lazy(), roots=roots, profane=profanity.load(settings.profanity))
    opened = _opened(
        turns.lazy(), facts, path=path if settings.near_duplicates != "words" else None
    )
    judged = judgements.from_threads(
        turns.lazy(), facts, path=path, embedder=embedder, settings=settings
    )
    return (
        facts.lazy()
        .join(said, on="thread_id", how="left", maintain_order="left")
        .join(nearest.lazy(), on="root_id", how="left", maintain_order="left")
        .join(opened.lazy(), on="thread_id", how="left", maintain_order="left")
        .join(judged.lazy(), on="root_id", how="left", maintain_order="left")
        .with_columns(
            pl.col(
                "prompt_characters", "reply_characters", "link_share", "mention_share", "profanity"
            ).fill_null(0)
        )
        .select(Scores.column_names())
        .collect()
        .pipe(Scores.validate, cast=True)
    )


def nearest_instructions(
    vectors: np.ndarray, instruction_vectors: np.ndarray, *, block: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest instruction of each vector.

    The products are made and read a block at a time; there are never all of them at once.

    Args:
        vectors: Rows of length 1, shape `(n, d)`.
        instruction_vectors: Rows of length 1, shape `(m, d)`, `m` at least 1.
        block: Rows of `vectors` at a time; by default so many that a block has `CELLS` products.

    Returns:
        Cosine to the nearest, float32, and its row, int64, the first of equals; each of shape
        `(n,)`.

    Examples:
        >>> known = np.array([[1, 0], [0, 1]], dtype=np.float32)
        >>> cosine, row = nearest_instructions(np.array([[0.6, 0.8]], dtype=np.float32), known)
        >>> cosine.round(3).tolist(), row.tolist()
        ([0.800000011920929], [1])
    """
    rows = block or max(1, CELLS // len(instruction_vectors))
    similarity = np.empty(len(vectors), dtype=np.float32)
    nearest = np.empty(len(vectors), dtype=np.int64)
    workers = min(os.cpu_count() or 1, -(-len(vectors) // rows))

    def compare(worker: int) -> None:
        products = np.empty((rows, len(instruction_vectors)), dtype=np.float32)
        for start in range(worker * rows, len(vectors), workers * rows):
            part = vectors[start : start + rows]
            cosines = np.matmul(part, instruction_vectors.T, out=products[: len(part)])
            best = cosines.argmax(axis=1, out=nearest[start : start + rows])
            similarity[start : start + rows] = cosines[np.arange(len(part)), best]

    # The product would use every core, `argmax` uses one: each core does both for its own blocks.
    if workers:
        with _blas().limit(limits=1), ThreadPoolExecutor(workers) as pool:
            list(pool.map(compare, range(workers)))
    return similarity, nearest


def _opened(turns: pl.LazyFrame, facts: pl.DataFrame, *, path: Path | None) -> pl.DataFrame:
    """Say of each thread what its first turn is: its words, its language, its twins."""
    known = turns.select(
        "author_id",
        "created_at",
        "retweets",
        "text",
        root_id="tweet_id",
        replies_told="replies",
        prompt=texts.bare("text"),
    ).join(facts.lazy().select("root_id"), on="root_id", how="semi")
    openings = (
        facts.select("thread_id", "root_id", "turns", "lang")
        .lazy()
        .join(known, on="root_id", how="left", maintain_order="left")
        .with_columns(pl.col("text", "prompt").fill_null(""))
        .collect(engine="streaming")
    )
    vectors = partial(embeddings.vectors, path) if path else None
    twins = duplicates.from_threads(openings, vectors=vectors)
    return openings.select(
        "thread_id", "prompt", "retweets", "replies_told", language=languages.fill(openings)
    ).hstack(
        twins.select(
            "representative_id",
            "twins",
            "burst",
            is_duplicate=pl.col("representative_id") != pl.col("thread_id"),
        )
    )


@lru_cache(maxsize=1)
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def _said(turns: pl.LazyFrame, *, roots: pl.LazyFrame, profane: list[str]) -> pl.LazyFrame:
    """Measure the texts of each thread."""
    characters = texts.bare("text").str.len_chars()
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
            links=words * texts.share_of_words("text", texts.LINK),
            mentions=words * texts.share_of_words("text", texts.MENTION),
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


def _nearest(
    path: Path,
    *,
    threads: int,
    embedder: Embedder,
    instructions: dy.DataFrame[Instructions],
    on_progress: OnProgress,
) -> pl.DataFrame:
    """Compare every first turn that has a vector, some thousand at a time."""
    found = [
        pl.DataFrame(
            schema={
                "root_id": pl.Int64,
                "similarity": pl.Float32,
                "nearest_instruction": pl.String,
            }
        )
    ]
    on_progress(0, threads)
    if threads and instructions.height:
        known = cache.encode(instructions["text"].to_list(), embedder=embedder)
        done = 0
        for ids, vectors in embeddings.batches(path, embedder=embedder, where={"is_root": [True]}):
            similarity, row = nearest_instructions(vectors, known)
            names = instructions["instruction_id"].gather(row)
            found.append(
                pl.DataFrame(
                    {"root_id": ids, "similarity": similarity, "nearest_instruction": names}
                )
            )
            done += len(ids)
            on_progress(min(done, threads), threads)
    on_progress(threads, threads)
    return pl.concat(found)
