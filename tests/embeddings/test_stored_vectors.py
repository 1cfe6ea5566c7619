"""Read stored vectors of some tweets."""

import numpy as np
import pytest

from tests.support.embedding import embed, make_turns
from workbench import embeddings


@pytest.fixture
def path(tmp_path):
    return tmp_path / "3_embeddings.lance"


def test_vectors_are_in_the_order_of_the_ids(path):
    turns = make_turns(["a b", "c d", "e f"])
    _, embedder = embed(turns, path)
    rows = embeddings.vectors(path, [3, 9, 1, 3])
    assert rows["tweet_id"].to_list() == [3, 1, 3]
    assert np.allclose(rows["vector"].to_numpy(), embedder.encode(["e f", "a b", "e f"]))


def test_batches_are_limited_to_a_range_of_threads(path):
    _, embedder = embed(make_turns(["a b", "c d", "e f", "g h"]), path)

    batches = embeddings.batches(path, embedder=embedder, where={"is_root": [True]}, within=(2, 3))

    ids = [tweet_id for ids, _ in batches for tweet_id in ids.tolist()]
    assert sorted(ids) == [2, 3]
