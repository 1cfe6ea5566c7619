"""Cache: vectors of texts, kept across runs and workspaces in one SQLite file of the user's.

Each vector is kept on behalf of one tweet, and goes when that tweet is deleted: its bytes are
overwritten. Vectors of texts that are no tweets are kept on behalf of tweet 0, which never is.
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

#: Most bytes of the file, about 2.6 million vectors of 384 numbers; the oldest go first.
LIMIT = 4 * 2**30
#: Hashes asked for at once.
_ASKED = 8192
#: Seconds to wait for another process.
_PATIENCE = 60

_TABLES = """
CREATE TABLE IF NOT EXISTS embedders (embedder INTEGER PRIMARY KEY, digest TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS vectors (
    place INTEGER PRIMARY KEY, embedder INTEGER, text_hash INTEGER, tweet_id INTEGER, vector BLOB,
    UNIQUE (embedder, text_hash)
);
CREATE INDEX IF NOT EXISTS of_tweets ON vectors (tweet_id);
"""


class VectorCache:
    """Vectors by embedder and hash of the text (`hashes`).

    It is never needed: what cannot be read is encoded again, what cannot be written is not kept.
    Only `forget` raises, as what it is told to remove must be gone.

    Args:
        path: The file, there or not; None keeps nothing.
        limit: Most bytes that it grows to.
        is_off: Whether nothing is read from it or kept in it; what it holds can be forgotten.

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

    def read(self, asked: list[int] | pl.Series, *, embedder: Embedder) -> pl.DataFrame:
        """Give `text_hash` and `vector` (an array of float32) of the texts that are known."""
        rows: list[tuple[int, bytes]] = []
        if self.path and not self.is_off and self.path.exists():
            with suppress(sqlite3.Error), self._open() as database:
                for start in range(0, len(asked), _ASKED):
                    rows += database.execute(
                        "SELECT text_hash, vector FROM vectors JOIN embedders USING (embedder) "
                        "WHERE digest = ? AND text_hash IN (SELECT value FROM json_each(?))",
                        (embedder.digest, json.dumps(list(asked[start : start + _ASKED]))),
                    ).fetchall()
        size = 4 * embedder.dimensions
        whole = [(text_hash, vector) for text_hash, vector in rows if len(vector) == size]
        vectors = np.frombuffer(b"".join(vector for _, vector in whole), dtype="<f4")
        return pl.DataFrame(
            {
                "text_hash": pl.Series([text_hash for text_hash, _ in whole], dtype=pl.Int64),
                "vector": pl.Series(
                    vectors.reshape(-1, embedder.dimensions),
                    dtype=pl.Array(pl.Float32, embedder.dimensions),
                ),
            }
        )

    def write(self, rows: pl.DataFrame, vectors: np.ndarray, *, embedder: Embedder) -> None:
        """Keep vectors, shape `(n, dimensions)`, of rows with `tweet_id` and `text_hash`."""
        if not self.path or self.is_off or not rows.height:
            return
        numbers = np.ascontiguousarray(vectors, dtype="<f4")
        kept = zip(rows["text_hash"], rows["tweet_id"], numbers, strict=True)
        with suppress(sqlite3.Error, OSError), self._open() as database:
            database.execute(
                "INSERT OR IGNORE INTO embedders (digest) VALUES (?)", [embedder.digest]
            )
            database.executemany(
                "INSERT OR IGNORE INTO vectors (embedder, text_hash, tweet_id, vector) "
                "SELECT embedder, ?, ?, ? FROM embedders WHERE digest = ?",
                (
                    (text_hash, tweet_id, vector.tobytes(), embedder.digest)
                    for text_hash, tweet_id, vector in kept
                ),
            )
            self._shrink(database)

    def forget(self, tweets: pl.LazyFrame) -> int:
        """Remove the vectors kept on behalf of tweets, given by `tweet_id`; count them.

        A file that is damaged is removed whole.

        Raises:
            StageError: If they cannot be removed.
        """
        if not self.path or not self.path.exists():
            return 0
        try:
            with self._open() as database:
                held = database.execute(
                    "SELECT tweet_id FROM vectors WHERE tweet_id > 0"
                ).fetchall()
                kept_for = pl.LazyFrame(
                    {"tweet_id": pl.Series([tweet_id for (tweet_id,) in held], dtype=pl.Int64)}
                )
                gone = kept_for.join(tweets, on="tweet_id", how="semi").collect(engine="streaming")
                database.executemany(
                    "DELETE FROM vectors WHERE tweet_id = ?", zip(gone["tweet_id"], strict=True)
                )
        except (sqlite3.OperationalError, OSError) as error:
            msg = f"Deleted tweets cannot be taken out of the cache {self.path}: {error}."
            raise StageError(msg, hint="delete that file; what it held is made anew.") from error
        except sqlite3.DatabaseError:
            self.path.unlink()
            return 0
        return gone.height

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file, made if need be, for one transaction that no other process is in."""
        assert self.path is not None
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)) as opened:
            # What is deleted is overwritten, not only marked as free.
            opened.execute("PRAGMA secure_delete = ON")
            opened.executescript(_TABLES)
            opened.execute("BEGIN IMMEDIATE")
            yield opened
            opened.execute("COMMIT")

    def _shrink(self, database: sqlite3.Connection) -> None:
        """Drop the oldest where the file has outgrown its limit, down to nine tenths of that."""
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
    """Give the cache of this user; where `WORKBENCH_CACHE` is `off` it only forgets."""
    return VectorCache(user_cache.folder() / "vectors.sqlite", is_off=user_cache.is_off())


def is_worth(embedder: Embedder) -> bool:
    """Tell whether it takes longer to encode a text than to look it up."""
    return bool(getattr(embedder, "is_slow", False))


def hashes(said: pl.Series) -> pl.Series:
    """Hash texts to 63 bits; null for null and for the empty text.

    Examples:
        >>> hashes(pl.Series(["why?", "", None])).to_list()
        [8186834656872885161, None, None]
    """
    # A loop of 1 µs a text: the hashes are kept, and those of polars change between versions.
    return pl.Series(
        [
            int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") >> 1
            if text
            else None
            for text in said
        ],
        dtype=pl.Int64,
    )
