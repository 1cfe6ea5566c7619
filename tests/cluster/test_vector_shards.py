"""Shards of texts and vectors: which are written, and what is read back."""

import numpy as np
import polars as pl
import pytest

from tests.support.embedding import HASHING
from workbench.cluster import vector_shards
from workbench.cluster.vector_shards import VectorShards

TEXTS = pl.DataFrame({"text_hash": [3, 1, 2], "text": ["a b", "c d e", "f"]})


@pytest.fixture
def shards(tmp_path):
    return VectorShards(tmp_path / "shards")


def test_vectors_are_read_back_by_hash(shards):
    ((path, height),) = shards.add(TEXTS)
    assert vector_shards.encode(path, HASHING)[1] == height == 3
    shards.refresh()

    ((rows, vectors),) = shards.read(pl.Series([2, 9, 3]))

    assert sorted(rows) == [0, 2]
    assert np.array_equal(vectors[np.argsort(rows)], HASHING.encode(["f", "a b"]))


def test_only_texts_without_a_vector_are_written(shards):
    ((path, _),) = shards.add(TEXTS[:2])
    vector_shards.encode(path, HASHING)
    shards.refresh()

    ((path, height),) = shards.add(TEXTS)

    assert height == 1
    assert pl.read_parquet(path)["text"].to_list() == ["f"]


def test_an_unfinished_shard_of_vectors_does_not_count(shards, tmp_path):
    ((path, _),) = shards.add(TEXTS)
    vectors = tmp_path / "shards" / "vectors"
    vectors.mkdir()
    (vectors / f".{path.name}.host-1.part").write_bytes(b"PAR1")
    shards.refresh()

    assert list(shards.read(TEXTS["text_hash"])) == []
