"""Encode texts in workers: the table of vectors is that of the local engine."""

import numpy as np
import polars as pl
import pytest

from tests.support import cluster
from tests.support.embedding import HASHING, RecordingEmbedder, embed, make_turns
from tests.support.engines import InThisProcess, engine_fixture  # noqa: F401
from workbench.cluster import vector_shards
from workbench.cluster.embed import ClusterEmbedder, _encode
from workbench.embeddings import build, lance_table
from workbench.embeddings.engines import batching
from workbench.exceptions import StageError
from workbench.recipe import EmbedSettings

pytestmark = cluster.needs_daft

TEXTS = [f"text number {i} of some" + " more" * (i % 7) for i in range(50)]
TURNS = make_turns(TEXTS + TEXTS[:30])


@pytest.fixture
def small_shards(monkeypatch):
    """Cut the texts into chunks of 20 and shards of 8."""
    monkeypatch.setattr(build, "CHUNK", 20)
    monkeypatch.setattr(batching, "WINDOW", 8)


def content(path):
    """Read the whole table in the order of ids."""
    table = lance_table.open_table(path)
    return pl.concat(lance_table.read(table, *table.schema.names)).sort("tweet_id")


def clustered(engine, folder, *, inner=HASHING, **options):
    settings = EmbedSettings(model="hashing")
    return ClusterEmbedder(inner, settings=settings, engine=engine, folder=folder, **options)


def test_the_table_and_the_counts_are_those_of_the_local_engine(engine, tmp_path, small_shards):
    local, _ = embed(TURNS, tmp_path / "local.lance", embedder=HASHING)
    on_driver = RecordingEmbedder(HASHING.digest)
    embedder = clustered(engine, tmp_path / "shards", inner=on_driver)

    counts, _ = embed(TURNS, tmp_path / "a.lance", embedder=embedder, prepare=embedder.prepare)
    embedder.close()

    assert counts == local
    assert content(tmp_path / "a.lance").equals(content(tmp_path / "local.lance"))
    assert on_driver.texts == []
    assert not (tmp_path / "shards").exists()


def test_a_run_continues_with_the_shards_of_one_that_was_killed(tmp_path, small_shards):
    killed = clustered(InThisProcess(dies_after=3), tmp_path / "shards")
    with pytest.raises(StageError, match="was killed"):
        embed(TURNS, tmp_path / "a.lance", embedder=killed, prepare=killed.prepare)
    vectors = tmp_path / "shards" / "vectors"
    before = {shard: shard.stat().st_mtime_ns for shard in vectors.iterdir()}
    calls = []
    again = clustered(
        InThisProcess(),
        tmp_path / "shards",
        on_progress=lambda *call: calls.append(call),
    )

    embed(TURNS, tmp_path / "a.lance", embedder=again, prepare=again.prepare)

    assert len(before) == 3
    assert {shard: shard.stat().st_mtime_ns for shard in before} == before
    assert calls[-1] == (30, 30)  # 50 texts, of which 8, 8 and 4 were done
    embed(TURNS, tmp_path / "local.lance", embedder=HASHING)
    assert content(tmp_path / "a.lance").equals(content(tmp_path / "local.lance"))


def test_a_node_with_other_weights_is_refused(tmp_path):
    shards = vector_shards.VectorShards(tmp_path)
    ((path, _),) = shards.add(pl.DataFrame({"text_hash": [1], "text": ["a"]}))

    with pytest.raises(StageError, match="other weights"):
        _encode(path, model="hashing", engine="exact", digest="b" * 64)


def test_texts_that_were_not_prepared_are_encoded_here(tmp_path):
    vectors = clustered(InThisProcess(), tmp_path).encode(["a b"])

    assert np.array_equal(vectors, HASHING.encode(["a b"]))
