"""Indices are built when a table is large enough for them."""

import pytest

from tests.support.embedding import embed, make_turns
from workbench.embeddings import lance_index, lance_table, search


@pytest.fixture
def path(tmp_path):
    return tmp_path / "3_embeddings.lance"


def test_a_table_past_the_limit_gets_a_vector_index(path, monkeypatch):
    monkeypatch.setattr(lance_index, "INDEXED_FROM", 300)
    turns = make_turns([f"text number {i} of {i * 7 % 13}" for i in range(400)])
    _, embedder = embed(turns[:350], path)
    embed(turns, path)
    indices = {index.columns[0]: index for index in lance_table.open_table(path).list_indices()}
    assert sorted(indices) == ["thread_id", "tweet_id", "vector", "words"]
    assert {index.num_unindexed_rows for index in indices.values()} == {0}
    nearest = search.nearest(path, embedder.encode(["text number 399 of 0"]), limit=1)
    assert "399" in nearest["text"][0]
