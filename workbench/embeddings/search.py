"""Find turns by meaning, by words, or by example."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import polars as pl

from workbench.embeddings import lance_table
from workbench.embeddings.embedders import Embedder
from workbench.embeddings.lance_table import Where
from workbench.exceptions import StageError
from workbench.text import normalize, word_index

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.table import Table

#: By meaning, by words (BM25), or by the ranks of both (reciprocal rank fusion).
Mode = Literal["vector", "words", "both"]

#: Partitions of the index to search: all of them up to a million vectors.
PROBES = 256

#: Candidates from the index whose exact cosines are computed. With a million vectors of tweets (384
#: numbers), 1,000 candidates contain 1.00 of the ten nearest and 0.99 of the fifty nearest.
REFINED = 1000

#: Characters of all examples together that are searched for words.
WORDS = 2000

_RESULT = pl.Schema(
    {
        "query": pl.UInt32(),
        "tweet_id": pl.Int64(),
        "thread_id": pl.Int64(),
        "is_root": pl.Boolean(),
        "lang": pl.String(),
        "text": pl.String(),
        "similarity": pl.Float32(),
        "relevance": pl.Float32(),
    }
)
_READ = ["tweet_id", "thread_id", "is_root", "lang", "text", "vector"]
_RELEVANCE = ("_relevance_score", "_score")


def nearest(
    path: Path, vectors: np.ndarray, *, limit: int = 10, where: Where | None = None
) -> pl.DataFrame:
    """Find the turns nearest to each vector.

    Args:
        path: The table.
        vectors: One vector, or several as rows, from the embedder that made the table.
        limit: Maximum turns per vector.
        where: Column -> accepted values.

    Returns:
        Columns `query` (row of `vectors`), `tweet_id`, `thread_id`, `is_root`, `lang`, `text`,
        `similarity` (cosine) and `relevance` (null); nearest first within each query.
    """
    table = lance_table.reader(path)
    frames = [
        _run(table, vector, words="", mode="vector", limit=limit, where=where).with_columns(
            query=pl.lit(row, pl.UInt32)
        )
        for row, vector in enumerate(np.atleast_2d(vectors))
    ]
    return pl.concat([_RESULT.to_frame(), *frames])


def search(
    path: Path,
    *,
    text: str,
    embedder: Embedder | None,
    mode: Mode = "both",
    limit: int = 10,
    where: Where | None = None,
) -> pl.DataFrame:
    """Find the turns whose meaning or words match a text.

    The text is matched word by word and never parsed as a query. In scripts without spaces, such as
    Chinese, Japanese and Thai, pairs of characters take the place of words. A text without words
    finds nothing.

    Args:
        path: The table.
        text: What to search for.
        embedder: The one that made the vectors. The mode `words` needs none; `similarity` is null
            without one.
        mode: See `Mode`.
        limit: Maximum turns.
        where: Column -> accepted values.

    Returns:
        As `nearest`, best first; `relevance` is the score of `words` and `both`.

    Raises:
        StageError: If there is no table, another embedder made it, the mode is unknown, or it needs
            an embedder.
    """
    _check_mode(mode)
    if embedder is None and mode != "words":
        msg = f"The search mode {mode!r} needs an embedder."
        raise StageError(msg, hint="pass the one that made the vectors, or search by words.")
    table = lance_table.reader(path, embedder=embedder)
    words = pl.select(normalize.bare(pl.lit(text))).item()
    if not words or not table.count_rows():
        return _RESULT.to_frame()
    vector = embedder.encode([words])[0] if embedder else None
    return _run(table, vector, words=words, mode=mode, limit=limit, where=where)


def alike(
    path: Path,
    *,
    tweet_ids: Sequence[int],
    mode: Mode = "vector",
    limit: int = 10,
    where: Where | None = None,
) -> pl.DataFrame:
    """Find the turns most similar to a set of examples.

    The search uses the mean of the examples' vectors and all their words; it needs no embedder.
    Examples without a vector are ignored, and so are those without a letter or digit: a model may
    give all of these, such as two different emoji, the same vector.

    Args:
        path: The table.
        tweet_ids: The examples, which are left out of the results.
        mode: As in `search`.
        limit: Maximum turns.
        where: Column -> accepted values.

    Returns:
        As `search`.

    Raises:
        StageError: If there is no table, no example has a vector, or the mode is unknown.
    """
    _check_mode(mode)
    table = lance_table.reader(path)
    is_example = lance_table.condition(table, {"tweet_id": list(tweet_ids)})
    frames = list(lance_table.read(table, "tweet_id", "text", "vector", where=is_example))
    read = pl.concat(frames) if frames else pl.DataFrame(schema={"text": pl.String})
    examples = read.filter(pl.col("text").str.contains(r"[\p{L}\p{N}]"))
    if examples.is_empty():
        msg = f"None of {len(tweet_ids):,} examples has words and a vector."
        raise StageError(
            msg, hint="choose threads whose opening tweet has words, or run the embedding stage."
        )
    examples = examples.sort("tweet_id")
    vector = examples["vector"].to_numpy().mean(axis=0, dtype=np.float64).astype(np.float32)
    words = " ".join(examples["text"].str.slice(0, WORDS // examples.height + 1))
    rows = _run(table, vector, words=words, mode=mode, limit=limit + examples.height, where=where)
    return rows.filter(~pl.col("tweet_id").is_in(list(tweet_ids))).head(limit)


def _check_mode(mode: str) -> None:
    if mode not in get_args(Mode):
        msg = f"There is no search mode called {mode!r}."
        raise StageError(msg, hint="choose vector, words or both.")


def _run(
    table: "Table",
    vector: np.ndarray | None,
    *,
    words: str,
    mode: Mode,
    limit: int,
    where: Where | None,
) -> pl.DataFrame:
    from lancedb.query import MatchQuery
    from lancedb.rerankers import RRFReranker

    column = lance_table.words_column(table)
    query_words = words if column == "text" else word_index.query(words)
    match = MatchQuery(query_words, column)  # type: ignore[call-arg]
    search: Any = table.search
    if mode == "vector":
        query = search(vector)
    elif mode == "words":
        query = search(match, query_type="fts")
    else:
        query = search(query_type="hybrid").vector(vector).text(match).rerank(RRFReranker())
    if mode != "words":
        refined = max(REFINED // limit, 2)
        query = query.distance_type("cosine").nprobes(PROBES).refine_factor(refined)
    if (condition := lance_table.condition(table, where)) is not None:
        query = query.where(condition)
    return _results(query.select(_READ).limit(limit).to_arrow(), vector=vector)


def _results(rows: "pa.Table", *, vector: np.ndarray | None) -> pl.DataFrame:
    frame = pl.DataFrame(rows)
    cosines = None if vector is None else _cosines(frame["vector"].to_numpy(), vector)
    relevance = next((name for name in frame.columns if name in _RELEVANCE), None)
    return frame.select(
        *_READ[:-1],
        query=pl.lit(0, pl.UInt32),
        similarity=pl.lit(None, pl.Float32) if cosines is None else pl.Series(cosines),
        relevance=pl.lit(None, pl.Float32) if relevance is None else pl.col(relevance),
    ).select(pl.col(name).cast(dtype) for name, dtype in _RESULT.items())


def _cosines(rows: np.ndarray, vector: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(vector)
    return np.asarray(rows @ vector / np.where(lengths > 0, lengths, 1))
