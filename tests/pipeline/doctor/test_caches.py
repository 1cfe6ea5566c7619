"""Check that damage in the cache of this user is found and removed."""

import os
import sqlite3
from contextlib import closing

import polars as pl
import pytest

from workbench.embeddings import embedders, vector_cache
from workbench.embeddings.engines import user_cache
from workbench.pipeline.doctor import caches


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path))
    return vector_cache.shared()


def _fill(cache):
    hashing = embedders.load("hashing")
    rows = pl.DataFrame({"tweet_id": [7] * 300, "text_hash": list(range(300))})
    cache.write(rows, hashing.encode(["why?"] * 300), embedder=hashing)


def test_a_sound_cache_has_no_faults(cache):
    assert list(caches.faults()) == []
    _fill(cache)
    assert list(caches.faults()) == []


@pytest.mark.parametrize("damage", ["text", "cut", "zeros"])
def test_a_damaged_cache_is_removed(cache, damage):
    _fill(cache)
    content = cache.path.read_bytes()
    half = len(content) // 2
    changed = {"text": b"no database" * 99, "cut": content[:half], "zeros": content[:4096]}[damage]
    cache.path.write_bytes(changed + (bytes(half) if damage == "zeros" else b""))
    (fault,) = caches.faults()
    assert fault.problem.startswith("is damaged: ")
    fault.fix()
    assert not cache.path.exists()
    _fill(cache)
    assert list(caches.faults()) == []


def test_a_cache_that_another_process_writes_is_left_alone(cache):
    _fill(cache)
    with closing(sqlite3.connect(cache.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert list(caches.faults()) == []


def test_changed_model_files_and_old_remains_are_removed(tmp_path):
    made, _ = user_cache.make_once(
        "int8", key="x", make=lambda folder: (folder / "a.bin").write_text("weights") and None
    )
    assert list(caches.faults()) == []
    (made / "a.bin").write_text("others")
    (tmp_path / "int8" / ".part-new").mkdir()
    (tmp_path / "int8" / ".part-old").mkdir()
    os.utime(tmp_path / "int8" / ".part-old", (1e9, 1e9))
    changed, old = caches.faults()
    assert (changed.path, old.path.name) == (made, ".part-old")
    changed.fix()
    old.fix()
    assert list(caches.faults()) == []
