"""Cache: what was encoded is found again, and what is deleted leaves no byte."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import polars as pl
import pytest

from workbench import embeddings, pipeline, sample
from workbench.embeddings import cached_embedder, embedders, lance_table, vector_cache
from workbench.embeddings.vector_cache import VectorCache
from workbench.exceptions import StageError
from workbench.recipe import EmbedSettings, Recipe
from workbench.storage import Workspace

HASHING = embedders.load("hashing")


class Slow:
    """The hashing embedder, worth caching, which notes what it was given."""

    name = "slow"
    dimensions = 256
    is_slow = True

    def __init__(self, digest="a" * 64):
        self.digest = digest
        self.given = []

    def encode(self, texts, *, on_progress=embedders.silent):
        self.given += texts
        return HASHING.encode(texts, on_progress=on_progress)


@pytest.fixture
def kept(tmp_path):
    return VectorCache(tmp_path / "a" / "vectors.sqlite")


def rows(*tweet_ids):
    """Give rows whose hash is ten times their tweet."""
    return pl.DataFrame({"tweet_id": tweet_ids}).with_columns(text_hash=pl.col("tweet_id") * 10)


def random_vectors(count, *, seed=0):
    return np.random.default_rng(seed).standard_normal((count, 256), dtype=np.float32)


def ids(*tweet_ids):
    return pl.LazyFrame({"tweet_id": tweet_ids}, schema={"tweet_id": pl.Int64})


def test_read_gives_the_very_bytes_that_were_written(kept):
    vectors = random_vectors(3)
    kept.write(rows(1, 2, 3), vectors, embedder=HASHING)
    found = kept.read([30, 10, 99], embedder=HASHING).sort("text_hash")
    assert found["text_hash"].to_list() == [10, 30]
    assert found["vector"].to_numpy().tobytes() == vectors[[0, 2]].tobytes()
    assert found.schema["vector"] == pl.Array(pl.Float32, 256)
    assert kept.path.stat().st_mode & 0o077 == 0


def test_vectors_of_two_embedders_are_never_mixed(kept):
    kept.write(rows(1), random_vectors(1), embedder=Slow("a" * 64))
    other = Slow("b" * 64)
    assert kept.read([10], embedder=other).is_empty()
    kept.write(rows(1), random_vectors(1, seed=1), embedder=other)
    assert kept.read([10], embedder=other)["vector"].to_numpy()[0] == pytest.approx(
        random_vectors(1, seed=1)[0]
    )


def test_what_is_forgotten_leaves_no_byte(kept):
    vectors = random_vectors(500)
    kept.write(rows(*range(1, 501)), vectors, embedder=HASHING)
    assert vectors[6].tobytes() in kept.path.read_bytes()
    assert kept.forget(ids(7, 8, 9999)) == 2
    left = b"".join(file.read_bytes() for file in kept.path.parent.iterdir())
    assert vectors[6].tobytes() not in left
    assert vectors[7].tobytes() not in left
    assert vectors[5].tobytes() in left
    assert kept.read(list(range(10, 5001, 10)), embedder=HASHING).height == 498
    assert kept.forget(ids(7)) == 0


def test_the_oldest_go_where_the_file_outgrows_its_limit(tmp_path):
    small = VectorCache(tmp_path / "vectors.sqlite", limit=400_000)
    for first in range(1, 2001, 100):
        some = range(first, first + 100)
        small.write(rows(*some), random_vectors(100), embedder=HASHING)
    found = small.read(list(range(10, 20001, 10)), embedder=HASHING)["text_hash"].sort()
    assert small.path.stat().st_size < 700_000
    assert 0 < len(found) < 400
    assert found[-1] == 20000


def test_two_processes_write_at_once(kept):
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
        subprocess.Popen([sys.executable, "-c", code, str(first), str(kept.path)])
        for first in (1, 21)
    ]
    assert [process.wait() for process in running] == [0, 0]
    found = kept.read(list(range(10, 601, 10)), embedder=HASHING).sort("text_hash")
    assert found["text_hash"].to_list() == list(range(10, 501, 10))
    assert found["vector"].to_numpy()[:, 0].tolist() == list(range(1, 51))


def test_a_damaged_file_is_done_without(kept):
    kept.path.parent.mkdir()
    kept.path.write_bytes(b"this is no database " * 100)
    kept.write(rows(1), random_vectors(1), embedder=HASHING)
    assert kept.read([10], embedder=HASHING).is_empty()
    assert kept.forget(ids(1)) == 0
    assert not kept.path.exists()
    kept.write(rows(1), random_vectors(1), embedder=HASHING)
    assert kept.read([10], embedder=HASHING).height == 1


def test_forget_says_where_it_cannot(kept, monkeypatch):
    kept.write(rows(1), random_vectors(1), embedder=HASHING)
    monkeypatch.setattr(vector_cache, "_PATIENCE", 0)
    with kept._open(), pytest.raises(StageError, match=r"locked[^$]*delete that file"):
        kept.forget(ids(1))


def test_off_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cached_embedder.encode(["a b"], embedder=Slow())
    assert list(tmp_path.iterdir()) == []


def test_off_reads_nothing_and_still_forgets(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("WORKBENCH_CACHE")
    vector_cache.shared().write(rows(1, 2), random_vectors(2), embedder=HASHING)
    monkeypatch.setenv("WORKBENCH_CACHE", "off")
    assert vector_cache.shared().read(rows(1, 2)["text_hash"], embedder=HASHING).is_empty()
    assert vector_cache.shared().forget(ids(1)) == 1
    assert _query("SELECT tweet_id FROM vectors") == [(2,)]


def test_a_folder_named_holds_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "mine"))
    cached_embedder.encode(["a b"], embedder=Slow())
    again = Slow()
    cached_embedder.encode(["a b"], embedder=again)
    assert again.given == []
    assert [path.name for path in tmp_path.rglob("*.sqlite")] == ["vectors.sqlite"]
    assert (tmp_path / "mine" / "vectors.sqlite").exists()


def test_encode_looks_up_what_it_knows(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("WORKBENCH_CACHE")
    said = ["c d", "", "a b", "c d"]
    assert np.array_equal(cached_embedder.encode(said, embedder=Slow()), HASHING.encode(said))
    again = Slow()
    said = ["e f", "c d", "", "a b"]
    assert np.array_equal(cached_embedder.encode(said, embedder=again), HASHING.encode(said))
    assert sorted(again.given) == ["", "e f"]
    cheap = Slow("c" * 64)
    cheap.is_slow = False
    cached_embedder.encode(["a b"], embedder=cheap)
    assert vector_cache.shared().read([0], embedder=cheap).is_empty()
    # They are no tweets: no deletion takes them away.
    assert vector_cache.shared().forget(ids(0, 1, 2)) == 0


def embed(texts, path, embedder, kept, **options):
    turns = pl.DataFrame(
        {
            "tweet_id": range(1, len(texts) + 1),
            "thread_id": range(1, len(texts) + 1),
            "position": [0] * len(texts),
            "lang": ["en"] * len(texts),
            "text": texts,
        }
    )
    return embeddings.from_threads(
        turns, embedder=embedder, path=path, settings=EmbedSettings(), cache=kept, **options
    )


def content(path, embedder):
    ids, vectors = zip(*embeddings.batches(path, embedder=embedder), strict=True)
    order = np.concatenate(ids).argsort()
    return np.concatenate(vectors)[order]


def test_another_workspace_encodes_only_what_is_new(kept, tmp_path):
    embed(["a b", "c d", "a b"], tmp_path / "one.lance", Slow(), kept)
    second = Slow()
    calls = []
    counts = embed(
        ["c d", "e f", "@x a b"],
        tmp_path / "two.lance",
        second,
        kept,
        on_progress=lambda *call: calls.append(call),
    )
    assert second.given == ["e f"]
    assert (counts["encoded"], counts["cached"], counts["added"]) == (1, 2, 3)
    assert calls[-1] == (3, 3)
    assert np.array_equal(
        content(tmp_path / "two.lance", second), HASHING.encode(["c d", "e f", "a b"])
    )


def test_a_killed_run_leaves_nothing_in_the_cache_that_its_table_lacks(kept, tmp_path, monkeypatch):
    def fail(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(lance_table, "write", fail)
    with pytest.raises(KeyboardInterrupt):
        embed(["a b"], tmp_path / "one.lance", Slow(), kept)
    assert not kept.path.exists() or kept.forget(ids(1)) == 0


def test_a_tweet_deleted_in_any_workspace_vanishes(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("WORKBENCH_CACHE")
    monkeypatch.setattr(embedders, "load", lambda *args, **kwargs: Slow())
    sample.write(tmp_path / "sample.tar", lines=1500)
    recipe = Recipe()

    def brought_up_to_date(name):
        workspace = Workspace.create(tmp_path / name)
        pipeline.ingest(workspace, recipe, paths=[str(tmp_path / "sample.tar")])
        for stage in ("threads", "embed"):
            run = pipeline.run_stage(workspace, recipe, stage)
        return workspace, run.counts

    first, counts = brought_up_to_date("first")
    assert counts["encoded"] > 10
    assert counts["cached"] == 0
    second, again = brought_up_to_date("second")
    assert (again["encoded"], again["cached"]) == (0, counts["encoded"])

    held = {tweet_id for (tweet_id,) in _query("SELECT tweet_id FROM vectors")}
    gone = sorted(held)[:3]
    shutil.rmtree(first.root)
    pipeline.delete(second, gone)
    for stage in ("threads", "embed"):
        pipeline.run_stage(second, recipe, stage)
    left = {tweet_id for (tweet_id,) in _query("SELECT tweet_id FROM vectors")}
    assert not left & set(gone)
    assert len(held - left) == 3


def _query(sql):
    with closing(sqlite3.connect(vector_cache.shared().path)) as database:
        return database.execute(sql).fetchall()
