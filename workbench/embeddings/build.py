"""Embeddings: the vectors of turns, in a LanceDB table."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from workbench.embeddings import lance_table
from workbench.embeddings.cached_embedder import VectorSource
from workbench.embeddings.embedders import Embedder
from workbench.embeddings.lance_table import Where
from workbench.embeddings.vector_cache import VectorCache, hashes
from workbench.progress import OnProgress, silent
from workbench.recipe import EmbedSettings
from workbench.text import normalize

if TYPE_CHECKING:
    from lancedb.table import Table


#: Distinct texts that are encoded and written together: the most that a killed run loses.
CHUNK = 8192
#: Rows whose texts are held in memory at once.
PART = 500_000


def from_threads(
    turns: pl.DataFrame | pl.LazyFrame,
    *,
    embedder: Embedder,
    path: Path,
    settings: EmbedSettings,
    cache: VectorCache | None = None,
    on_progress: OnProgress = silent,
) -> dict[str, int]:
    """Bring the vectors in a LanceDB table in line with the turns.

    A run that is killed loses at most `CHUNK` texts; the next one goes on from there. Equal texts
    are encoded once. Turns of which no text is left without mentions and links get no vector.
    Vectors of another embedder are thrown away, all of them. Rows whose turn is gone or has
    another text are erased from the disk, not only marked as deleted.

    Args:
        turns: Table `Turns`.
        embedder: See `workbench.embedders.load`.
        path: The table, a folder named `<name>.lance`.
        settings: Which turns get a vector.
        cache: Where vectors of the same texts may be known from, and are kept.
        on_progress: Called with the distinct texts done, and to do.

    Returns:
        Counts: `turns` that were asked for, `without_text` of them, `vectors` in the table,
        `added` and `erased` rows, distinct texts `encoded` or found `cached`, and rows of
        `another_model` thrown away.

    Raises:
        StageError: If the table is damaged.

    Examples:
        >>> import tempfile
        >>> from workbench.embeddings import embedders, search
        >>> from workbench.schemas import Turns
        >>> places = {"thread_id": [1, 1, 3], "tweet_id": [1, 2, 3], "position": [0, 1, 0]}
        >>> said = ["why is the sky blue?", "@a it scatters", "@a https://t.co/x"]
        >>> turns = Turns.sample(3, overrides={**places, "text": said})
        >>> path = Path(tempfile.mkdtemp()) / "3_embeddings.lance"
        >>> hashing = embedders.load("hashing")
        >>> counts = from_threads(turns, embedder=hashing, path=path, settings=EmbedSettings())
        >>> counts["turns"], counts["without_text"], counts["vectors"]
        (2, 1, 1)
        >>> search.search(path, text="blue sky", embedder=hashing)["text"].to_list()
        ['why is the sky blue?']
    """
    table, another_model = _open(path, embedder)
    asked = _asked(turns.lazy(), settings)
    keys = asked.select("tweet_id", "text_hash", facts=_facts()).collect(engine="streaming")
    wanted = keys.drop_nulls("text_hash")
    before = _stored(table)
    table, stored = _without_strays(table, before, asked, wanted=wanted, path=path)
    missing = wanted.join(stored, on="tweet_id", how="anti").select("tweet_id", "text_hash")
    source = VectorSource(embedder, cache or VectorCache(None))
    done = _fill(
        table, asked, missing=missing, stored=stored, source=source, on_progress=on_progress
    )
    lance_table.tidy(table)
    return {
        "turns": keys.height,
        "without_text": keys.height - wanted.height,
        "vectors": table.count_rows(),
        "added": missing.height,
        "encoded": source.encoded,
        "cached": done - source.encoded,
        "erased": before.height - stored.height,
        "another_model": another_model,
    }


def vectors(path: Path, tweet_ids: Sequence[int] | pl.Series) -> pl.DataFrame:
    """Read the vectors of some tweets.

    Returns:
        Columns `tweet_id` and `vector` (an array of float32), in the order of `tweet_ids`;
        tweets without a vector are left out.

    Raises:
        StageError: If there is no table.
    """
    table = lance_table.open_table(path)
    ids = pl.DataFrame({"tweet_id": tweet_ids}, schema={"tweet_id": pl.Int64})
    return ids.join(
        lance_table.vectors_of(table, ids["tweet_id"]),
        on="tweet_id",
        how="inner",
        maintain_order="left",
    )


def batches(
    path: Path, *, embedder: Embedder, where: Where | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Read all vectors, some thousand at a time.

    Args:
        path: The table.
        embedder: The one that made the vectors.
        where: Column -> values, one of which a row must have.

    Yields:
        Ids of tweets, shape `(n,)`, and their vectors, shape `(n, dimensions)`.

    Raises:
        StageError: If there is no table, or another embedder made it.
    """
    table = lance_table.open_table(path, embedder=embedder)
    for frame in lance_table.read(
        table, "tweet_id", "vector", where=lance_table.condition(table, where)
    ):
        yield frame["tweet_id"].to_numpy(), frame["vector"].to_numpy()


def _open(path: Path, embedder: Embedder) -> tuple["Table", int]:
    """Open or make the table; count the rows of another model that were in its place."""
    lance_table.recover(path)
    another_model = 0
    if path.exists():
        table = lance_table.open_table(path)
        if lance_table.digest(table) == embedder.digest:
            return table, 0
        another_model = table.count_rows()
        shutil.rmtree(path)
    return lance_table.make(path, embedder=embedder), another_model


def _without_strays(
    table: "Table", stored: pl.DataFrame, asked: pl.LazyFrame, *, wanted: pl.DataFrame, path: Path
) -> tuple["Table", pl.DataFrame]:
    """Rewrite the table where a row's turn is gone, or has another text; give what it holds."""
    if stored.join(wanted, on=["tweet_id", "text_hash", "facts"], how="anti").is_empty():
        return table, stored
    facts = asked.drop("text").join(stored.lazy(), on="tweet_id", how="semi")
    rewritten = lance_table.rewrite(path, facts=facts.collect(engine="streaming"))
    return rewritten, _stored(rewritten)


def _asked(turns: pl.LazyFrame, settings: EmbedSettings) -> pl.LazyFrame:
    is_root = pl.col("position") == 0
    if settings.turns == "roots":
        chosen = turns.filter(is_root)
    elif settings.turns == "exchanges":
        chosen = turns.filter(is_root | (pl.col("depth") == 1))
    else:
        chosen = turns
    return chosen.select(
        "tweet_id", "thread_id", "lang", is_root=is_root, text=normalize.bare("text")
    ).with_columns(
        text_hash=pl.col("text").map_batches(hashes, return_dtype=pl.Int64, is_elementwise=True)
    )


def _facts() -> pl.Expr:
    return pl.struct("thread_id", "is_root", "lang").hash()


def _stored(table: "Table") -> pl.DataFrame:
    """Read what the table holds, without texts and vectors."""
    empty = pl.DataFrame(schema={"tweet_id": pl.Int64, "text_hash": pl.Int64, "facts": pl.UInt64})
    columns = ("tweet_id", "text_hash", "thread_id", "is_root", "lang")
    rows = (
        frame.select("tweet_id", "text_hash", facts=_facts())
        for frame in lance_table.read(table, *columns)
    )
    return pl.concat([empty, *rows])


def _fill(
    table: "Table",
    asked: pl.LazyFrame,
    *,
    missing: pl.DataFrame,
    stored: pl.DataFrame,
    source: "VectorSource",
    on_progress: OnProgress,
) -> int:
    """Add the missing rows, equal texts in one chunk; count the texts that the table lacked."""
    known = stored.select("text_hash", equal_id="tweet_id").unique("text_hash")
    missing = missing.join(known, on="text_hash", how="left")
    total = missing.filter(pl.col("equal_id").is_null())["text_hash"].n_unique()
    on_progress(0, total)
    done = 0
    parts = -(-missing.height // PART)
    chunk = ((pl.col("text_hash").rank("dense") - 1) // CHUNK).alias("chunk")
    for part in range(parts):
        ids = missing.lazy().filter(pl.col("text_hash") % parts == part)
        rows = asked.join(ids.drop("text_hash"), on="tweet_id").collect(engine="streaming")
        for _, turns in rows.sort("text_hash").group_by(chunk, maintain_order=True):
            distinct = turns.unique("text_hash", maintain_order=True)
            new = distinct.filter(pl.col("equal_id").is_null())
            made = source.vectors(new, on_progress=_onward(on_progress, done, total))
            done += new.height
            vectors = pl.concat([_equal(table, distinct), made])
            lance_table.write(
                table,
                (
                    slice_.join(vectors, on="text_hash", maintain_order="left")
                    for slice_ in turns.iter_slices(lance_table.ROWS)
                ),
            )
            source.keep()
    return done


def _onward(on_progress: OnProgress, before: int, total: int) -> OnProgress:
    return lambda done, _: on_progress(before + done, total)


def _equal(table: "Table", turns: pl.DataFrame) -> pl.DataFrame:
    """Read the vectors of equal texts that the table holds already."""
    known = turns.drop_nulls("equal_id").select("text_hash", tweet_id="equal_id")
    return known.join(lance_table.vectors_of(table, known["tweet_id"]), on="tweet_id").select(
        "text_hash", "vector"
    )
