"""Threads found by a text and by examples."""

import numpy as np
import polars as pl
import pytest

from tests.support import fakes
from workbench import embeddings
from workbench.dashboard.search import map_view, queries
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import embedders, search
from workbench.exceptions import StageError
from workbench.recipe import EmbedSettings, Recipe
from workbench.schemas import Deletions

HASHING = EmbedSettings(model="hashing")
RECIPE = Recipe(embed=HASHING)


def opened(folder, *, threads, hostile=False):
    workspace = fakes.workspace(folder, threads=threads, hostile=hostile)
    fakes.embed(workspace)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("finding") / "ws", threads=300)


@pytest.fixture(scope="module")
def verdicts(session):
    return session.verdicts(RECIPE.select)


@pytest.fixture
def own(tmp_path):
    return opened(tmp_path / "ws", threads=60)


def everything(session):
    return pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)


def vectors(session, ids):
    return embeddings.vectors(session.workspace.embeddings_path, ids)["vector"].to_numpy()


def nearness(session, ids):
    """Cosine of every thread to the mean of some, by brute force."""
    mean = vectors(session, ids).mean(axis=0)
    rows = vectors(session, session.scores["root_id"])
    return rows @ mean / np.linalg.norm(mean)


@pytest.mark.parametrize("among", ["all", "kept", "few"])
def test_by_examples_finds_the_nearest_threads_of_the_mask(session, verdicts, among, monkeypatch):
    monkeypatch.setattr(queries, "FEW", 200)
    ids = session.scores["thread_id"][[3, 77, 150]].to_list()
    mask = {
        "all": everything(session),
        "kept": ~verdicts["kept"],
        "few": verdicts["kept"],
    }[among]
    results = queries.by_examples(
        session, ids, mode="vector", mask=mask, verdicts=verdicts, limit=20
    )
    near = pl.DataFrame(
        {"thread_id": session.scores["thread_id"], "near": nearness(session, ids)}
    ).filter(mask & ~session.scores["thread_id"].is_in(ids))
    expected = near["near"].sort(descending=True).head(20)
    assert results.problem == ""
    assert not set(results.rows["thread_id"]) & set(ids)
    assert results.rows["nearness"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-4)
    assert session.scores.filter(mask)["thread_id"].is_in(
        results.rows["thread_id"].implode()
    ).sum() == (results.rows.height)


def test_by_examples_counts_the_filtered_turns(session, verdicts, monkeypatch):
    monkeypatch.setattr(queries, "FEW", 0)
    monkeypatch.setattr(queries, "MOST", 40)
    ids = session.scores["thread_id"][[0]].to_list()
    far = np.argsort(nearness(session, session.scores["root_id"][[0]]))[:5]
    mask = pl.Series(np.isin(np.arange(session.scores.height), far))
    results = queries.by_examples(
        session, ids, mode="vector", mask=mask, verdicts=verdicts, limit=5
    )
    assert results.rows.height == 0
    assert results.looked == 40


@pytest.mark.parametrize("mode", ["vector", "words", "both"])
def test_by_text_finds_the_words(session, verdicts, mode):
    results = queries.by_text(
        session,
        "grow tomatoes",
        settings=HASHING,
        mode=mode,
        mask=everything(session),
        verdicts=verdicts,
        limit=10,
    )
    assert results.rows.height == 10
    assert all("grow tomatoes" in text for text in results.rows["text"])


@pytest.mark.parametrize("text", ["", "  ", "@a https://t.co/x", '"* AND (', *fakes.HOSTILE])
def test_by_text_accepts_any_text(session, verdicts, text):
    for mode in queries.MODES.values():
        results = queries.by_text(
            session,
            text,
            settings=HASHING,
            mode=mode,
            mask=everything(session),
            verdicts=verdicts,
            limit=3,
        )
        assert results.problem == ""
        assert results.rows.height <= 3


def by_text(session, verdicts, text, *, mode="vector", settings=HASHING):
    return queries.by_text(
        session,
        text,
        settings=settings,
        mode=mode,
        mask=everything(session),
        verdicts=verdicts,
        limit=10,
    )


def test_by_words_marks_every_thread_with_all_words(session, verdicts):
    results = by_text(session, verdicts, "bread -tell", mode="words")
    texts = session.openings(session.scores.filter(results.hits))["text"]
    assert texts.str.contains("bread").all()
    assert not texts.str.contains("tell").any()
    assert results.by == "words"
    assert results.rows.height == 10
    assert results.rows["thread_id"].is_unique().all()
    every = session.openings(session.scores)["text"]
    assert int(results.hits.sum()) == int(
        (every.str.contains("bread") & ~every.str.contains("tell")).sum()
    )


def test_replies_are_searched_by_words_if_they_are_embedded(session, verdicts):
    settings = EmbedSettings(model="hashing", turns="all")
    assert not by_text(session, verdicts, "manual", mode="words").hits.any()
    assert by_text(session, verdicts, "manual", mode="words", settings=settings).hits.any()


def test_a_text_that_the_model_cannot_read_is_found_by_words(session, verdicts, monkeypatch):
    monkeypatch.setattr(embedders.HashingEmbedder, "can_read", lambda *_: False)
    results = by_text(session, verdicts, "tomat*")
    assert results.by == "words"
    assert "The model cannot read “tomat”" in results.notes[0]
    assert results.rows["text"].str.contains("tomatoes").all()


def test_quotes_and_minus_hold_for_a_search_by_meaning(session, verdicts):
    results = by_text(session, verdicts, '"bake bread" -best')
    assert results.hits is None
    assert results.rows["text"].str.contains("bake bread").all()
    assert not results.rows["text"].str.contains("best").any()


def test_search_by_another_model_says_what_to_do(session, verdicts, monkeypatch):
    class Other(queries.embedders.HashingEmbedder):
        digest = "another"

    monkeypatch.setattr(queries, "embedder", lambda settings: Other())
    results = queries.by_text(
        session,
        "a",
        settings=HASHING,
        mode="vector",
        mask=everything(session),
        verdicts=verdicts,
        limit=3,
    )
    assert "cannot be compared" in results.problem
    assert results.rows.is_empty()


def test_search_without_vectors_says_what_to_do(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=20)
    session = ScoresSession(workspace, workspace.read("scores"))
    verdicts = session.verdicts(RECIPE.select)
    ids = session.scores["thread_id"][:2].to_list()
    results = queries.by_examples(
        session, ids, mode="vector", mask=everything(session), verdicts=verdicts, limit=3
    )
    assert "no vectors" in results.problem
    assert "no vectors" in map_view.load(session)


def test_embedder_is_loaded_once():
    assert queries.embedder(HASHING) is queries.embedder(EmbedSettings(model="hashing"))


def test_alike_needs_an_example_with_a_vector(session):
    with pytest.raises(StageError, match="examples has words and a vector"):
        search.alike(session.workspace.embeddings_path, tweet_ids=[5])


def test_deleted_tweets_are_not_found(own):
    verdicts = own.verdicts(RECIPE.select)
    ids = own.scores["thread_id"][[0]].to_list()
    how = {"mode": "vector", "mask": everything(own), "verdicts": verdicts, "limit": 60}
    before = queries.by_examples(own, ids, **how)
    gone = before.rows["root_id"][0]
    rows = Deletions.validate(pl.DataFrame({"tweet_id": [gone], "had_row": [True]}))
    own.workspace.write("deletions", rows)
    after = queries.by_examples(own, ids, **how)
    assert after.rows["root_id"].to_list() == before.rows["root_id"].to_list()[1:]
