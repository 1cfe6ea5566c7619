"""Open, read and write the LanceDB table of vectors."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from workbench.embeddings.embedders import Embedder, Space
from workbench.exceptions import StageError
from workbench.storage import atomic, locks
from workbench.text import word_index

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.expr import Expr
    from lancedb.table import Table

# LanceDB logs to standard error. It reads this variable on its first import.
os.environ.setdefault("LANCEDB_LOG", "error")

#: Rows read or written at once.
ROWS = 8192

#: Bytes that an open table may cache of its indices, and as many of its files.
CACHED = 2**29

#: Folders that Lance makes before the first version of a table is complete.
_OWN_FOLDERS = {"_transactions", "_versions", "data"}

#: Column -> accepted values.
Where = Mapping[str, Sequence[Any]]

#: Lowest and highest id.
Bounds = tuple[int, int]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock the workspace that a table is in, if it is in one; see `Workspace.locked`."""
    root = path.parent
    if not (root / "workspace.json").exists():
        yield
        return
    with locks.exclusive(root / ".lock", what=f"the workspace {root}"):
        yield


def make(path: Path, *, embedder: Embedder) -> "Table":
    """Create an empty table that records its embedder."""
    import lancedb

    path.parent.mkdir(parents=True, exist_ok=True)
    schema = _schema(
        embedder.dimensions, metadata={"embedder": embedder.name, "digest": embedder.digest}
    )
    return lancedb.connect(path.parent).create_table(path.stem, schema=schema)


def _schema(dimensions: int, *, metadata: dict[Any, Any]) -> "pa.Schema":
    import pyarrow as pa

    return pa.schema(
        {
            "tweet_id": pa.int64(),
            "thread_id": pa.int64(),
            "is_root": pa.bool_(),
            "lang": pa.string(),
            "text": pa.string(),
            # What the word search reads, see `word_index`.
            "words": pa.string(),
            "text_hash": pa.int64(),
            "vector": pa.list_(pa.float32(), dimensions),
        },
        metadata=metadata,
    )


def words_column(table: "Table") -> str:
    """Return the column that the word search reads; tables of earlier versions have only `text`."""
    return "words" if "words" in table.schema.names else "text"


def open_table(path: Path, *, embedder: Space | None = None) -> "Table":
    """Open the table.

    Raises:
        StageError: If there is none, it is damaged, or it was not made by `embedder`.
    """
    import lancedb

    if (path / "workspace.json").exists():
        msg = f"{path} is a workspace, not its table of vectors."
        raise StageError(msg, hint="pass `workspace.embeddings_path` instead.")
    if not path.is_dir() or is_unfinished(path):
        msg = f"There are no vectors in {path} yet."
        raise StageError(msg, hint="`workbench status` shows which stage to run next.")
    session = lancedb.Session(index_cache_size_bytes=CACHED, metadata_cache_size_bytes=CACHED)
    try:
        table = lancedb.connect(path.parent, session=session).open_table(path.stem)
    except Exception as error:
        if not (path.parent / "workspace.json").exists():
            msg = f"{path} is not a table of vectors, or it is damaged: {error}."
            hint = "name the table of a workspace, `workspace.embeddings_path`."
            raise StageError(msg, hint=hint) from error
        msg = f"The vectors in {path} are damaged: {error}."
        hint = "`workbench doctor --fix` makes it again from the turns."
        raise StageError(msg, hint=hint) from error
    _check_embedder(table, path, embedder)
    return table


def is_unfinished(path: Path) -> bool:
    """Return whether a run was killed before it finished the first version of the table."""
    names = {entry.name for entry in path.iterdir()}
    versions = path / "_versions"
    return names <= _OWN_FOLDERS and not (versions.is_dir() and any(versions.iterdir()))


def reader(path: Path, *, embedder: Embedder | None = None) -> "Table":
    """Open the table for searching; keep it open, with its cached indices, for the next search.

    The next call sees what other processes wrote in the meantime.

    Raises:
        StageError: See `open_table`.
    """
    try:
        versions = (path / "_versions").stat()
    except OSError:
        return open_table(path, embedder=embedder)
    table = _shared_table(path, (versions.st_ino, versions.st_mtime_ns))
    _check_embedder(table, path, embedder)
    return table


@lru_cache(maxsize=1)
def _shared_table(path: Path, stamp: tuple[int, int]) -> "Table":  # every write changes `stamp`
    return open_table(path)


def digest(table: "Table") -> str:
    """Return the digest of the embedder that made the table."""
    return str((table.schema.metadata or {}).get(b"digest", b"").decode())


def read(table: "Table", *columns: str, where: "Expr | None" = None) -> Iterator[pl.DataFrame]:
    """Read columns of all rows, or of those that meet a condition, `ROWS` at a time."""
    query = table.search().select(list(columns)).limit(None)
    if where is not None:
        query = query.where(where)
    for batch in query.to_batches(batch_size=ROWS):
        if batch.num_rows:
            yield pl.DataFrame(batch)


def read_vectors(table: "Table", ids: pl.Series) -> pl.DataFrame:
    """Read `tweet_id` and `vector` of tweets in any order; leave out tweets without a vector."""
    empty = pl.DataFrame(table.schema.empty_table().select(["tweet_id", "vector"]))
    distinct = ids.unique().sort()
    frames = (
        frame
        for start in range(0, len(distinct), ROWS)
        for frame in read(
            table,
            "tweet_id",
            "vector",
            where=condition(table, {"tweet_id": distinct[start : start + ROWS].to_list()}),
        )
    )
    return pl.concat([empty, *frames])


def write(table: "Table", frames: Iterator[pl.DataFrame]) -> None:
    """Add rows: all of them or, if anything fails, none."""
    table.add(_record_batches(table.schema, frames))


def rewrite(path: Path, *, facts: pl.DataFrame) -> "Table":
    """Write the table again with only the rows whose tweet and text are in `facts`.

    Lance marks rows as deleted and keeps their bytes until they are a tenth of a file. Erasing
    bytes therefore means writing all other rows again. The new table replaces the old one when it
    is complete.

    Args:
        path: The table.
        facts: `tweet_id`, `text_hash` and the current `thread_id`, `is_root` and `lang`.
    """
    import lancedb

    table = open_table(path)
    partial = partial_path(path)
    rows = (
        frame.join(facts, on=["tweet_id", "text_hash"], maintain_order="left")
        for frame in read(table, "tweet_id", "text_hash", "text", "vector")
    )
    old = table.schema
    schema = _schema(old.field("vector").type.list_size, metadata=old.metadata or {})
    lancedb.connect(partial).create_table(
        path.stem, data=_record_batches(schema, rows), schema=schema
    )
    atomic.flush(partial)
    if not atomic.exchange(partial / path.name, path):
        path.rename(partial / "old")
    recover(path)
    return open_table(path)


def recover(path: Path) -> None:
    """Finish or undo a `rewrite` that was killed, and drop a table that never had a version."""
    partial = partial_path(path)
    if (partial / "old").exists() and not path.exists():
        (partial / path.name).rename(path)
    shutil.rmtree(partial, ignore_errors=True)
    if path.is_dir() and is_unfinished(path):
        shutil.rmtree(path)


def condition(
    table: "Table", where: Where | None, *, within: Bounds | None = None
) -> "Expr | None":
    """Require that each column has one of its accepted values, which are never parsed.

    Args:
        table: The table.
        where: Column -> accepted values.
        within: Lowest and highest thread id; all by default.

    Raises:
        StageError: If the table has no such column.
    """
    from lancedb.expr import col, lit

    where = where or {}
    if unknown := sorted(where.keys() - set(table.schema.names)):
        msg = f"The vectors have no column {', '.join(unknown)}."
        raise StageError(msg, hint=f"choose from {', '.join(table.schema.names)}.")
    terms = [
        col(name).isin(list(values)) if values else lit(False) for name, values in where.items()
    ]
    if within is not None:
        low, high = within
        terms += [col("thread_id") >= lit(low), col("thread_id") <= lit(high)]
    return reduce(lambda left, right: left & right, terms) if terms else None


def _check_embedder(table: "Table", path: Path, embedder: Space | None) -> None:
    if embedder is not None and digest(table) != embedder.digest:
        made_by = (table.schema.metadata or {}).get(b"embedder", b"another model").decode()
        msg = (
            f"The vectors in {path} were made by {made_by} and cannot be compared with those of "
            f"{embedder.name}: another model, or other weights."
        )
        hint = (
            "use the recipe that made them: `--recipe FILE`, in Python `wb.open(recipe=FILE)`. Or "
            "run the embedding stage again with the model of this recipe."
        )
        raise StageError(msg, hint=hint)


def _record_batches(schema: "pa.Schema", frames: Iterator[pl.DataFrame]) -> "pa.RecordBatchReader":
    import pyarrow as pa

    return pa.RecordBatchReader.from_batches(
        schema,
        (
            batch
            for frame in frames
            for rows in _with_words(frame, schema).iter_slices(ROWS)
            for batch in rows.to_arrow().cast(schema).to_batches()
        ),
    )


def _with_words(frame: pl.DataFrame, schema: "pa.Schema") -> pl.DataFrame:
    return frame.with_columns(words=word_index.entries(frame["text"].cast(pl.String))).select(
        schema.names
    )


def partial_path(path: Path) -> Path:
    """Return the folder in which `rewrite` prepares a new table."""
    return path.with_name(f".{path.name}.part")
