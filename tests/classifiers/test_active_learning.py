"""Suggestions of threads to label: doubt, coverage and chance."""

import numpy as np
import polars as pl

from workbench.classifiers import active_learning


def test_suggest_mixes_doubt_coverage_and_chance():
    draw = np.random.default_rng(0)
    spots = np.repeat(np.eye(8, dtype=np.float32), 40, axis=0)
    scores = pl.DataFrame({"thread_id": range(320), "suitability": draw.random(320)})
    known = pl.Series(range(280))
    suggested = active_learning.suggest(scores, spots, labelled=known, limit=20)
    assert suggested["thread_id"].n_unique() == 20
    assert not suggested["thread_id"].is_in(known.implode()).any()
    assert dict(suggested["why"].value_counts().rows()) == {"uncertain": 8, "rare": 8, "random": 4}


def test_suggest_asks_of_every_cluster_before_it_asks_twice():
    spots = np.repeat(np.eye(6, dtype=np.float32), 10, axis=0)
    scores = pl.DataFrame({"thread_id": range(60), "suitability": np.linspace(0, 1, 60)})
    suggested = active_learning.suggest(
        scores, spots, labelled=pl.Series([], dtype=pl.Int64), limit=15
    )
    rare = suggested.filter(why="rare")
    assert rare["cluster"].n_unique() == min(6, rare.height)


def test_suggest_leaves_out_what_has_no_score_and_takes_all_there_is():
    scores = pl.DataFrame({"thread_id": [1, 2, 3], "suitability": [0.5, None, 0.9]})
    vectors = np.eye(3, dtype=np.float32)
    suggested = active_learning.suggest(scores, vectors, labelled=pl.Series([3]), limit=9)
    assert suggested["thread_id"].to_list() == [1]


def test_clusters_separate_directions_and_repeat_themselves():
    draw = np.random.default_rng(0)
    spots = np.repeat(np.eye(4, 8, dtype=np.float32), 50, axis=0)
    vectors = (spots + draw.normal(scale=0.05, size=spots.shape)).astype(np.float32)
    first, second = (active_learning.clusters(vectors, count=8) for _ in range(2))
    assert np.array_equal(first, second)
    for cluster in np.unique(first):
        assert len(np.unique(np.arange(200)[first == cluster] // 50)) == 1


def test_clusters_of_few_or_equal_vectors():
    assert active_learning.clusters(np.zeros((0, 3), dtype=np.float32)).shape == (0,)
    assert len(set(active_learning.clusters(np.ones((5, 3), dtype=np.float32)).tolist())) == 1
