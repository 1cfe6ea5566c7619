"""Search: the turns that mean, or say, what a text does."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import polars as pl

from workbench.embeddings import lance_table
from workbench.embeddings.embedders import Embedder
from workbench.embeddings.lance_table import Where
from workbench.exceptions import StageError
from workbench.text import normalize

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.table import Table

#: By meaning, by words (BM25), or by the ranks of both (reciprocal rank fusion).
Mode = Literal["vector", "words", "both"]

#: Partitions of the index that are looked through: all of them up to a million vectors.
PROBES = 256

#: Candidates by the index, of which the exact cosines are taken. Of a million vectors of tweets
#: (384 numbers), 1.00 of the ten nearest and 0.99 of the fifty nearest are among 1,000.
REFINED = 1000

#: Characters of all examples together that their words are taken from.
WORDS = 2000

_FOUND = pl.Schema(
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
_SHOWN = ["tweet_id", "thread_id", "is_root", "lang", "text", "vector"]
_RELEVANCE = ("_relevance_score", "_score")


def nearest(
    path: Path, vectors: np.ndarray, *, limit: int = 10, where: Where | None = None
) -> pl.DataFrame:
    """Find the turns nearest to each of some vectors.

    Args:
        path: The table.
        vectors: One vector or several as rows, from the embedder that made the table.
        limit: Most turns per vector.
        where: Column -> values, one of which a turn must have.

    Returns:
        Columns `query` (row of `vectors`), `tweet_id`, `thread_id`, `is_root`, `lang`, `text`,
        `similarity` (cosine) and `relevance` (null), for each query the nearest first.
    """
    table = lance_table.reader(path)
    found = [
        _matching(table, vector, words="", mode="vector", limit=limit, where=where).with_columns(
            query=pl.lit(row, pl.UInt32)
        )
        for row, vector in enumerate(np.atleast_2d(vectors))
    ]
    return pl.concat([_FOUND.to_frame(), *found])


def search(
    path: Path,
    *,
    text: str,
    embedder: Embedder,
    mode: Mode = "both",
    limit: int = 10,
    where: Where | None = None,
) -> pl.DataFrame:
    """Find the turns that mean, or say, what a text does.

    The text is what somebody typed: it is matched word by word and never parsed. Nothing is
    found for a text without a word.

    Args:
        path: The table.
        text: What to look for.
        embedder: The one that made the vectors.
        mode: See `Mode`.
        limit: Most turns.
        where: Column -> values, one of which a turn must have.

    Returns:
        As `nearest`, the best first; `relevance` is the score of `words` and `both`.

    Raises:
        StageError: If there is no table, another embedder made it, or there is no such mode.
    """
    _check(mode)
    table = lance_table.reader(path, embedder=embedder)
    said = pl.select(normalize.bare(pl.lit(text))).item()
    if not said or not table.count_rows():
        return _FOUND.to_frame()
    vector = embedder.encode([said])[0]
    return _matching(table, vector, words=said, mode=mode, limit=limit, where=where)


def alike(
    path: Path,
    *,
    tweet_ids: Sequence[int],
    mode: Mode = "vector",
    limit: int = 10,
    where: Where | None = None,
) -> pl.DataFrame:
    """Find the turns that are most like some others, taken together.

    The examples' vectors are averaged and their words put together; no embedder is needed.
    Examples that have no vector are passed over.

    Args:
        path: The table.
        tweet_ids: The examples, which are not found themselves.
        mode: As in `search`.
        limit: Most turns.
        where: Column -> values, one of which a turn must have.

    Returns:
        As `search`.

    Raises:
        StageError: If there is no table, no example has a vector, or there is no such mode.
    """
    _check(mode)
    table = lance_table.reader(path)
    asked = lance_table.condition(table, {"tweet_id": list(tweet_ids)})
    frames = list(lance_table.read(table, "tweet_id", "text", "vector", where=asked))
    if not frames:
        msg = f"None of {len(tweet_ids):,} examples has a vector."
        raise StageError(
            msg, hint="choose threads whose opening tweet has words, or run the embedding stage."
        )
    examples = pl.concat(frames).sort("tweet_id")
    vector = examples["vector"].to_numpy().mean(axis=0, dtype=np.float64).astype(np.float32)
    words = " ".join(examples["text"].str.slice(0, WORDS // examples.height + 1))
    found = _matching(
        table, vector, words=words, mode=mode, limit=limit + examples.height, where=where
    )
    return found.filter(~pl.col("tweet_id").is_in(list(tweet_ids))).head(limit)


def _check(mode: str) -> None:
    if mode not in get_args(Mode):
        msg = f"There is no way to search called {mode!r}."
        raise StageError(msg, hint="choose vector, words or both.")


def _matching(
    table: "Table",
    vector: np.ndarray,
    *,
    words: str,
    mode: Mode,
    limit: int,
    where: Where | None,
) -> pl.DataFrame:
    from lancedb.query import MatchQuery
    from lancedb.rerankers import RRFReranker

    match = MatchQuery(words, "text")  # type: ignore[call-arg]
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
    if (allowed := lance_table.condition(table, where)) is not None:
        query = query.where(allowed)
    return _found(query.select(_SHOWN).limit(limit).to_arrow(), vector=vector)


def _found(rows: "pa.Table", *, vector: np.ndarray) -> pl.DataFrame:
    frame = pl.DataFrame(rows)
    relevance = next((name for name in frame.columns if name in _RELEVANCE), None)
    return frame.select(
        *_SHOWN[:-1],
        query=pl.lit(0, pl.UInt32),
        similarity=pl.Series(_cosines(frame["vector"].to_numpy(), vector), dtype=pl.Float32),
        relevance=pl.lit(None, pl.Float32) if relevance is None else pl.col(relevance),
    ).select(pl.col(name).cast(kind) for name, kind in _FOUND.items())


def _cosines(rows: np.ndarray, vector: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(vector)
    return np.asarray(rows @ vector / np.where(lengths > 0, lengths, 1))
