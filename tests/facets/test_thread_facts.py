"""Facets of threads: every thread is in a bin of each fact."""

import polars as pl

from tests.support import fakes
from workbench.facets import bins, thread_facts
from workbench.facets.crossfilter import Crossfilter
from workbench.schemas import Scores
from workbench.schemas.own_measures import of_columns

THREADS = 400


def test_every_thread_is_in_one_of_few_bins():
    for facet in thread_facts.from_scores(fakes.scores(THREADS)):
        assert len(facet.labels) <= bins.MOST
        if facet.rows is None:
            assert sum(facet.counts()) == THREADS
        else:
            assert set(facet.rows.tolist()) == set(range(THREADS))


def test_choice_counts_frequent_values_and_collects_the_others():
    names = [f"tag{place:02}" for place in range(40) for _ in range(40 - place)]
    lists = pl.Series("hashtags", [[name, name] for name in names] + [[], None])
    facet = thread_facts.choice(lists, title="Hashtags", none="none")
    counts = dict(zip(facet.labels, facet.counts(), strict=True))
    assert counts["tag00"] == 40
    assert counts["10 others"] == sum(range(1, 11))
    assert counts["none"] == 2


def test_facets_without_threads_are_empty():
    crossfilter = Crossfilter(thread_facts.from_scores(fakes.scores(5).clear()), threads=0)
    assert all(sum(counts) == 0 for counts in crossfilter.counts({}).values())


def test_own_measures_have_facets_by_the_kind_of_their_values():
    scores = Scores.sample(3).with_columns(
        mood=pl.Series([0.1, 0.9, None]),
        debt=pl.Series([-3_000_000, 0, 5]),
        big=pl.Series([True, False, None]),
        topic=pl.Series(["food", None, "food"]),
    )
    own = of_columns(scores.schema)
    facets = thread_facts.from_scores(scores, own)[-4:]
    assert [facet.title for facet in facets] == ["Mood", "Debt", "Big", "Topic"]
    assert all(sum(facet.counts()) == 3 for facet in facets)
    assert set(facets[2].labels) == {"yes", "no", "unknown"}
    assert len(facets[1].labels) <= 100
