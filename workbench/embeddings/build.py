"""Bring the LanceDB table of vectors in line with the turns: add, move and erase rows."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from workbench.embeddings import lance_index, lance_table
from workbench.embeddings.chunk_encoder import ChunkEncoder
from workbench.embeddings.embedders import Embedder
from workbench.embeddings.vector_cache import VectorCache, text_hashes
from workbench.progress import OnProgress, silent
from workbench.recipe import EmbedSettings
from workbench.storage import os_errors
from workbench.text import normalize

if TYPE_CHECKING:
    from lancedb.table import Table


#: Distinct texts encoded and written together: the most that a killed run loses.
CHUNK = 8192
#: Rows whose texts are in memory at once.
PART = 500_000

#: Called once with all texts to encode, before the first is: `text_hash` and `text`, a chunk at a
#: time.
Prepare = Callable[[Iterable[pl.DataFrame]], None]


def from_threads(
    turns: pl.DataFrame | pl.LazyFrame,
    *,
    embedder: Embedder,
    path: Path,
    settings: EmbedSettings,
    cache: VectorCache | None = None,
    prepare: Prepare | None = None,
    on_progress: OnProgress = silent,
) -> dict[str, int]:
    """Bring the vectors in a LanceDB table in line with the turns.

    A killed run loses at most `CHUNK` texts; the next run continues after it. Equal texts are
    encoded once. Turns with no text besides mentions and links get no vector. If another embedder
    made the table, all its vectors are dropped. Rows whose turn is gone or has another text are
    erased from the disk, not only marked as deleted.

    Args:
        turns: Table `Turns`.
        embedder: See `workbench.embeddings.embedders.load`.
        path: The table, a folder named `<name>.lance`.
        settings: Which turns get a vector.
        cache: Where vectors of equal texts are looked up and kept.
        prepare: Told the texts to encode ahead of time, for an embedder that fetches vectors made
            elsewhere. The turns are read once more for it.
        on_progress: Called with distinct texts done and total distinct texts.

    Returns:
        Counts: `turns` selected by the settings, those `without_text`, `vectors` in the table,
        `added` and `erased` rows, distinct texts `encoded` or `cached`, and rows of
        `another_model` that were dropped.

    Raises:
        StageError: If the table is damaged.
        WorkspaceError: If another process or thread is writing to the workspace of the table.

    Examples:
        >>> import tempfile
        >>> from workbench.embeddings import embedders, search
        >>> from workbench.schemas import Turns
        >>> columns = {"thread_id": [1, 1, 3], "tweet_id": [1, 2, 3], "position": [0, 1, 0]}
        >>> texts = ["why is the sky blue?", "@a it scatters", "@a https://t.co/x"]
        >>> turns = Turns.sample(3, overrides={**columns, "text": texts})
        >>> path = Path(tempfile.mkdtemp()) / "3_embeddings.lance"
        >>> hashing = embedders.load("hashing")
        >>> counts = from_threads(turns, embedder=hashing, path=path, settings=EmbedSettings())
        >>> counts["turns"], counts["without_text"], counts["vectors"]
        (2, 1, 1)
        >>> search.search(path, text="blue sky", embedder=hashing)["text"].to_list()
        ['why is the sky blue?']
    """
    with lance_table.locked(path), os_errors.named(path.parent):
        return _bring_in_line(
            turns.lazy(),
            embedder=embedder,
            path=path,
            settings=settings,
            cache=cache or VectorCache(None),
            prepare=prepare,
            on_progress=on_progress,
        )


def _bring_in_line(
    turns: pl.LazyFrame,
    *,
    embedder: Embedder,
    path: Path,
    settings: EmbedSettings,
    cache: VectorCache,
    prepare: Prepare | None,
    on_progress: OnProgress,
) -> dict[str, int]:
    table, another_model = _open(path, embedder)
    selected = _select_turns(turns, settings)
    keys = selected.select("tweet_id", "text_hash", facts=_facts()).collect(engine="streaming")
    wanted = keys.drop_nulls("text_hash")
    before = _stored_keys(table)
    table, stored = _erase_strays(table, before, selected, wanted=wanted, path=path)
    missing = _missing(wanted, stored)
    encoder = ChunkEncoder(embedder, cache)
    if prepare is not None:
        chunks = (encoder.unknown(_new_texts(turns)) for turns in _chunks(selected, missing))
        prepare(texts.select("text_hash", "text") for texts in chunks)
    new_texts = _add_rows(
        table, selected, missing=missing, encoder=encoder, on_progress=on_progress
    )
    lance_index.tidy(table)
    return {
        "turns": keys.height,
        "without_text": keys.height - wanted.height,
        "vectors": table.count_rows(),
        "added": missing.height,
        "encoded": encoder.encoded,
        "cached": new_texts - encoder.encoded,
        "erased": before.height - stored.height,
        "another_model": another_model,
    }


def _open(path: Path, embedder: Embedder) -> tuple["Table", int]:
    """Open or create the table; return it with the number of dropped rows of another model."""
    lance_table.recover(path)
    another_model = 0
    if path.exists():
        table = lance_table.open_table(path)
        if lance_table.digest(table) == embedder.digest:
            return table, 0
        another_model = table.count_rows()
        shutil.rmtree(path)
    return lance_table.make(path, embedder=embedder), another_model


def _erase_strays(
    table: "Table",
    stored: pl.DataFrame,
    selected: pl.LazyFrame,
    *,
    wanted: pl.DataFrame,
    path: Path,
) -> tuple["Table", pl.DataFrame]:
    """Rewrite the table if a row differs from its turn, or if an earlier version made the table.

    Returns:
        The table and its keys.
    """
    strays = stored.join(wanted, on=["tweet_id", "text_hash", "facts"], how="anti")
    if strays.is_empty() and lance_table.words_column(table) == "words":
        return table, stored
    facts = selected.drop("text").join(stored.lazy(), on="tweet_id", how="semi")
    rewritten = lance_table.rewrite(path, facts=facts.collect(engine="streaming"))
    return rewritten, _stored_keys(rewritten)


def _select_turns(turns: pl.LazyFrame, settings: EmbedSettings) -> pl.LazyFrame:
    selected = turns.filter(settings.is_embedded())
    is_root = pl.col("position") == 0
    hashes = pl.col("text").map_batches(text_hashes, return_dtype=pl.Int64, is_elementwise=True)
    return selected.select(
        "tweet_id", "thread_id", "lang", is_root=is_root, text=normalize.bare("text")
    ).with_columns(text_hash=hashes)


def _facts() -> pl.Expr:
    return pl.struct("thread_id", "is_root", "lang").hash()


def _stored_keys(table: "Table") -> pl.DataFrame:
    """Read the rows of the table without texts and vectors."""
    empty = pl.DataFrame(schema={"tweet_id": pl.Int64, "text_hash": pl.Int64, "facts": pl.UInt64})
    columns = ("tweet_id", "text_hash", "thread_id", "is_root", "lang")
    rows = (
        frame.select("tweet_id", "text_hash", facts=_facts())
        for frame in lance_table.read(table, *columns)
    )
    return pl.concat([empty, *rows])


def _missing(wanted: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """List the rows to add; `equal_id` is a stored tweet with the same text, null if none is."""
    known = stored.select("text_hash", equal_id="tweet_id").unique("text_hash")
    missing = wanted.join(stored, on="tweet_id", how="anti").select("tweet_id", "text_hash")
    return missing.join(known, on="text_hash", how="left")


def _chunks(selected: pl.LazyFrame, missing: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the missing rows with their texts, `CHUNK` distinct texts at a time."""
    parts = -(-missing.height // PART)
    chunk = ((pl.col("text_hash").rank("dense") - 1) // CHUNK).alias("chunk")
    for part in range(parts):
        ids = missing.lazy().filter(pl.col("text_hash") % parts == part)
        rows = selected.join(ids.drop("text_hash"), on="tweet_id").collect(engine="streaming")
        for _, turns in rows.sort("text_hash").group_by(chunk, maintain_order=True):
            yield turns


def _new_texts(turns: pl.DataFrame) -> pl.DataFrame:
    """Keep one row of each text that is not in the table."""
    return turns.filter(pl.col("equal_id").is_null()).unique("text_hash", maintain_order=True)


def _add_rows(
    table: "Table",
    selected: pl.LazyFrame,
    *,
    missing: pl.DataFrame,
    encoder: ChunkEncoder,
    on_progress: OnProgress,
) -> int:
    """Add the missing rows, equal texts in one chunk; count the texts new to the table."""
    total = missing.filter(pl.col("equal_id").is_null())["text_hash"].n_unique()
    on_progress(0, total)
    done = 0
    for turns in _chunks(selected, missing):
        new = _new_texts(turns)
        encoded = encoder.encode(new, on_progress=_after(on_progress, done, total))
        done += new.height
        _write(table, turns, pl.concat([_vectors_of_equal_texts(table, turns), encoded]))
        encoder.cache_last_chunk()
    return done


def _write(table: "Table", turns: pl.DataFrame, vectors: pl.DataFrame) -> None:
    slices = turns.iter_slices(lance_table.ROWS)
    lance_table.write(
        table, (rows.join(vectors, on="text_hash", maintain_order="left") for rows in slices)
    )


def _after(on_progress: OnProgress, before: int, total: int) -> OnProgress:
    return lambda done, _: on_progress(before + done, total)


def _vectors_of_equal_texts(table: "Table", turns: pl.DataFrame) -> pl.DataFrame:
    """Read the vectors of texts that the table already has for other tweets."""
    distinct = turns.drop_nulls("equal_id").unique("text_hash", maintain_order=True)
    known = distinct.select("text_hash", tweet_id="equal_id")
    return known.join(lance_table.read_vectors(table, known["tweet_id"]), on="tweet_id").select(
        "text_hash", "vector"
    )
