"""Lance: the LanceDB table of vectors as it lies on the disk."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache, reduce
from math import isqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from workbench.embeddings.embedders import Embedder
from workbench.exceptions import StageError

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.expr import Expr
    from lancedb.table import Table

# LanceDB logs to standard error, and reads this when it is first imported.
os.environ.setdefault("LANCEDB_LOG", "error")

#: Rows read or written at once.
ROWS = 8192
#: Rows from which a search without an index takes longer than 0.3 s.
INDEXED_FROM = 100_000

#: Bytes that an open table keeps of its indices, and of its files, each at most.
CACHED = 2**29

#: Column -> values, one of which a row must have.
Where = Mapping[str, Sequence[Any]]


def make(path: Path, *, embedder: Embedder) -> "Table":
    """Make an empty table that remembers its embedder."""
    import lancedb
    import pyarrow as pa

    path.parent.mkdir(parents=True, exist_ok=True)
    schema = pa.schema(
        {
            "tweet_id": pa.int64(),
            "thread_id": pa.int64(),
            "is_root": pa.bool_(),
            "lang": pa.string(),
            "text": pa.string(),
            "text_hash": pa.int64(),
            "vector": pa.list_(pa.float32(), embedder.dimensions),
        },
        metadata={"embedder": embedder.name, "digest": embedder.digest},
    )
    return lancedb.connect(path.parent).create_table(path.stem, schema=schema)


def open_table(path: Path, *, embedder: Embedder | None = None) -> "Table":
    """Open the table.

    Raises:
        StageError: If there is none, it is damaged, or another embedder than this one made it.
    """
    import lancedb

    if not path.is_dir():
        msg = f"There are no vectors in {path} yet."
        raise StageError(msg, hint="`workbench status` shows which stage to run next.")
    session = lancedb.Session(index_cache_size_bytes=CACHED, metadata_cache_size_bytes=CACHED)
    try:
        table = lancedb.connect(path.parent, session=session).open_table(path.stem)
    except Exception as error:
        msg = f"The vectors in {path} are damaged: {error}."
        raise StageError(
            msg, hint="delete that folder; the next run makes it anew from the turns."
        ) from error
    _refuse_other(table, path, embedder)
    return table


def reader(path: Path, *, embedder: Embedder | None = None) -> "Table":
    """Open the table to search in it; it stays open, what was read of its indices too.

    Whoever else writes to the table is seen by the next call.

    Raises:
        StageError: See `open_table`.
    """
    try:
        place = (path / "_versions").stat()
    except OSError:
        return open_table(path, embedder=embedder)
    table = _kept_open(path, (place.st_ino, place.st_mtime_ns))
    _refuse_other(table, path, embedder)
    return table


@lru_cache(maxsize=1)
def _kept_open(path: Path, stamp: tuple[int, int]) -> "Table":  # `stamp` changes with each write
    return open_table(path)


def digest(table: "Table") -> str:
    """Give the digest of the embedder that made the table."""
    return str((table.schema.metadata or {}).get(b"digest", b"").decode())


def read(table: "Table", *columns: str, where: "Expr | None" = None) -> Iterator[pl.DataFrame]:
    """Read columns of all rows, or of those that a condition holds for, a few rows at a time."""
    query = table.search().select(list(columns)).limit(None)
    if where is not None:
        query = query.where(where)
    for batch in query.to_batches(batch_size=ROWS):
        if batch.num_rows:
            yield pl.DataFrame(batch)


def vectors_of(table: "Table", ids: pl.Series) -> pl.DataFrame:
    """Read `tweet_id` and `vector` of some tweets, in any order; those without are left out."""
    empty = pl.DataFrame(table.schema.empty_table().select(["tweet_id", "vector"]))
    asked = ids.unique().sort()
    found = (
        frame
        for start in range(0, len(asked), ROWS)
        for frame in read(
            table,
            "tweet_id",
            "vector",
            where=condition(table, {"tweet_id": asked[start : start + ROWS].to_list()}),
        )
    )
    return pl.concat([empty, *found])


def write(table: "Table", frames: Iterator[pl.DataFrame]) -> None:
    """Add rows; all of them or, where something fails, none."""
    table.add(_reader(table.schema, frames))


def rewrite(path: Path, *, facts: pl.DataFrame) -> "Table":
    """Write the table anew with those rows only whose tweet and text stand in `facts`.

    Lance marks deleted rows and leaves their bytes in place as long as they are less than a tenth
    of a file, so that what must vanish can only vanish by writing the rest again. The new table
    takes the place of the old one when it is complete.

    Args:
        path: The table.
        facts: `tweet_id`, `text_hash` and the current `thread_id`, `is_root` and `lang`.
    """
    import lancedb

    table = open_table(path)
    aside = _aside(path)
    kept = (
        frame.join(facts, on=["tweet_id", "text_hash"], maintain_order="left")
        for frame in read(table, "tweet_id", "text_hash", "text", "vector")
    )
    lancedb.connect(aside).create_table(
        path.stem, data=_reader(table.schema, kept), schema=table.schema
    )
    path.rename(aside / "old")
    recover(path)
    return open_table(path)


def recover(path: Path) -> None:
    """Finish or clear away what a killed `rewrite` left."""
    aside = _aside(path)
    if (aside / "old").exists() and not path.exists():
        (aside / path.name).rename(path)
    shutil.rmtree(aside, ignore_errors=True)


def tidy(table: "Table") -> None:
    """Merge small files, drop old versions and index what is not indexed."""
    from lancedb.index import FTS, BTree

    # Not 0, which LanceDB warns about. Files of a killed run are unverified: they go too.
    table.optimize(cleanup_older_than=timedelta(milliseconds=1), delete_unverified=True)
    rows = table.count_rows()
    configs: dict[str, Any] = {}
    if rows:
        # Tweets are many languages: no stemming, no stop words; positions are for phrases.
        configs["text"] = FTS(stem=False, remove_stop_words=False, with_position=True)
        configs["tweet_id"] = BTree()
        configs["thread_id"] = BTree()
    if rows >= INDEXED_FROM:
        configs["vector"] = _vector_index(table.schema.field("vector").type.list_size, rows)
    for index in table.list_indices():
        config = configs.get(index.columns[0])
        if config is not None and type(config).__name__ == index.index_type:
            del configs[index.columns[0]]
    for column, config in configs.items():
        table.create_index(column, config=config)


def _vector_index(dimensions: int, rows: int) -> Any:  # noqa: ANN401 (one of two classes)
    """Choose the index of the vectors: one bit a number, where their number allows that.

    It takes 30 s for a million rows, a third of what whole vectors take, and as much memory as a
    thirtieth of them; `search.REFINED` says what is lost.
    """
    from lancedb.index import IvfFlat, IvfRq

    partitions = isqrt(rows) // 4 or 1
    kind = IvfFlat if dimensions % 8 else IvfRq
    return kind(distance_type="cosine", num_partitions=partitions)


def condition(table: "Table", where: Where | None) -> "Expr | None":
    """Say that each column has one of its values; values are literals, never parsed.

    Raises:
        StageError: If the table has no such column.
    """
    from lancedb.expr import col, lit

    if not where:
        return None
    if unknown := sorted(where.keys() - set(table.schema.names)):
        msg = f"The vectors have no column {', '.join(unknown)}."
        raise StageError(msg, hint=f"there are {', '.join(table.schema.names)}.")
    return reduce(
        lambda left, right: left & right,
        (col(name).isin(list(values)) if values else lit(False) for name, values in where.items()),
    )


def _refuse_other(table: "Table", path: Path, embedder: Embedder | None) -> None:
    if embedder is not None and digest(table) != embedder.digest:
        made_by = (table.schema.metadata or {}).get(b"embedder", b"another model").decode()
        msg = (
            f"The vectors in {path} were made by {made_by} and cannot be compared with those of "
            f"{embedder.name}: another model, or other weights."
        )
        raise StageError(msg, hint="run the embedding stage again with the model of the recipe.")


def _reader(schema: "pa.Schema", frames: Iterator[pl.DataFrame]) -> "pa.RecordBatchReader":
    import pyarrow as pa

    return pa.RecordBatchReader.from_batches(
        schema,
        (
            batch
            for frame in frames
            for part in frame.select(schema.names).iter_slices(ROWS)
            for batch in part.to_arrow().cast(schema).to_batches()
        ),
    )


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")
