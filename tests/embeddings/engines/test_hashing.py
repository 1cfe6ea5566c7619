"""The hashing embedder is the same on every machine and knows only words."""

import numpy as np
import pytest

from tests.support.offline import ODD_TEXTS
from workbench.embeddings import embedders

TEXTS = [
    *ODD_TEXTS,
    *[f"question {i} " + "and then " * (i % 17) for i in range(40)],
]


def test_hashing_is_the_same_everywhere():
    embedder = embedders.load("hashing")
    vector = embedder.encode(["why is the sky blue?"])[0]
    # Written down once: a change of the vectors must come with a change of the digest.
    assert np.flatnonzero(vector)[:6].tolist() == [6, 19, 25, 26, 55, 94]
    assert vector[[6, 25, 94]].round(4).tolist() == pytest.approx([-0.1275, 0.4463, -0.3188])
    assert embedder.digest.startswith("2a8b5d87b99aa7b6")


def test_hashing_gives_unit_vectors_that_share_words():
    vectors = embedders.load("hashing").encode(TEXTS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    near, far = embedders.load("hashing").encode(["is the sky blue", "cook some rice"])
    assert vectors[0] @ near > 0.6
    assert vectors[0] @ far < 0.3
    assert not embedders.load("hashing").encode(["  "]).any()
