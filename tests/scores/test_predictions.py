"""Predictions of the shipped classifiers for whole threads."""

from pathlib import Path

import polars as pl
import pytest

from workbench import embeddings
from workbench.embeddings import embedders
from workbench.exceptions import ModelError
from workbench.recipe import EmbedSettings, ScoreSettings
from workbench.schemas import Threads, Turns
from workbench.scores import predictions

HASHING = embedders.load("hashing")


def predict(path, turns, facts, **settings):
    return predictions.from_threads(
        turns.lazy(), facts, path=path, embedder=HASHING, settings=ScoreSettings(**settings)
    )


@pytest.fixture
def thread(tmp_path):
    """Make a question with an answer and a joke, and its vectors."""
    texts = [
        "How do I get red wine out of a white carpet?",
        "@a Blot it, then pour salt on it and vacuum it an hour later.",
        "@a lol",
    ]
    rows = {"thread_id": 1, "tweet_id": [1, 2, 3], "parent_id": [None, 1, 1], "text": texts}
    people = {"author_id": [7, 8, 9], "position": [0, 1, 2], "depth": [0, 1, 1], "is_placed": True}
    turns = Turns.sample(3, overrides={**rows, **people})
    path = tmp_path / "3_embeddings.lance"
    settings = EmbedSettings(model="hashing", turns="all")
    embeddings.from_threads(turns, embedder=HASHING, path=path, settings=settings)
    return path, turns, Threads.sample(1, overrides={"thread_id": 1, "root_id": 1})


def test_from_threads_rates_the_prompt_and_its_best_reply(thread):
    row = predict(*thread).roots.row(0, named=True)
    assert row["root_id"] == 1
    assert row["suitability"] > 0.3
    assert row["best_reply_id"] == 2
    assert 0 <= row["answer"] <= 1


def test_from_threads_of_no_threads_has_all_columns():
    rows = predict(Path("unused"), Turns.create_empty(), Threads.create_empty()).roots
    assert rows.schema == {
        "root_id": pl.Int64,
        "suitability": pl.Float32,
        "answer": pl.Float32,
        "best_reply_id": pl.Int64,
    }


def test_from_threads_refuses_a_model_that_cannot_be_read(thread, tmp_path):
    with pytest.raises(ModelError):
        predict(*thread, prompt_classifier=str(tmp_path / "missing.json"))
