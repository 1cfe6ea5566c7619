"""Nearest known instructions of first turns."""

import polars as pl
import pytest

from workbench import embeddings
from workbench.embeddings import embedders
from workbench.recipe import EmbedSettings
from workbench.schemas import Instructions, Turns
from workbench.scores import similarity

HASHING = embedders.load("hashing")


def known(*texts):
    names = [f"known-{number}" for number in range(len(texts))]
    columns = {"instruction_id": names, "text": texts}
    return similarity.encoded(Instructions.sample(len(texts), overrides=columns), embedder=HASHING)


@pytest.fixture
def path(tmp_path):
    """Write the vectors of the first turns of two threads."""
    rows = {"thread_id": [1, 1, 5], "tweet_id": [1, 2, 5], "parent_id": [None, 1, None]}
    texts = ["why is it?", "so", "cook rice"]
    turns = Turns.sample(3, overrides={**rows, "position": [0, 1, 0], "text": texts})
    path = tmp_path / "3_embeddings.lance"
    settings = EmbedSettings(model="hashing")
    embeddings.from_threads(turns, embedder=HASHING, path=path, settings=settings)
    return path


def test_of_roots_lists_the_nearest_first(path):
    texts = ("cook rice", "why is it?", "boil eggs", "paint a wall")
    rows = similarity.of_roots(path, embedder=HASHING, known=known(*texts), threads=2)
    rows = rows.sort("root_id")
    assert rows["root_id"].to_list() == [1, 5]
    assert rows["nearest_instruction"].to_list() == ["known-1", "known-0"]
    assert rows["similarity"].to_list() == pytest.approx([1, 1], abs=1e-5)
    assert rows["nearest_instructions"].list.len().to_list() == [similarity.NEAREST] * 2
    assert (rows["similarity_mean"] < rows["similarity"]).all()


def test_of_roots_returns_no_rows_without_instructions_and_finishes_the_progress(path):
    calls = []
    rows = similarity.of_roots(
        path,
        embedder=HASHING,
        known=known(),
        threads=2,
        on_progress=lambda *call: calls.append(call),
    )
    assert rows.is_empty()
    assert rows.schema["nearest_instructions"] == pl.List(pl.String)
    assert calls == [(0, 2), (2, 2)]
