"""Keep vectors of texts across runs and workspaces, in one SQLite file per user.

Each vector belongs to one tweet. When that tweet is deleted, the bytes of the vector are
overwritten. Vectors of other texts belong to tweet 0, which is never deleted.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import polars as pl

from workbench.embeddings.embedders import Embedder
from workbench.embeddings.engines import user_cache
from workbench.exceptions import StageError

#: Maximum bytes of the file, about 2.6 million vectors of 384 numbers; the oldest go first.
LIMIT = 4 * 2**30
#: Hashes per query.
_HASHES = 8192
#: Seconds to wait for another process.
_TIMEOUT = 60

_TABLES = """
CREATE TABLE IF NOT EXISTS embedders (embedder INTEGER PRIMARY KEY, digest TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS vectors (
    place INTEGER PRIMARY KEY, embedder INTEGER, text_hash INTEGER, tweet_id INTEGER, vector BLOB,
    UNIQUE (embedder, text_hash)
);
CREATE INDEX IF NOT EXISTS of_tweets ON vectors (tweet_id);
"""


class VectorCache:
    """Vectors by embedder and hash of the text (`text_hashes`).

    The cache is optional: what cannot be read is encoded again, what cannot be written is not kept.
    Only `forget` raises, because deleted tweets must be removed.

    Args:
        path: The file, which may not exist yet; None keeps nothing.
        limit: Maximum bytes of the file.
        is_off: Neither read nor write vectors; `forget` still works.

    Examples:
        >>> import tempfile
        >>> from workbench.embeddings import embedders
        >>> cache = VectorCache(Path(tempfile.mkdtemp()) / "vectors.sqlite")
        >>> hashing = embedders.load("hashing")
        >>> rows = pl.DataFrame({"tweet_id": [7], "text_hash": [99]})
        >>> cache.write(rows, hashing.encode(["why?"]), embedder=hashing)
        >>> cache.read([99, 100], embedder=hashing)["text_hash"].to_list()
        [99]
        >>> cache.forget(pl.LazyFrame({"tweet_id": [7]}))
        1
    """

    def __init__(self, path: Path | None, *, limit: int = LIMIT, is_off: bool = False) -> None:
        self.path = path
        self.limit = limit
        self.is_off = is_off

    def read(self, hashes: list[int] | pl.Series, *, embedder: Embedder) -> pl.DataFrame:
        """Return `text_hash` and `vector` (an array of float32) of the texts in the cache."""
        rows: list[tuple[int, bytes]] = []
        if self.path and not self.is_off and self.path.exists():
            with suppress(sqlite3.Error), self._open() as database:
                for start in range(0, len(hashes), _HASHES):
                    rows += database.execute(
                        "SELECT text_hash, vector FROM vectors JOIN embedders USING (embedder) "
                        "WHERE digest = ? AND text_hash IN (SELECT value FROM json_each(?))",
                        (embedder.digest, json.dumps(list(hashes[start : start + _HASHES]))),
                    ).fetchall()
        size = 4 * embedder.dimensions
        intact = [(text_hash, vector) for text_hash, vector in rows if len(vector) == size]
        vectors = np.frombuffer(b"".join(vector for _, vector in intact), dtype="<f4")
        return pl.DataFrame(
            {
                "text_hash": pl.Series([text_hash for text_hash, _ in intact], dtype=pl.Int64),
                "vector": pl.Series(
                    vectors.reshape(-1, embedder.dimensions),
                    dtype=pl.Array(pl.Float32, embedder.dimensions),
                ),
            }
        )

    def write(self, rows: pl.DataFrame, vectors: np.ndarray, *, embedder: Embedder) -> None:
        """Write vectors, shape `(n, dimensions)`, of rows with `tweet_id` and `text_hash`."""
        if not self.path or self.is_off or not rows.height:
            return
        numbers = np.ascontiguousarray(vectors, dtype="<f4")
        entries = zip(rows["text_hash"], rows["tweet_id"], numbers, strict=True)
        with suppress(sqlite3.Error, OSError), self._open() as database:
            database.execute(
                "INSERT OR IGNORE INTO embedders (digest) VALUES (?)", [embedder.digest]
            )
            database.executemany(
                "INSERT OR IGNORE INTO vectors (embedder, text_hash, tweet_id, vector) "
                "SELECT embedder, ?, ?, ? FROM embedders WHERE digest = ?",
                (
                    (text_hash, tweet_id, vector.tobytes(), embedder.digest)
                    for text_hash, tweet_id, vector in entries
                ),
            )
            self._shrink(database)

    def forget(self, tweets: pl.LazyFrame) -> int:
        """Remove the vectors that belong to tweets, listed by `tweet_id`; count them.

        A damaged file is deleted.

        Raises:
            StageError: If they cannot be removed.
        """
        if not self.path or not self.path.exists():
            return 0
        try:
            with self._open() as database:
                rows = database.execute(
                    "SELECT tweet_id FROM vectors WHERE tweet_id > 0"
                ).fetchall()
                owners = pl.LazyFrame(
                    {"tweet_id": pl.Series([tweet_id for (tweet_id,) in rows], dtype=pl.Int64)}
                )
                deleted = owners.join(tweets, on="tweet_id", how="semi").collect(engine="streaming")
                database.executemany(
                    "DELETE FROM vectors WHERE tweet_id = ?", zip(deleted["tweet_id"], strict=True)
                )
        except (sqlite3.OperationalError, OSError) as error:
            msg = f"Cannot remove deleted tweets from the cache {self.path}: {error}."
            hint = "delete that file; its vectors are made again when needed."
            raise StageError(msg, hint=hint) from error
        except sqlite3.DatabaseError:
            self.path.unlink()
            return 0
        return deleted.height

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open or create the file for one transaction that excludes other processes."""
        assert self.path is not None
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(
            sqlite3.connect(self.path, timeout=_TIMEOUT, isolation_level=None)
        ) as database:
            # Overwrite deleted rows with zeros instead of only marking them as free.
            database.execute("PRAGMA secure_delete = ON")
            database.executescript(_TABLES)
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")

    def _shrink(self, database: sqlite3.Connection) -> None:
        """Drop the oldest vectors if the file is over its limit, down to 90 % of the limit."""
        (pages,), (free,), (size,) = (
            database.execute(f"PRAGMA {name}").fetchone()
            for name in ("page_count", "freelist_count", "page_size")
        )
        used = (pages - free) * size
        if used > self.limit:
            database.execute(
                "DELETE FROM vectors WHERE place IN (SELECT place FROM vectors ORDER BY place "
                "LIMIT (SELECT CAST(? * COUNT(*) AS INTEGER) FROM vectors))",
                [1 - 0.9 * self.limit / used],
            )


def shared() -> VectorCache:
    """Return the cache of this user; if `WORKBENCH_CACHE` is `off`, it only forgets."""
    return VectorCache(user_cache.folder() / "vectors.sqlite", is_off=user_cache.is_off())


def is_worth_caching(embedder: Embedder) -> bool:
    """Return whether encoding a text takes longer than looking it up."""
    return bool(getattr(embedder, "is_slow", False))


def text_hashes(texts: pl.Series) -> pl.Series:
    """Hash texts to 63 bits; null for null and for the empty text.

    Examples:
        >>> text_hashes(pl.Series(["why?", "", None])).to_list()
        [8186834656872885161, None, None]
    """
    # A loop takes 1 µs per text. The hashes are stored; those of polars change between versions.
    return pl.Series(
        [
            int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") >> 1
            if text
            else None
            for text in texts
        ],
        dtype=pl.Int64,
    )
