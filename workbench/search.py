"""Search: the turns that mean, or say, what a text does."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl

from workbench import lance, texts
from workbench.embedders import Embedder
from workbench.exceptions import StageError
from workbench.lance import Where

if TYPE_CHECKING:
    import pyarrow as pa

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
    table = lance.open_table(path)
    allowed = lance.condition(table, where)
    found = [_FOUND.to_frame()]
    for row, vector in enumerate(np.atleast_2d(vectors)):
        query: Any = table.search(vector)
        query = query.distance_type("cosine").select(_SHOWN)
        query = query if allowed is None else query.where(allowed)
        found.append(_found(query.limit(limit).to_arrow(), vector=vector, row=row))
    return pl.concat(found)


def search(
    path: Path,
    *,
    text: str,
    embedder: Embedder,
    mode: Literal["vector", "words", "both"] = "both",
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
        mode: By meaning, by words (BM25), or by the ranks of both (reciprocal rank fusion).
        limit: Most turns.
        where: Column -> values, one of which a turn must have.

    Returns:
        As `nearest`, the best first; `relevance` is the score of `words` and `both`.

    Raises:
        StageError: If there is no table, another embedder made it, or there is no such mode.
    """
    from lancedb.query import MatchQuery  # noqa: PLC0415 (seconds to import)
    from lancedb.rerankers import RRFReranker  # noqa: PLC0415

    if mode not in {"vector", "words", "both"}:
        msg = f"There is no way to search called {mode!r}."
        raise StageError(msg, hint="choose vector, words or both.")
    table = lance.open_table(path, embedder=embedder)
    said = pl.select(texts.bare(pl.lit(text))).item()
    if not said or not table.count_rows():
        return _FOUND.to_frame()
    vector = embedder.encode([said])[0]
    if mode == "vector":
        return nearest(path, vector, limit=limit, where=where)
    words = MatchQuery(said, "text")  # type: ignore[call-arg]
    query: Any
    if mode == "words":
        query = table.search(words, query_type="fts")
    else:
        query = table.search(query_type="hybrid").vector(vector).text(words)
        query = query.distance_type("cosine").rerank(RRFReranker())
    if (allowed := lance.condition(table, where)) is not None:
        query = query.where(allowed)
    return _found(query.select(_SHOWN).limit(limit).to_arrow(), vector=vector, row=0)


def _found(rows: "pa.Table", *, vector: np.ndarray, row: int) -> pl.DataFrame:
    frame = pl.DataFrame(rows)
    relevance = next((name for name in frame.columns if name in _RELEVANCE), None)
    return frame.select(
        *_SHOWN[:-1],
        query=pl.lit(row, pl.UInt32),
        similarity=pl.Series(_cosines(frame["vector"].to_numpy(), vector), dtype=pl.Float32),
        relevance=pl.lit(None, pl.Float32) if relevance is None else pl.col(relevance),
    ).select(pl.col(name).cast(kind) for name, kind in _FOUND.items())


def _cosines(rows: np.ndarray, vector: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(vector)
    return np.asarray(rows @ vector / np.where(lengths > 0, lengths, 1))
