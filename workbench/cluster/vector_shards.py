"""Keep texts to encode, and their vectors, in Parquet files that the workers write."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from workbench.cluster import node, shard_folders
from workbench.embeddings.embedders import Embedder
from workbench.embeddings.engines import batching
from workbench.storage import atomic

_NOTHING = pl.DataFrame(schema={"text_hash": pl.Int64, "shard": pl.UInt32})


class VectorShards:
    """A folder with a file per shard of texts, and one per shard of vectors.

    A shard of vectors appears whole or not at all, so a run that is started again continues.

    Args:
        folder: The folder, which may not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[Path] = []
        self._index = _NOTHING

    def refresh(self) -> None:
        """Find out which texts have a vector by now."""
        self._files = sorted(self._folder.glob("vectors/[!.]*.parquet"))
        hashes = (
            pl.read_parquet(file, columns=["text_hash"], glob=False).with_columns(
                shard=pl.lit(number, pl.UInt32)
            )
            for number, file in enumerate(self._files)
        )
        self._index = pl.concat([_NOTHING, *hashes]).unique("text_hash")

    def add(self, texts: pl.DataFrame) -> Iterator[tuple[Path, int]]:
        """Write the texts that have no vector, in shards that are best encoded in one piece.

        Args:
            texts: `text_hash` and `text` of a chunk. Vectors depend a little on the texts that are
                encoded with them, so a shard is a window of those that a chunk is cut into.

        Yields:
            The path of each shard, and its number of texts.
        """
        rest = texts.join(self._index, on="text_hash", how="anti", maintain_order="left")
        for rows in batching.windows(rest["text"].to_list()):
            shard = rest[rows]
            name = hashlib.blake2b(shard["text_hash"].to_numpy().tobytes(), digest_size=16)
            path = self._folder / "texts" / f"{name.hexdigest()}.parquet"
            with atomic.replacing(path) as aside:
                shard.write_parquet(aside)
            yield path, shard.height

    def read(self, hashes: pl.Series) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Read the vectors of texts, shard by shard; leave out texts without a vector.

        Yields:
            Places in `hashes`, shape `(n,)`, and their vectors, shape `(n, dimensions)`.
        """
        wanted = pl.DataFrame({"text_hash": hashes}).with_row_index("row")
        for rows in wanted.join(self._index, on="text_hash").partition_by("shard"):
            vectors = pl.read_parquet(self._files[rows["shard"][0]], glob=False)
            known = rows.join(vectors, on="text_hash")
            yield known["row"].to_numpy(), known["vector"].to_numpy()

    def drop_texts(self) -> None:
        """Remove the texts, which the next run writes again."""
        shutil.rmtree(self._folder / "texts", ignore_errors=True)

    def remove(self) -> None:
        """Remove the folder."""
        shard_folders.remove(self._folder)


def encode(texts: Path, embedder: Embedder) -> tuple[Path, int]:
    """Encode a shard of texts, unless that has been done; return its file and their number."""
    rows = pl.read_parquet(texts, glob=False)
    path = texts.parents[1] / "vectors" / texts.name
    if not path.exists():
        vectors = np.asarray(embedder.encode(rows["text"].to_list()), dtype=np.float32)
        encoded = rows.select(
            "text_hash", vector=pl.Series(vectors, dtype=pl.Array(pl.Float32, vectors.shape[1]))
        )
        # A worker that seemed dead may still write the same shard.
        with atomic.replacing(path, writer=node.writer()) as aside:
            encoded.write_parquet(aside, compression="uncompressed")
    return path, rows.height
