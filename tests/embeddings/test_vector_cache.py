"""The vector cache finds what was encoded, and erases every byte of deleted tweets."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import polars as pl
import pytest

from tests.support.embedding import HASHING, RecordingEmbedder
from workbench import pipeline, sample
from workbench.embeddings import embedders, vector_cache
from workbench.embeddings.vector_cache import VectorCache
from workbench.exceptions import StageError
from workbench.recipe import Recipe
from workbench.storage import Workspace


@pytest.fixture
def cache(tmp_path):
    return VectorCache(tmp_path / "a" / "vectors.sqlite")


def rows(*tweet_ids):
    """Return rows whose hash is ten times their tweet id."""
    return pl.DataFrame({"tweet_id": tweet_ids}).with_columns(text_hash=pl.col("tweet_id") * 10)


def random_vectors(count, *, seed=0):
    return np.random.default_rng(seed).standard_normal((count, 256), dtype=np.float32)


def ids(*tweet_ids):
    return pl.LazyFrame({"tweet_id": tweet_ids}, schema={"tweet_id": pl.Int64})


def test_read_gives_the_very_bytes_that_were_written(cache):
    vectors = random_vectors(3)
    cache.write(rows(1, 2, 3), vectors, embedder=HASHING)
    rows_read = cache.read([30, 10, 99], embedder=HASHING).sort("text_hash")
    assert rows_read["text_hash"].to_list() == [10, 30]
    assert rows_read["vector"].to_numpy().tobytes() == vectors[[0, 2]].tobytes()
    assert rows_read.schema["vector"] == pl.Array(pl.Float32, 256)
    assert cache.path.stat().st_mode & 0o077 == 0


def test_vectors_of_two_embedders_are_never_mixed(cache):
    cache.write(rows(1), random_vectors(1), embedder=RecordingEmbedder("a" * 64, is_slow=True))
    other = RecordingEmbedder("b" * 64, is_slow=True)
    assert cache.read([10], embedder=other).is_empty()
    cache.write(rows(1), random_vectors(1, seed=1), embedder=other)
    assert cache.read([10], embedder=other)["vector"].to_numpy()[0] == pytest.approx(
        random_vectors(1, seed=1)[0]
    )


def test_forget_leaves_no_byte(cache):
    vectors = random_vectors(500)
    cache.write(rows(*range(1, 501)), vectors, embedder=HASHING)
    assert vectors[6].tobytes() in cache.path.read_bytes()
    assert cache.forget(ids(7, 8, 9999)) == 2
    left = b"".join(file.read_bytes() for file in cache.path.parent.iterdir())
    assert vectors[6].tobytes() not in left
    assert vectors[7].tobytes() not in left
    assert vectors[5].tobytes() in left
    assert cache.read(list(range(10, 5001, 10)), embedder=HASHING).height == 498
    assert cache.forget(ids(7)) == 0


def test_the_oldest_vectors_go_if_the_file_outgrows_its_limit(tmp_path):
    small = VectorCache(tmp_path / "vectors.sqlite", limit=400_000)
    for first in range(1, 2001, 100):
        some = range(first, first + 100)
        small.write(rows(*some), random_vectors(100), embedder=HASHING)
    rows_read = small.read(list(range(10, 20001, 10)), embedder=HASHING)["text_hash"].sort()
    assert small.path.stat().st_size < 700_000
    assert 0 < len(rows_read) < 400
    assert rows_read[-1] == 20000


def test_two_processes_write_at_once(cache):
    code = (
        "import sys, numpy as np, polars as pl; from pathlib import Path\n"
        "from workbench.embeddings import embedders, vector_cache\n"
        "first, path = int(sys.argv[1]), Path(sys.argv[2])\n"
        "for i in range(first, first + 30):\n"
        "    rows = pl.DataFrame({'tweet_id': [i], 'text_hash': [i * 10]})\n"
        "    vectors = np.full((1, 256), i, dtype=np.float32)\n"
        "    cache = vector_cache.VectorCache(path)\n"
        "    cache.write(rows, vectors, embedder=embedders.load('hashing'))\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(first), str(cache.path)])
        for first in (1, 21)
    ]
    assert [process.wait() for process in running] == [0, 0]
    rows_read = cache.read(list(range(10, 601, 10)), embedder=HASHING).sort("text_hash")
    assert rows_read["text_hash"].to_list() == list(range(10, 501, 10))
    assert rows_read["vector"].to_numpy()[:, 0].tolist() == list(range(1, 51))


def test_a_damaged_file_is_ignored_and_replaced(cache):
    cache.path.parent.mkdir()
    cache.path.write_bytes(b"not a database " * 100)
    cache.write(rows(1), random_vectors(1), embedder=HASHING)
    assert cache.read([10], embedder=HASHING).is_empty()
    assert cache.forget(ids(1)) == 0
    assert not cache.path.exists()
    cache.write(rows(1), random_vectors(1), embedder=HASHING)
    assert cache.read([10], embedder=HASHING).height == 1


def test_forget_fails_with_a_hint_if_the_file_is_locked(cache, monkeypatch):
    cache.write(rows(1), random_vectors(1), embedder=HASHING)
    monkeypatch.setattr(vector_cache, "_TIMEOUT", 0)
    with cache._open(), pytest.raises(StageError, match=r"locked[^$]*delete that file"):
        cache.forget(ids(1))


def test_a_disabled_cache_reads_nothing_but_forgets(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("WORKBENCH_CACHE")
    vector_cache.shared().write(rows(1, 2), random_vectors(2), embedder=HASHING)
    monkeypatch.setenv("WORKBENCH_CACHE", "off")
    assert vector_cache.shared().read(rows(1, 2)["text_hash"], embedder=HASHING).is_empty()
    assert vector_cache.shared().forget(ids(1)) == 1
    assert _query("SELECT tweet_id FROM vectors") == [(2,)]


def test_a_tweet_deleted_in_any_workspace_leaves_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("WORKBENCH_CACHE")
    monkeypatch.setattr(embedders, "load", lambda *args, **kwargs: RecordingEmbedder(is_slow=True))
    sample.write(tmp_path / "sample.tar", lines=1500)
    recipe = Recipe()

    def make_workspace(name):
        workspace = Workspace.create(tmp_path / name)
        pipeline.ingest(workspace, recipe, paths=[str(tmp_path / "sample.tar")])
        for stage in ("threads", "embed"):
            run = pipeline.run_stage(workspace, recipe, stage)
        return workspace, run.counts

    first, counts = make_workspace("first")
    assert counts["encoded"] > 10
    assert counts["cached"] == 0
    second, again = make_workspace("second")
    assert (again["encoded"], again["cached"]) == (0, counts["encoded"])

    before = {tweet_id for (tweet_id,) in _query("SELECT tweet_id FROM vectors")}
    deleted = sorted(before)[:3]
    shutil.rmtree(first.root)
    pipeline.delete(second, deleted)
    for stage in ("threads", "embed"):
        pipeline.run_stage(second, recipe, stage)
    after = {tweet_id for (tweet_id,) in _query("SELECT tweet_id FROM vectors")}
    assert not after & set(deleted)
    assert len(before - after) == 3


def _query(sql):
    with closing(sqlite3.connect(vector_cache.shared().path)) as database:
        return database.execute(sql).fetchall()
