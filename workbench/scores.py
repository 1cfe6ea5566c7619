"""Scores: facts and scores of every thread; nothing is dropped here."""

from pathlib import Path

import dataframely as dy
import numpy as np
import polars as pl

from workbench import embeddings, texts
from workbench.embedders import Embedder
from workbench.progress import OnProgress, silent
from workbench.schemas import Instructions, Scores

#: Cells of a block of the matrix product, 32 MiB: smaller blocks lose more time between the
#: threads of the product than larger ones lose in the cache (4 times on a busy machine).
CELLS = 2**23


def from_threads(
    threads: pl.DataFrame | pl.LazyFrame,
    turns: pl.DataFrame | pl.LazyFrame,
    *,
    path: Path,
    embedder: Embedder,
    instructions: dy.DataFrame[Instructions],
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
        on_progress: Called with threads compared, and in all.

    Returns:
        One row per thread, in the order of `threads`.

    Raises:
        StageError: If there are no vectors, or another embedder made them.

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
    facts = threads.lazy().collect()
    nearest = _nearest(
        path,
        threads=facts.height,
        embedder=embedder,
        instructions=instructions,
        on_progress=on_progress,
    )
    said = _said(turns.lazy(), roots=facts.lazy().select("thread_id", "root_id"))
    return (
        facts.lazy()
        .join(said, on="thread_id", how="left", maintain_order="left")
        .join(nearest.lazy(), on="root_id", how="left", maintain_order="left")
        .with_columns(
            pl.col(
                "prompt_characters", "reply_characters", "link_share", "mention_share"
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
    products = np.empty((rows, len(instruction_vectors)), dtype=np.float32)
    for start in range(0, len(vectors), rows):
        part = vectors[start : start + rows]
        cosines = np.matmul(part, instruction_vectors.T, out=products[: len(part)])
        best = cosines.argmax(axis=1, out=nearest[start : start + rows])
        similarity[start : start + rows] = cosines[np.arange(len(part)), best]
    return similarity, nearest


def _said(turns: pl.LazyFrame, *, roots: pl.LazyFrame) -> pl.LazyFrame:
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
            words=words,
            links=words * texts.share_of_words("text", texts.LINK),
            mentions=words * texts.share_of_words("text", texts.MENTION),
        )
        .group_by("thread_id")
        .agg(
            pl.col("prompt_characters", "reply_characters").max(),
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
        known = embedder.encode(instructions["text"].to_list())
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
