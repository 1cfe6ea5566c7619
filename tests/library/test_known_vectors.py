"""Vectors that are there already are looked up by the text of their turn."""

import numpy as np
import polars as pl
import pytest

from workbench.embeddings import embedders
from workbench.exceptions import StageError
from workbench.library.known_vectors import KnownVectors

TURNS = pl.DataFrame({"tweet_id": [1, 2], "text": ["@a why?", "because"]})


def test_known_texts_are_looked_up_and_others_encoded():
    hashing = embedders.load("hashing")
    own = np.full((1, hashing.dimensions), 0.5, dtype=np.float32)
    known = KnownVectors(hashing, TURNS, pl.DataFrame({"tweet_id": [1], "vector": own}))
    vectors = known.encode(["because", "why?"])
    assert (vectors[0] == hashing.encode(["because"])[0]).all()
    assert (vectors[1] == 0.5).all()
    assert known.digest == hashing.digest
    assert known.can_read("why?")


def test_vectors_of_another_length_are_refused():
    short = pl.DataFrame({"tweet_id": [1], "vector": np.zeros((1, 2), dtype=np.float32)})
    with pytest.raises(StageError, match=r"stages\.embed"):
        KnownVectors(embedders.load("hashing"), TURNS, short)
